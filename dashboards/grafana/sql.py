"""Pieces of SQL that both boards say alike.

Grafana reads `$name(` as a macro up to the first `)`, so no macro here has a bracket inside; texts that the
reader chose come as `${name:sqlstring}`, which Grafana quotes.
"""
# ruff: noqa: S608 - the pieces are constants of this package, and Grafana quotes what the reader chose

from __future__ import annotations

WHOLE = "version = '' AND segment_key = ''"
"""Measurements of all versions and all rows, not of a part."""

IN_RANGE = "$__unixEpochFilter(time_epoch)"
"""The end of the window lies in the time range of the board."""

STARTS_FIRING = "to_state = 'firing' AND from_state NOT IN ('firing', 'recovering')"
STOPS_FIRING = "from_state IN ('firing', 'recovering') AND to_state NOT IN ('firing', 'recovering')"
STEP = f"SUM(CASE WHEN {STARTS_FIRING} THEN 1 WHEN {STOPS_FIRING} THEN -1 ELSE 0 END)"
"""How many more alerts fire after an event than before."""

MOMENTS = f"""SELECT $__unixEpochFrom() AS at UNION SELECT $__unixEpochTo() UNION
  SELECT time_epoch FROM change WHERE {IN_RANGE}"""
"""When something changes in the time range, and its two ends, so that lines begin and end with the board."""


def length(seconds: str) -> str:
    """A column of seconds as a length of time in words.

    >>> length("window_seconds").count("window_seconds")
    7
    """
    return (
        f"CASE WHEN {seconds} = 86400 THEN '1 day' WHEN {seconds} % 86400 = 0 THEN ({seconds} / 86400) || ' days'"
        f" WHEN {seconds} = 3600 THEN '1 hour' WHEN {seconds} % 3600 = 0 THEN ({seconds} / 3600) || ' hours'"
        f" ELSE ({seconds} / 60) || ' minutes' END"
    )


def subject(metric: str = "metric", column: str = "column_name") -> str:
    """What was measured, in one word: the metric, and of which column."""
    return f"{metric} || CASE WHEN {column} = '' THEN '' ELSE ' of ' || {column} END"
