"""Statements written out as text."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
import sqlalchemy as sa

from monitor.sources.sqltext import sql_text

POSTGRESQL = sa.create_engine("postgresql+psycopg://nobody@localhost/nothing")
TABLE = sa.table("100% ;", sa.column('a"b %s'))
COLUMN = TABLE.columns['a"b %s']


def where(condition: sa.ColumnElement[bool]) -> str:
    text = sql_text(sa.select(COLUMN).where(condition), POSTGRESQL)
    assert text is not None
    return text.partition("WHERE ")[2]


def test_percent_signs_and_quotes_stay_what_they_are() -> None:
    assert sql_text(sa.select(COLUMN), POSTGRESQL) == 'SELECT "100% ;"."a""b %s" \nFROM "100% ;"'
    assert where(COLUMN == "it's 5% of :x").endswith("= 'it''s 5% of :x'")


@pytest.mark.parametrize("value", [7, 2.5, Decimal("2.50"), True, "x"])
def test_values_of_every_kind_are_written(value: object) -> None:
    assert "None" not in where(COLUMN.in_([value]) | COLUMN.is_not_distinct_from(value))
    assert "POSTCOMPILE" not in where(COLUMN.in_([value]))


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_numbers_that_sql_has_no_word_for_are_not_written(value: float) -> None:
    assert sql_text(sa.select(COLUMN).where(COLUMN.between(0.0, value)), POSTGRESQL) is None
    assert sql_text(sa.select(COLUMN).where(COLUMN.in_([1.0, value])), POSTGRESQL) is None


def test_a_value_that_sqlalchemy_cannot_write_is_left_to_the_driver() -> None:
    unknown = sa.literal(object(), sa.types.NullType())
    assert sql_text(sa.select(COLUMN).where(COLUMN.is_not_distinct_from(unknown)), POSTGRESQL) is None
