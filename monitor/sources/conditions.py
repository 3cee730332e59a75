"""Builds the WHERE of a query from typed filters and ids, in the type of the column they are held against."""

from __future__ import annotations

import operator
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from monitor.sources.reflection import is_sqlite, type_name
from monitor.sources.spec import Filter, Scalar
from monitor.sources.values import text

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,18})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?")
_BIGGEST = 2**63 - 1


def filter_condition(table: sa.Table, wanted: Filter, engine: sa.Engine) -> sa.ColumnElement[bool]:
    """The filter in SQL; raises `ValueError` where value and column do not go together."""
    column = table.columns[wanted.column]
    if wanted.op in ("is null", "is not null"):
        return column.is_(None) if wanted.op == "is null" else column.is_not(None)
    left = _left(column, engine)
    if wanted.op in ("in", "not in"):
        values = wanted.value if isinstance(wanted.value, tuple) else (wanted.value,)
        fitted = [_fitted(column, value, engine) for value in values]
        return left.in_(fitted) if wanted.op == "in" else left.not_in(fitted)
    compared: sa.ColumnElement[bool] = _COMPARE[wanted.op](left, _fitted(column, wanted.value, engine))
    return compared


def ids_condition(column: sa.Column[object], ids: Iterable[str], engine: sa.Engine) -> sa.ColumnElement[bool]:
    """Rows with one of these canonical ids; ids that the column cannot hold are left out."""
    return _left(column, engine).in_(_ids(column, list(ids), engine))


def _left(column: sa.Column[object], engine: sa.Engine) -> sa.ColumnElement[object]:
    if is_sqlite(engine):
        return sa.type_coerce(column, sa.types.NULLTYPE)
    if isinstance(column.type, sa.Integer):  # a number beyond a small column finds nothing, and is no error
        return sa.type_coerce(column, sa.BigInteger())
    return column


def _fitted(column: sa.Column[object], value: Scalar | tuple[Scalar, ...] | None, engine: sa.Engine) -> object:
    """The value in the type of the column."""
    if value is None or isinstance(value, tuple):
        raise ValueError(f"one value is wanted, not {value!r}")
    try:
        return _in_type(column.type, value) if not is_sqlite(engine) else _in_sqlite(column.type, value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} does not go with {type_name(column, engine)}") from None


def _in_type(wanted: sa.types.TypeEngine[object], value: Scalar) -> object:
    if isinstance(wanted, sa.Boolean):
        return _truth(value)
    if isinstance(wanted, sa.Uuid):
        return uuid.UUID(str(value))
    if isinstance(wanted, sa.DateTime):
        return _datetime(value)
    if isinstance(wanted, sa.Date):
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    if isinstance(wanted, sa.Integer | sa.Numeric | sa.Float):
        return _in_numbers(wanted, _number(value))
    return text(value) if isinstance(wanted, sa.String) else value


def _in_numbers(wanted: sa.types.TypeEngine[object], number: float | Decimal) -> object:
    if not isinstance(wanted, sa.Integer):
        return number
    # A fraction bound in the column's own type would be rounded without a word.
    return int(number) if number == int(number) else sa.literal(number, sa.Double())


def _in_sqlite(declared: sa.types.TypeEngine[object], value: Scalar) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(declared, sa.Integer | sa.Numeric | sa.Float):
        return _number(value)
    return float(value) if isinstance(value, Decimal) else value


def _truth(value: Scalar) -> bool:
    if value in (0, 1):
        return bool(value)
    raise ValueError


def _number(value: Scalar) -> int | float | Decimal:
    if isinstance(value, int | float | Decimal):
        return value
    raise TypeError


def _datetime(value: Scalar) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    return datetime.fromisoformat(str(value))


def _ids(column: sa.Column[object], ids: Sequence[str], engine: sa.Engine) -> list[object]:
    if is_sqlite(engine):
        # A column with a declared type turns text into what it holds by itself; one without does not.
        bare = isinstance(column.type, sa.types.NullType)
        return [*ids, *_whole(ids)] if bare else list(ids)
    if isinstance(column.type, sa.Integer):
        return list(_whole(ids))
    if isinstance(column.type, sa.Numeric | sa.Float):
        numbers = [Decimal(name) for name in ids if _DECIMAL.fullmatch(name)]
        return list(map(float, numbers)) if isinstance(column.type, sa.Float) else list(numbers)
    if isinstance(column.type, sa.Uuid):
        return list(_uuids(ids))
    return list(ids)


def _whole(ids: Iterable[str]) -> list[int]:
    numbers = (int(name) for name in ids if _WHOLE.fullmatch(name))
    return [number for number in numbers if abs(number) <= _BIGGEST]


def _uuids(ids: Iterable[str]) -> Iterable[uuid.UUID]:
    for name in ids:
        try:
            yield uuid.UUID(name)
        except ValueError:
            continue
