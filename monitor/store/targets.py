"""How many targets were observed when, and how many of them belong to no prediction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from monitor.store.tables import TARGET_BUCKET
from monitor.store.upsert import insert
from monitor.window import Window, from_epoch, to_epoch


class TargetCount(NamedTuple):
    """Targets observed in a bucket; `unmatched` is None until it was looked up."""

    rows: int
    unmatched: int | None = None


def read_target_buckets(
    connection: sa.Connection, model: str, window: Window, *, bucket_seconds: int
) -> dict[datetime, TargetCount]:
    """The buckets of one length that lie wholly inside the window, by their start, in order."""
    found = connection.execute(
        sa.select(TARGET_BUCKET)
        .where(
            TARGET_BUCKET.c.model == model,
            TARGET_BUCKET.c.bucket_seconds == bucket_seconds,
            TARGET_BUCKET.c.bucket_start.between(to_epoch(window.start), to_epoch(window.end) - bucket_seconds),
        )
        .order_by(TARGET_BUCKET.c.bucket_start)
    ).mappings()
    return {from_epoch(row["bucket_start"]): TargetCount(row["rows"], row["unmatched"]) for row in found}


def write_target_buckets(
    connection: sa.Connection,
    model: str,
    counts: Mapping[datetime, TargetCount],
    *,
    bucket_seconds: int,
    now: datetime,
) -> None:
    """Store how many targets were observed in each bucket, by its start; what stood there is replaced."""
    statement = insert(connection, TARGET_BUCKET)
    rows = [
        {
            "model": model,
            "bucket_seconds": bucket_seconds,
            "bucket_start": to_epoch(start),
            "rows": count.rows,
            "unmatched": count.unmatched,
            "read_at": to_epoch(now),
        }
        for start, count in sorted(counts.items())
    ]
    if rows:
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=list(TARGET_BUCKET.primary_key.columns),
                set_={name: statement.excluded[name] for name in ("rows", "unmatched", "read_at")},
            ),
            rows,
        )
