"""Turns filters, stretches of time and ids into conditions of Arrow, so that files and row groups are skipped."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from monitor.sources.moments import PER_SECOND
from monitor.sources.spec import Filter, Scalar
from monitor.sources.values import text
from monitor.window import Window, to_epoch, utc

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": pc.equal,
    "!=": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
_WHOLE = r"^-?(0|[1-9]\d{0,17})$"
_DAY = timedelta(days=1)
# Clocks are set back or forth by an hour at most; this much more is read, and decided exactly afterwards.
_CLOCK_CHANGE = timedelta(hours=3)
_UTC = ZoneInfo("UTC")
_NO_YEAR = ("1900", "2200")


def where_expression(schema: pa.Schema, where: Sequence[Filter], zone: ZoneInfo | None) -> ds.Expression | None:
    """The filters as one condition; a column that is not there is null in every row."""
    parts: list[ds.Expression] = []
    for wanted in where:
        if wanted.column in schema.names:
            operand, kind = plain(pc.field(wanted.column), schema.field(wanted.column).type)
            parts.append(condition(operand, kind, wanted, zone))
        else:
            parts.append(pc.scalar(wanted.op == "is null"))
    return reduce(operator.and_, parts) if parts else None


def plain(operand: Any, kind: pa.DataType) -> tuple[Any, pa.DataType]:
    """A column without dictionary, and decimals as floats."""
    if pa.types.is_dictionary(kind):
        return plain(operand.cast(kind.value_type), kind.value_type)
    if pa.types.is_decimal(kind):
        return operand.cast(pa.float64()), pa.float64()
    return operand, kind


def condition(operand: Any, kind: pa.DataType, wanted: Filter, zone: ZoneInfo | None) -> Any:
    """A filter on an array, or on the field of an expression; raises `ValueError` where value and type do not fit."""
    if wanted.op in ("is null", "is not null"):
        return pc.is_null(operand) if wanted.op == "is null" else pc.is_valid(operand)
    if wanted.op not in ("in", "not in"):
        return _COMPARE[wanted.op](operand, _fitted(kind, wanted.value, zone))
    values = wanted.value if isinstance(wanted.value, tuple) else (wanted.value,)
    equal = [pc.equal(operand, _fitted(kind, value, zone)) for value in values]
    found = reduce(pc.or_kleene, equal) if equal else pc.and_kleene(pc.is_null(operand), pc.is_valid(operand))
    return found if wanted.op == "in" else pc.invert(found)


def time_expression(name: str, kind: pa.DataType, window: Window, zone: ZoneInfo | None = None) -> ds.Expression | None:
    """The rows of a window, with a margin where the stored form needs one; also values that are no time at all.

    None where a column of this type holds no times.
    """
    column, kind = plain(pc.field(name), kind)
    zone = zone or _UTC
    if pa.types.is_timestamp(kind):
        return _between(column, *_stamps(kind, window, zone))
    if pa.types.is_date(kind):
        first, last = window.start.astimezone(zone) - _DAY, window.end.astimezone(zone) + 2 * _DAY
        return _between(column, pa.scalar(first.date(), pa.date32()), pa.scalar(last.date(), pa.date32()))
    if "string" in str(kind):  # the day comes first, and no offset is longer than a day
        low, high = str((window.start - _DAY).date()), str((window.end + 2 * _DAY).date())
        return _between(column, low, high) | (column < _NO_YEAR[0]) | (column >= _NO_YEAR[1])
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _numbers_between(column, window, float if pa.types.is_floating(kind) else int)
    return None


def ids_expression(name: str, kind: pa.DataType, ids: pa.Array) -> ds.Expression | None:
    """Rows between the least and the greatest of these canonical ids; None where only their text can tell.

    Statistics rule out as much by the ends as by all ids, which are dear to hold against each small file.
    """
    column, kind = plain(pc.field(name), kind)
    if pa.types.is_integer(kind):
        return _spanned(column, ids.filter(pc.match_substring_regex(ids, _WHOLE)).cast(pa.int64()))
    return _spanned(column, ids) if "string" in str(kind) else None


def _spanned(column: ds.Expression, values: pa.Array) -> ds.Expression:
    ends = pc.min_max(values).as_py()
    return (column >= ends["min"]) & (column <= ends["max"]) if len(values) else pc.scalar(value=False)


def _between(column: ds.Expression, low: Any, high: Any) -> ds.Expression:
    return (column >= low) & (column < high)


def _stamps(kind: pa.DataType, window: Window, zone: ZoneInfo) -> tuple[pa.Scalar, pa.Scalar]:
    if kind.tz is not None:
        instant = pa.timestamp("us", kind.tz)
        return pa.scalar(window.start, instant), pa.scalar(window.end, instant)
    margin = timedelta() if zone == _UTC else _CLOCK_CHANGE
    low, high = (moment.astimezone(zone).replace(tzinfo=None) for moment in (window.start, window.end))
    return pa.scalar(low - margin, pa.timestamp("us")), pa.scalar(high + margin, pa.timestamp("us"))


def _numbers_between(column: ds.Expression, window: Window, exact: type[int] | type[float]) -> ds.Expression:
    """In any unit, as no number is a time between 1990 and 2100 in two; what is one in none is kept, to be told."""
    low, high = to_epoch(window.start) - 1, to_epoch(window.end) + 2
    earliest, latest = to_epoch(utc(1990)), to_epoch(utc(2100))
    units = sorted(PER_SECOND.values())
    inside = [_between(column, exact(low * unit), exact(high * unit)) for unit in units]
    gaps = [_between(column, exact(latest * unit), exact(earliest * finer)) for unit, finer in pairwise(units)]
    outside = [column < exact(earliest), column >= exact(latest * units[-1])]
    return reduce(operator.or_, [*inside, *gaps, *outside])


def _fitted(kind: pa.DataType, value: Scalar | tuple[Scalar, ...] | None, zone: ZoneInfo | None) -> pa.Scalar:
    if value is None or isinstance(value, tuple):
        raise ValueError(f"one value is wanted, not {value!r}")
    try:
        return _in_type(kind, value, zone)
    except (TypeError, ValueError, OverflowError, pa.ArrowException):
        raise ValueError(f"{value!r} does not go with {kind}") from None


def _in_type(kind: pa.DataType, value: Scalar, zone: ZoneInfo | None) -> pa.Scalar:
    if pa.types.is_boolean(kind):
        return _truth(value)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _number(value)
    if pa.types.is_timestamp(kind):
        return _stamp(kind, value, zone)
    if pa.types.is_date(kind):
        return pa.scalar(value if isinstance(value, date) else date.fromisoformat(str(value)), pa.date32())
    if "string" in str(kind):
        return pa.scalar(value.isoformat() if isinstance(value, date) else text(value), pa.string())
    raise TypeError


def _truth(value: Scalar) -> pa.Scalar:
    if value not in (0, 1):
        raise ValueError
    return pa.scalar(bool(value))


def _number(value: Scalar) -> pa.Scalar:
    if not isinstance(value, int | float | Decimal):
        raise TypeError
    number: int | float | Decimal = value
    if isfinite(number) and number == int(number) and -(2**63) <= number < 2**63:
        return pa.scalar(int(number), pa.int64())
    return pa.scalar(float(number), pa.float64())


def _stamp(kind: pa.DataType, value: Scalar, zone: ZoneInfo | None) -> pa.Scalar:
    moment = value if isinstance(value, datetime) else None
    if moment is None:
        moment = datetime.combine(value, time()) if isinstance(value, date) else datetime.fromisoformat(str(value))
    if kind.tz is None:
        local = moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment
        return pa.scalar(local, pa.timestamp("us"))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone or _UTC)
    return pa.scalar(aware, pa.timestamp("us", kind.tz))
