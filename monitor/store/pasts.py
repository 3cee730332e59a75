"""What series were before a window: one question for many of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from alerts.facts import Past
from alerts.reading import Series
from monitor.store.tables import RUN, SERIES
from monitor.window import Window, from_epoch, to_epoch

SeriesKey = tuple[str, str, str, str, str, str, int]

MOST_WINDOWS = 90
AT_ONCE = 500  # series that one statement asks for: SQLite counts parameters

PASTS = sa.text("""
SELECT e.series_id, max(e.windows) AS windows, min(e.value) AS lowest, max(e.value) AS highest,
       avg(CASE WHEN 2 * e.place BETWEEN e.windows AND e.windows + 2 THEN e.value END) AS middle,
       max(CASE WHEN e.latest = 1 THEN e.value END) AS last,
       sum(CASE WHEN e.value >= m.value THEN 1 ELSE 0 END) AS higher,
       sum(CASE WHEN e.value <= m.value THEN 1 ELSE 0 END) AS lower, min(e.window_end) AS since
FROM (SELECT p.series_id, p.window_end, p.value, count(*) OVER (PARTITION BY p.series_id) AS windows,
             row_number() OVER (PARTITION BY p.series_id ORDER BY p.value) AS place,
             row_number() OVER (PARTITION BY p.series_id ORDER BY p.window_end DESC) AS latest
      FROM measurement AS p
      WHERE p.series_id IN :series AND p.window_end >= :since AND p.window_end < :end AND p.value IS NOT NULL) AS e
JOIN measurement AS m ON m.series_id = e.series_id AND m.window_end = :end
GROUP BY e.series_id""").bindparams(sa.bindparam("series", expanding=True))


def pasts(connection: sa.Connection, window: Window, keys: Collection[SeriesKey]) -> Mapping[SeriesKey, Past]:
    """The pasts of these series over the windows that were measured before this one, the last ninety at most."""
    models = sorted({key[0] for key in keys})
    found: dict[SeriesKey, Past] = {}
    for model in models:
        since = _first_end(connection, model, window)
        ids = {row.series_id: _key(row) for row in _series(connection, model, window)}
        wanted = [series_id for series_id, key in ids.items() if key in keys]
        for start in range(0, len(wanted) if since is not None else 0, AT_ONCE):
            asked = {"series": wanted[start : start + AT_ONCE], "since": since, "end": to_epoch(window.end)}
            found |= {ids[row.series_id]: _past(row) for row in connection.execute(PASTS, asked)}
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


def _past(row: sa.Row[tuple[object, ...]]) -> Past:
    return Past(
        windows=int(row.windows),
        lowest=row.lowest,
        middle=row.middle,
        highest=row.highest,
        last=row.last,
        higher=int(row.higher),
        lower=int(row.lower),
        since=from_epoch(row.since),
    )
