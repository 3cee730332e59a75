"""Lengths of time and moments."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from monitor.config.faults import Wrong
from monitor.config.times import (
    Ago,
    Hold,
    HoldFor,
    Length,
    read_ago,
    read_hold,
    read_length,
    read_moment,
    read_positive_length,
    say_length,
)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("10 minutes", timedelta(minutes=10)),
        ("1 day", timedelta(days=1)),
        ("7 days", timedelta(days=7)),
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("5 min", timedelta(minutes=5)),
        ("4h", timedelta(hours=4)),
        ("2 weeks", timedelta(weeks=2)),
        ("0 seconds", timedelta(0)),
        (" 1 hour ", timedelta(hours=1)),
    ],
)
def test_lengths_of_time_are_a_number_and_a_unit(text: str, length: timedelta) -> None:
    assert read_length(text) == length


@pytest.mark.parametrize(
    "value",
    [60, 1.5, True, None, [], "", "day", "60", "-1 day", "1.5 hours", "1 day 2 hours", "1 month", "2 years", "1 ms"],
)
def test_what_is_no_length_of_time_is_refused(value: object) -> None:
    with pytest.raises(Wrong):
        read_length(value)


@pytest.mark.parametrize("text", ["999999999 weeks", "101 years", "36526 days"])
def test_a_length_beyond_a_hundred_years_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        read_length(text)


def test_nothing_is_no_length_where_it_makes_no_sense() -> None:
    with pytest.raises(Wrong, match="longer than nothing"):
        read_positive_length("0 hours")


@given(st.integers(min_value=1, max_value=10_000_000))
def test_a_length_in_words_reads_back_as_itself(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert read_length(say_length(length)) == length


def test_a_length_ago_is_a_length() -> None:
    assert read_ago("7 days ago") == timedelta(days=7)


@pytest.mark.parametrize("text", ["7 days", "ago", "in 7 days", 7])
def test_ago_has_to_say_ago(text: object) -> None:
    with pytest.raises(Wrong):
        read_ago(text)


@pytest.mark.parametrize(
    ("text", "hold"),
    [
        ("1 window", Hold(windows=1)),
        ("3 windows", Hold(windows=3)),
        ("2 hours", Hold(windows=1, length=timedelta(hours=2))),
    ],
)
def test_a_limit_is_broken_for_windows_or_for_a_length(text: str, hold: Hold) -> None:
    assert read_hold(text) == hold


@pytest.mark.parametrize("value", [2, "0 windows", "0 hours", "windows", "-1 windows"])
def test_what_is_no_hold_is_refused(value: object) -> None:
    with pytest.raises(Wrong):
        read_hold(value)


@pytest.mark.parametrize(
    "value",
    [
        "2013-04-01",
        date(2013, 4, 1),
        datetime(2013, 4, 1),  # noqa: DTZ001 - no zone is the point
        "2013-04-01T00:00:00",
        "2013-04-01T02:00:00+02:00",
        datetime(2013, 4, 1, 2, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_a_moment_without_a_zone_is_utc_and_others_are_moved_there(value: object) -> None:
    moment = read_moment(value)
    assert moment == datetime(2013, 4, 1, tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("value", [2013, "soon", None, "2013-13-01", "0001-01-01T00:00:00+05:00"])
def test_what_is_no_moment_is_refused(value: object) -> None:
    with pytest.raises(Wrong, match="moment"):
        read_moment(value)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Length, ["10 minutes", "30s", "2w"]),
        (Ago, ["7 days ago"]),
        (HoldFor, ["2 windows", "1 window", "4 hours"]),
    ],
)
def test_the_pattern_in_the_schema_takes_what_is_read(kind: Any, texts: list[str]) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(kind)
    for text in texts:
        assert adapter.validate_python(text)
        assert re.search(adapter.json_schema()["pattern"], text)
