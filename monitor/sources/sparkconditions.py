"""Turns filters, stretches of time and ids into conditions of Spark, so that it reads no more than it must."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.sources.moments import PER_SECOND
from monitor.sources.spec import Filter, Scalar
from monitor.sources.values import text
from monitor.window import EPOCH, Window, to_epoch, utc

if TYPE_CHECKING:
    from pyspark.sql import Column
    from pyspark.sql.types import StructType

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
WHOLE = frozenset({"tinyint", "smallint", "int", "bigint"})
_FLOATS = frozenset({"float", "double"})
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
# Clocks are set back or forth by an hour at most; this much more is read, and decided exactly afterwards.
_CLOCK_CHANGE = timedelta(hours=3)
_UTC = ZoneInfo("UTC")
_NO_YEAR = ("1900", "2200")
_BIGGEST = 2**63 - 1


def functions() -> Any:
    """The functions of Spark, which is not there for everybody."""
    from pyspark.sql import functions as found  # noqa: PLC0415

    return found


def column(name: str) -> Column:
    """A column by its whole name, whatever stands in it."""
    found: Column = functions().col(f"`{name.replace('`', '``')}`")
    return found


def kind_of(schema: StructType, name: str) -> str:
    """The type of a column in the words of Spark."""
    return schema[name].dataType.simpleString()


def where_condition(kind: str, wanted: Filter, zone: ZoneInfo | None) -> Column:
    """A filter on a column of this type; raises `ValueError` where value and type do not fit."""
    operand = column(wanted.column)
    if wanted.op in ("is null", "is not null"):
        return operand.isNull() if wanted.op == "is null" else operand.isNotNull()
    if wanted.op in ("in", "not in"):
        values = wanted.value if isinstance(wanted.value, tuple) else (wanted.value,)
        found = operand.isin([_fitted(kind, value, zone) for value in values])
        return found if wanted.op == "in" else ~found
    compared: Column = _COMPARE[wanted.op](operand, _fitted(kind, wanted.value, zone))
    if wanted.op in (">", ">=") and kind in _FLOATS:  # for Spark NaN is the greatest of all numbers
        compared &= ~functions().isnan(operand)
    return compared


def time_condition(name: str, kind: str, window: Window, zone: ZoneInfo | None) -> Column | None:
    """The rows of a window, with a margin where the stored form needs one; also values that are no time at all.

    None where a column of this type holds no times.
    """
    operand, zone = column(name), zone or _UTC
    if kind == "timestamp":
        return _between(operand, _instant(window.start), _instant(window.end))
    if kind == "timestamp_ntz":
        margin = timedelta() if zone == _UTC else _CLOCK_CHANGE
        ends = (window.start - margin, window.end + margin)
        return _between(operand, *(_local(end.astimezone(zone)) for end in ends))
    if kind == "date":
        first, last = window.start.astimezone(zone) - _DAY, window.end.astimezone(zone) + 2 * _DAY
        return _between(operand, functions().lit(first.date()), functions().lit(last.date()))
    if kind == "string":  # the day comes first, and no offset is longer than a day; what is no ISO text is kept
        low, high = str((window.start - _DAY).date()), str((window.end + 2 * _DAY).date())
        return _between(operand, low, high) | (operand < _NO_YEAR[0]) | (operand >= _NO_YEAR[1])
    if is_number(kind):
        return _numbers_between(operand, window)
    return None


def ids_condition(name: str, kind: str, ids: Sequence[str]) -> Column | None:
    """Rows between the least and the greatest of these canonical ids; None where only their text can tell."""
    operand = column(name)
    if kind == "string":
        return _spanned(operand, [value.encode() for value in ids], bytes.decode)  # Spark compares bytes
    if kind in WHOLE:
        numbers = [int(each) for each in ids if each.removeprefix("-").isdecimal()]
        return _spanned(operand, [each for each in numbers if abs(each) <= _BIGGEST], int)
    return None


def is_number(kind: str) -> bool:
    """Whether a column of this type holds numbers."""
    return kind in WHOLE | _FLOATS or kind.startswith("decimal")


def _spanned(operand: Column, values: Sequence[Any], shown: Callable[[Any], Any]) -> Column:
    if not values:
        nothing: Column = functions().lit(False)
        return nothing
    spanned: Column = (operand >= shown(min(values))) & (operand <= shown(max(values)))
    return spanned


def _between(operand: Column, low: Any, high: Any) -> Column:
    inside: Column = (operand >= low) & (operand < high)
    return inside


def _instant(moment: datetime) -> Column:
    """Exact, whatever the zone of the session and of the machine."""
    found: Column = functions().timestamp_micros(functions().lit((moment - EPOCH) // _MICROSECOND))
    return found


def _local(moment: datetime) -> Column:
    found: Column = functions().lit(moment.replace(tzinfo=None).isoformat(" ")).cast("timestamp_ntz")
    return found


def _numbers_between(operand: Column, window: Window) -> Column:
    """In any unit, as no number is a time between 1990 and 2100 in two; what is one in none is kept, to be told."""
    low, high = to_epoch(window.start) - 1, to_epoch(window.end) + 2
    earliest, latest = to_epoch(utc(1990)), to_epoch(utc(2100))
    units = sorted(PER_SECOND.values())
    inside = [_between(operand, low * unit, high * unit) for unit in units]
    gaps = [_between(operand, latest * unit, earliest * finer) for unit, finer in pairwise(units)]
    return reduce(operator.or_, [*inside, *gaps, operand < earliest, operand >= latest * units[-1]])


def _fitted(kind: str, value: Scalar | tuple[Scalar, ...] | None, zone: ZoneInfo | None) -> Column:
    if value is None or isinstance(value, tuple):
        raise ValueError(f"one value is wanted, not {value!r}")
    try:
        found: Column = _in_type(kind, value, zone)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{value!r} does not go with {kind}") from None
    return found


def _in_type(kind: str, value: Scalar, zone: ZoneInfo | None) -> Any:
    literal = functions().lit
    if kind == "boolean":
        return literal(_truth(value))
    if is_number(kind):
        return literal(_number(value))
    if kind in ("timestamp", "timestamp_ntz"):
        return _moment(kind, value, zone)
    if kind == "date":
        return literal(value if isinstance(value, date) else date.fromisoformat(str(value)))
    if kind == "string":
        return literal(value.isoformat() if isinstance(value, date) else text(value))
    raise TypeError


def _truth(value: Scalar) -> bool:
    if value not in (0, 1):
        raise ValueError
    return bool(value)


def _number(value: Scalar) -> int | float:
    if not isinstance(value, int | float | Decimal):
        raise TypeError
    is_whole = isfinite(value) and value == int(value) and -_BIGGEST <= value <= _BIGGEST
    return int(value) if is_whole else float(value)


def _moment(kind: str, value: Scalar, zone: ZoneInfo | None) -> Column:
    moment = value if isinstance(value, datetime) else None
    if moment is None:
        moment = datetime.combine(value, time()) if isinstance(value, date) else datetime.fromisoformat(str(value))
    if kind == "timestamp_ntz":
        return _local(moment.astimezone(zone or _UTC) if moment.tzinfo else moment)
    return _instant(moment if moment.tzinfo else moment.replace(tzinfo=zone or _UTC))
