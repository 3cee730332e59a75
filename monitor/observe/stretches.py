"""Buckets that follow each other, and the windows that they belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from monitor.store import runs
from monitor.window import Window


def reopen_windows(connection: sa.Connection, model: str, changed: Collection[Window]) -> None:
    """Plan the windows once more that any of these buckets belongs to."""
    runs.reopen(connection, model, runs.windows_touching(connection, model, changed))


def neighbours(buckets: Sequence[Window], most: int) -> list[Window]:
    """Buckets in order of time as stretches, each of so many buckets at most."""
    found: list[Window] = []
    for bucket in buckets:
        if found and found[-1].end == bucket.start and found[-1].length < most * bucket.length:
            found[-1] = Window(found[-1].start, bucket.end)
        else:
            found.append(bucket)
    return found
