"""Reasons, and the numbers and times in them, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from builders.readings import day
from hypothesis import given
from hypothesis import strategies as st

from alerts.rule import Rule
from alerts.verdict import back, broken, good, not_yet_cleared
from alerts.wording import in_a_row, length, moment, number, numbers_apart, short_length

HIGH = Rule(name="Drift", metric="psi", above=0.2, clear_above=0.15)
BAND = Rule(name="Rows", metric="row_count", below=1000, above=50_000, clear_below=1200)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (broken(HIGH, 0.31, windows=1), "psi 0.31 is above 0.2"),
        (broken(HIGH, 0.31, windows=3), "psi 0.31 is above 0.2, third window in a row"),
        (broken(BAND, 12, windows=1), "row_count 12 is below 1,000"),
        (broken(BAND, 61_234, windows=1), "row_count 61,234 is above 50,000"),
        (broken(HIGH, float("inf"), windows=1), "psi infinite is above 0.2"),
        (good(HIGH, 0.1), "psi 0.1 is not above 0.2"),
        (good(BAND, 2000), "row_count 2,000 is between 1,000 and 50,000"),
        (not_yet_cleared(HIGH, 0.18), "psi 0.18 is not yet back below 0.15"),
        (back(HIGH, 0.1, day(2)), "psi 0.1 is back below 0.15 since 2013-06-03"),
        (back(HIGH, 0.1, day(2.5)), "psi 0.1 is back below 0.15 since 2013-06-03 12:00 UTC"),
        (back(BAND, 1300, None), "row_count 1,300 is back between 1,200 and 50,000"),
    ],
)
def test_a_reason_says_the_metric_the_value_and_the_limit(text: str, expected: str) -> None:
    assert text == expected


def test_a_value_that_breaks_nothing_has_no_reason_to_be_broken() -> None:
    with pytest.raises(ValueError, match="breaks no limit of Drift"):
        broken(HIGH, 0.2, windows=1)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_a_value_and_its_limit_never_read_the_same_unless_they_are(value: float, limit: float) -> None:
    value_text, limit_text = numbers_apart(value, limit)
    assert (value_text == limit_text) is (value == limit and str(value) == str(limit))


@given(st.floats(min_value=-1e14, max_value=1e14).filter(lambda value: abs(value) > 1e-3))
def test_a_number_in_words_is_near_the_number(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.006)


@given(st.integers(1, 10**8))
def test_a_length_in_words_is_exactly_that_long(seconds: int) -> None:
    count, unit = length(seconds).split()
    assert timedelta(**{f"{unit.rstrip('s')}s": int(count)}) == timedelta(seconds=seconds)
    assert short_length(seconds) == f"{count}{unit[0]}"


@pytest.mark.parametrize(
    ("windows", "words"), [(1, ""), (10, ", tenth window in a row"), (22, ", 22nd window in a row")]
)
def test_windows_in_a_row_are_counted_from_the_second(windows: int, words: str) -> None:
    assert in_a_row(windows) == words


def test_a_moment_is_told_in_utc_wherever_it_came_from() -> None:
    berlin = timezone(timedelta(hours=2))
    assert moment(datetime(2013, 6, 3, 2, tzinfo=berlin)) == moment(datetime(2013, 6, 3, tzinfo=UTC))
