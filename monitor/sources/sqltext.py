"""Writes statements out as text, for drivers that SQLAlchemy does not speak to."""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

Statement = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]


def sql_text(statement: Statement, engine: sa.Engine) -> str | None:
    """The statement with its values in it; None if one of them cannot be written so.

    >>> engine = sa.create_engine("sqlite://")
    >>> sql_text(sa.select(sa.column("100%")).where(sa.column("a:b") == "it's"), engine)
    'SELECT "100%" \\nWHERE "a:b" = \\'it\\'\\'s\\''
    """
    if not all(map(_can_be_written, _values(statement))):
        return None
    try:
        compiled = statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True})
    except sa.exc.CompileError:
        return None
    # Every percent sign is doubled for drivers that take parameters as %s.
    doubled = engine.dialect.paramstyle in ("format", "pyformat")
    return str(compiled) % () if doubled else str(compiled)


def _values(statement: Statement) -> list[object]:
    found: list[object] = []
    for element in visitors.iterate(statement):
        if isinstance(element, sa.BindParameter):
            value = element.effective_value
            found += value if isinstance(value, list | tuple) else [value]
    return found


def _can_be_written(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)
