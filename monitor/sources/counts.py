"""Counts rows per bucket: in SQL where it finds the bucket of a time exactly, elsewhere out of the times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import gcd
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from monitor.sources.moments import PER_SECOND, moment
from monitor.sources.query import Query
from monitor.sources.reflection import is_sqlite, reading
from monitor.sources.timecolumn import TimeColumn
from monitor.window import EPOCH, Window, floor

Counts = Mapping[datetime, int]
_TYPED = ({"instant"}, {"local"}, {"day"})
_SECONDS_TO_1970 = 62_167_219_200
_EARLIEST = EPOCH + timedelta(days=2)  # remainders of negative numbers are another matter
_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_UNITS = {3600: "hour", 60: "minute", 1: "second"}
# Where clocks change, they do so by whole quarters of an hour.
_QUARTER_SECONDS = 900


def counted(query: Query, window: Window, granularity: timedelta) -> Counts | None:
    """The rows of a window by the start of their bucket; None if the times themselves are needed, or quicker."""
    if is_sqlite(query.engine) or granularity % _SECOND or window.start < _EARLIEST:
        return None
    time = query.times["time"]
    if time.forms in _TYPED:
        return _of_typed(query.narrowed(time.within(window)), time, window, granularity)
    if time.forms == {"number"} and isinstance(time.column.type, sa.Integer):
        return _of_numbers(query, time, window, granularity)
    return None


def of_times(batches: Iterable[pa.RecordBatch], granularity: timedelta) -> Counts:
    """The rows by the start of their bucket, out of their times."""
    step = granularity // _MICROSECOND
    found: Counter[int] = Counter()
    for batch in batches:
        times = np.asarray(batch["time"].drop_null().cast(pa.int64()))
        numbers, rows = np.unique(times // step, return_counts=True)
        found.update(dict(zip(numbers.tolist(), rows.tolist(), strict=True)))
    return {EPOCH + number * granularity: rows for number, rows in sorted(found.items())}


def _of_typed(query: Query, time: TimeColumn, window: Window, granularity: timedelta) -> Counts | None:
    """Local times are grouped before they become moments: no group spans a change of the clocks."""
    step = granularity // _SECOND
    unit = next(unit for unit in _UNITS if (step if time.is_exact else gcd(step, _QUARTER_SECONDS)) % unit == 0)
    is_cut_through = any((edge - EPOCH) % timedelta(seconds=unit) for edge in (window.start, window.end))
    start = _start(time, unit, query.engine.dialect.name)
    if start is None or (is_cut_through and time.forms == {"local"} and not time.is_exact):
        return None
    found = [(moment(_local(start), time.zone), rows) for start, rows in _grouped(query, start)]
    inside = [(start, rows) for start, rows in found if start and (time.is_exact or start in window)]
    return _summed(inside, granularity)


def _start(time: TimeColumn, unit: int, dialect: str) -> sa.ColumnElement[Any] | None:
    if time.forms == {"day"}:
        return time.column
    if dialect == "postgresql":
        return sa.func.date_trunc(_UNITS[unit], time.column)
    if dialect in ("mysql", "mariadb"):
        seconds: sa.ColumnElement[int] = sa.func.to_seconds(time.column, type_=sa.BigInteger) - _SECONDS_TO_1970
        return seconds - seconds % unit
    return None


def _local(start: object) -> object:
    return (EPOCH + start * _SECOND).replace(tzinfo=None) if isinstance(start, int) else start


def _of_numbers(query: Query, time: TimeColumn, window: Window, granularity: timedelta) -> Counts:
    per_second = PER_SECOND[time.unit or "seconds"]
    low, high = (_first_at(edge, per_second) for edge in (window.start, window.end))
    value: sa.ColumnElement[int] = sa.type_coerce(time.column, sa.BigInteger())
    inside = query.narrowed(sa.and_(value >= low, value < high))
    starts = _grouped(inside, value - value % (granularity // _SECOND * per_second))
    return _summed([(EPOCH + int(str(start)) // per_second * _SECOND, rows) for start, rows in starts], granularity)


def _first_at(edge: datetime, per_second: int) -> int:
    """The least number that is a time not before the edge."""
    return -(-((edge - EPOCH) // _MICROSECOND * per_second) // 1_000_000)


def _grouped(query: Query, start: sa.ColumnElement[Any]) -> list[tuple[object, int]]:
    statement = query.select([start, sa.func.count(sa.literal_column("*"))]).group_by(sa.literal_column("1"))
    with reading(query.engine) as connection:
        return [(found, int(str(rows))) for found, rows in connection.execute(statement)]


def _summed(starts: Iterable[tuple[datetime, int]], granularity: timedelta) -> Counts:
    found: Counter[datetime] = Counter()
    for start, rows in starts:
        found[floor(start, granularity)] += rows
    return dict(sorted(found.items()))
