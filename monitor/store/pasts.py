"""What series were before a window: one question for many of them."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from alerts.facts import Past
from alerts.reading import Series
from monitor.store.tables import MEASUREMENT, RUN, SERIES
from monitor.window import Window, from_epoch, to_epoch

SeriesKey = tuple[str, str, str, str, str, str, int]

MOST_WINDOWS = 90
AT_ONCE = 500  # series that one statement asks for: SQLite counts parameters
LARGEST = 1e300  # an infinite value is no number to compare with, nor one in JSON


def pasts(connection: sa.Connection, window: Window, now: Mapping[SeriesKey, float]) -> Mapping[SeriesKey, Past]:
    """The pasts of series with these values now, over the windows before this one, the last ninety at most."""
    found: dict[SeriesKey, Past] = {}
    for model in sorted({key[0] for key in now}):
        since = _first_end(connection, model, window)
        if since is None:
            continue
        ids = {row.series_id: _key(row) for row in _series(connection, model, window)}
        wanted = [series_id for series_id, key in ids.items() if key in now]
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            for series_id, values, first in _values(connection, some, since, to_epoch(window.end)):
                found[ids[series_id]] = _past(values, now[ids[series_id]], first)
    return found


def key_of(series: Series) -> SeriesKey:
    """What tells a series from all others."""
    return (
        series.model,
        series.version,
        series.metric,
        series.column_name,
        series.segment_key,
        series.segment_value,
        series.window_seconds,
    )


def _series(connection: sa.Connection, model: str, window: Window) -> Sequence[sa.Row[tuple[object, ...]]]:
    seconds = int(window.length.total_seconds())
    return connection.execute(
        sa.select(SERIES).where(SERIES.c.model == model, SERIES.c.window_seconds == seconds)
    ).all()


def _key(row: sa.Row[tuple[object, ...]]) -> SeriesKey:
    return (
        row.model,
        row.version,
        row.metric,
        row.column_name,
        row.segment_key,
        row.segment_value,
        row.window_seconds,
    )


def _first_end(connection: sa.Connection, model: str, window: Window) -> int | None:
    """The end of the earliest window that is looked at."""
    ends = (
        sa.select(RUN.c.window_end)
        .where(RUN.c.model == model, RUN.c.status == "done", RUN.c.window_end < to_epoch(window.end))
        .where(RUN.c.window_end - RUN.c.window_start == int(window.length.total_seconds()))
        .distinct()
        .order_by(RUN.c.window_end.desc())
        .limit(MOST_WINDOWS)
    )
    return connection.execute(sa.select(sa.func.min(ends.subquery().c.window_end))).scalar()


def _values(
    connection: sa.Connection, series: Sequence[int], since: int, end: int
) -> Iterator[tuple[int, Sequence[float], int]]:
    """Series, the values in order of time, and the first window's end.

    The values of a series come as one list: half a million rows would take seconds to fetch.
    """
    one = MEASUREMENT.c
    in_order = (
        sa.select(one.series_id, one.window_end, one.value)
        .where(one.series_id.in_(series), one.window_end >= since, one.window_end < end)
        .where(one.value.between(-LARGEST, LARGEST))
        .order_by(one.series_id, one.window_end)
        .subquery()
    )
    is_sqlite = connection.dialect.name == "sqlite"
    together = sa.func.json_group_array(in_order.c.value) if is_sqlite else sa.func.array_agg(in_order.c.value)
    asked = sa.select(in_order.c.series_id, together, sa.func.min(in_order.c.window_end))
    for series_id, values, first in connection.execute(asked.group_by(in_order.c.series_id)):
        yield series_id, json.loads(values) if is_sqlite else values, first


def _past(values: Sequence[float], now: float, first: int) -> Past:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return Past(
        windows=len(ordered),
        lowest=ordered[0],
        middle=(ordered[middle] + ordered[-middle - 1]) / 2,
        highest=ordered[-1],
        last=values[-1],
        higher=len(ordered) - bisect_left(ordered, now),
        lower=bisect_right(ordered, now),
        since=from_epoch(first),
    )
