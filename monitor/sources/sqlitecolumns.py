"""Gives the columns of a SQLite table certain types in the query, and marks the rows that have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from monitor.sources import arrowcolumns
from monitor.sources.arrowcolumns import Conversion
from monitor.sources.query import Query

_BEYOND_WHOLE = 9e18
_LEAST_BLOB: sa.ColumnElement[bytes] = sa.literal_column("x''")
_TIMES: Mapping[str, tuple[sa.ColumnElement[Any], Conversion]] = {
    "text": (sa.literal(""), arrowcolumns.TEXT["time"]),
    "integer": (sa.literal(0), arrowcolumns.WHOLE["time"]),
    "real": (sa.literal(0.0), arrowcolumns.FLOATS["time"]),
}
_SHOWN = (1e-4, 1e15)  # what neither SQLite nor Python writes with an exponent


@dataclass(frozen=True, slots=True)
class SqliteColumn:
    """A column as the fast query reads it; in `odd` rows SQL cannot say what Python would make of the value."""

    expression: sa.ColumnElement[Any]
    odd: sa.ColumnElement[bool]
    example: sa.ColumnElement[Any]
    conversion: Conversion


def sqlite_columns(query: Query) -> list[SqliteColumn] | None:
    """The columns of a query, or None where most rows would be odd."""
    columns = [_column(query, name) for name in query.names]
    known = [column for column in columns if column is not None]
    return known if len(known) == len(columns) else None


def typed(columns: Sequence[SqliteColumn], query: Query) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The query with a mark for odd rows behind its columns; its first row is there for its types alone.

    The driver takes the types from the first rows.
    """
    # Outside of CASE, SQLite looks at both sides of every OR and AND.
    odd = sa.case((sa.or_(*(column.odd for column in columns)), 1), else_=0)
    examples: list[sa.ColumnElement[Any]] = [*(column.example for column in columns), sa.literal(0)]
    first = sa.select(*(example.label(f"c{position}") for position, example in enumerate(examples)))
    return sa.union_all(first, query.select([*(column.expression for column in columns), odd]))


def _column(query: Query, name: str) -> SqliteColumn | None:
    use = query.spec.use(name)
    column = query.column(name)
    value: sa.ColumnElement[Any] = sa.type_coerce(column, sa.types.NULLTYPE)
    if use == "time":
        return _time(value, query.times[name].storages)
    if use == "categorical":
        return _categorical(value)
    return None if isinstance(column.type, sa.String) else _numeric(value)


# In SQLite every number is less than any text, and every text less than any blob: that asks for a type, and is quick.
def _is_number(value: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return value < sa.literal("")


def _is_text_or_blob(value: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return value >= sa.literal("")


def _numeric(value: sa.ColumnElement[Any]) -> SqliteColumn:
    return SqliteColumn(
        expression=sa.cast(value, sa.REAL),
        odd=_is_text_or_blob(value),
        example=sa.literal(0.0),
        conversion=arrowcolumns.FLOATS["numeric"],
    )


def _categorical(value: sa.ColumnElement[Any]) -> SqliteColumn:
    is_real = sa.func.typeof(value) == "real"
    whole = sa.cast(value, sa.Integer)
    is_whole = sa.and_(is_real, value.between(-_BEYOND_WHOLE, _BEYOND_WHOLE), value == whole)
    # Text of 15 digits that reads as the same number is the shortest that does, which is what Python writes.
    shown = sa.func.printf("%!.15g", value)
    is_shown = sa.and_(sa.func.abs(value).between(*_SHOWN), sa.cast(shown, sa.REAL) == value)
    texts = (
        (_is_text_or_blob(value), sa.cast(value, sa.Text)),
        (is_whole, sa.cast(whole, sa.Text)),
        (is_real, shown),
    )
    return SqliteColumn(
        expression=sa.case(*texts, else_=sa.cast(value, sa.Text)),
        odd=sa.or_(value >= _LEAST_BLOB, sa.and_(_is_number(value), is_real, sa.not_(is_whole), sa.not_(is_shown))),
        example=sa.literal(""),
        conversion=arrowcolumns.TEXT["categorical"],
    )


def _time(value: sa.ColumnElement[Any], storages: frozenset[str]) -> SqliteColumn | None:
    if len(storages) != 1:
        return None
    (storage,) = storages
    example, conversion = _TIMES[storage]
    found = sa.func.typeof(value)
    return SqliteColumn(
        expression=sa.case((found == storage, value)),
        odd=found.not_in([storage, "null"]),
        example=example,
        conversion=conversion,
    )
