"""The courses of series before a window: value after value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from monitor.store.tables import MEASUREMENT, SERIES
from monitor.window import Window, from_epoch, to_epoch


class CourseKey(NamedTuple):
    """A series among those of one model and one length of windows."""

    version: str
    metric: str
    column_name: str
    segment_key: str
    segment_value: str


class Seen(NamedTuple):
    """A value, and what it stood on."""

    window_end: datetime
    value: float
    rows: int
    reference_id: str


def read_courses(
    connection: sa.Connection, model: str, window: Window, since: Mapping[str, datetime]
) -> dict[CourseKey, list[Seen]]:
    """The values of each series of these metrics before a window of its length, each metric since a moment."""
    seconds = int(window.length.total_seconds())
    of_metrics = [
        sa.and_(SERIES.c.metric == metric, MEASUREMENT.c.window_end >= to_epoch(moment))
        for metric, moment in since.items()
    ]
    asked = (
        sa.select(
            *(SERIES.c[name] for name in CourseKey._fields),
            *(MEASUREMENT.c[name] for name in Seen._fields),
        )
        .join_from(SERIES, MEASUREMENT)
        .where(SERIES.c.model == model, SERIES.c.window_seconds == seconds, sa.or_(*of_metrics))
        .where(MEASUREMENT.c.window_end < to_epoch(window.end), MEASUREMENT.c.value.is_not(None))
        .order_by(MEASUREMENT.c.window_end)
    )
    found: dict[CourseKey, list[Seen]] = defaultdict(list)
    for row in connection.execute(asked):
        seen = Seen(from_epoch(row.window_end), row.value, row.rows, row.reference_id)
        found[CourseKey(*row[: len(CourseKey._fields)])].append(seen)
    return found
