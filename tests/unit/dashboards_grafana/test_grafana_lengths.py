"""Lengths of time that SQL puts into words."""

from __future__ import annotations

import sqlite3

import pytest

from dashboards.grafana.sql import length, subject


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(86_400, "1 day"), (604_800, "7 days"), (3_600, "1 hour"), (21_600, "6 hours"), (900, "15 minutes")],
)
def test_a_length_of_time_is_said_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    connection = sqlite3.connect(":memory:")
    said = connection.execute(f"SELECT {length('s')} FROM (SELECT ? AS s)", (seconds,)).fetchone()
    connection.close()
    assert said == (words,)


@pytest.mark.parametrize(("column", "words"), [("", "roc_auc"), ("temp", "roc_auc of temp")])
def test_what_was_measured_names_the_column_if_there_is_one(column: str, words: str) -> None:
    connection = sqlite3.connect(":memory:")
    said = connection.execute(f"SELECT {subject('m', 'c')} FROM (SELECT 'roc_auc' AS m, ? AS c)", (column,)).fetchone()
    connection.close()
    assert said == (words,)
