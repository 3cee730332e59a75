"""Times out of moments, local times, text and numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.moments import INSTANT, PER_SECOND, UnreadableTimeError, instants, moment, moments, unit_of
from monitor.window import EPOCH, utc

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [UTC, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]
)
LOCAL = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2037-01-01"))
AWARE = st.builds(lambda local, zone: local.replace(tzinfo=zone), LOCAL, ZONES)
SOME = 20


def as_text(value: datetime, separator: str) -> str:
    return value.isoformat(separator)


@given(st.lists(st.one_of(st.none(), AWARE), max_size=SOME))
def test_moments_with_a_zone_keep_their_instant(values: list[datetime | None]) -> None:
    assert moments(values, None).to_pylist() == [value and value.astimezone(UTC) for value in values]


@given(st.lists(st.one_of(st.none(), LOCAL), max_size=SOME), ZONES)
def test_local_times_are_converted_as_python_does(values: list[datetime | None], zone: ZoneInfo) -> None:
    expected = [value and value.replace(tzinfo=zone).astimezone(UTC) for value in values]
    assert instants(pa.array(values, pa.timestamp("us")), zone).to_pylist() == expected


@given(st.lists(st.one_of(AWARE, LOCAL), max_size=SOME), st.sampled_from("T "))
def test_text_reads_as_the_times_that_it_was_written_from(values: list[datetime], separator: str) -> None:
    texts = [as_text(value, separator) for value in values]
    assert moments(texts, BERLIN).to_pylist() == [moment(value, BERLIN) for value in values]


@given(st.lists(st.one_of(AWARE, LOCAL, LOCAL.map(str), LOCAL.map(lambda t: t.date())), max_size=SOME))
def test_a_column_that_mixes_forms_reads_as_value_by_value(values: list[object]) -> None:
    assert moments(values, BERLIN).to_pylist() == [moment(value, BERLIN) for value in values]


@given(st.lists(LOCAL, min_size=1, max_size=SOME), st.sampled_from(["microseconds", "nanoseconds"]))
def test_whole_epoch_numbers_keep_microseconds(values: list[datetime], unit: str) -> None:
    per_second = PER_SECOND[unit]  # type: ignore[index]
    expected = [value.replace(tzinfo=UTC) for value in values]
    numbers = [(value - EPOCH) // timedelta(microseconds=1) * (per_second // 1_000_000) for value in expected]
    assert moments(numbers, None).to_pylist() == expected
    assert [moment(number, None) for number in numbers] == expected


@pytest.mark.parametrize("scale", [1, 1_000, 1_000_000, 1_000_000_000])
@pytest.mark.parametrize("kind", [int, float, Decimal])
def test_epoch_numbers_of_any_unit_and_type_name_the_same_moment(scale: int, kind: type) -> None:
    number = kind(int(utc(2013, 4, 1, 13).timestamp()) * scale)
    assert moments([number, None], None).to_pylist() == [utc(2013, 4, 1, 13), None]


def test_fractions_of_epoch_seconds_are_kept() -> None:
    assert moments([1364774400.25, 1364774400], None).to_pylist() == [
        utc(2013, 4, 1) + timedelta(milliseconds=250),
        utc(2013, 4, 1),
    ]


@pytest.mark.parametrize(("year", "unit"), [(1989, None), (1990, "seconds"), (2099, "seconds"), (2100, None)])
def test_epoch_numbers_lie_between_1990_and_2100(year: int, unit: str | None) -> None:
    assert unit_of(utc(year, 6 if unit else 1).timestamp()) == unit


def test_the_units_of_epoch_numbers_cannot_be_confused() -> None:
    for instant in (utc(1990), utc(2099, 12, 31)):
        for unit, per_second in PER_SECOND.items():
            assert unit_of(instant.timestamp() * per_second) == unit


def test_an_hour_that_the_clock_shows_twice_counts_as_the_first() -> None:
    assert moment("2013-10-27 02:30:00", BERLIN) == utc(2013, 10, 27, 0, 30)
    assert moments(["2013-10-27 02:30:00"], BERLIN).to_pylist() == [utc(2013, 10, 27, 0, 30)]


def test_an_hour_that_the_clock_leaves_out_counts_as_if_it_had_not_been_changed() -> None:
    assert moments(["2013-03-31 02:30:00"], BERLIN).to_pylist() == [utc(2013, 3, 31, 1, 30)]


def test_more_digits_than_microseconds_are_cut() -> None:
    assert moments(["2013-04-01T00:00:00.1234567Z"], None).to_pylist() == [
        utc(2013, 4, 1) + timedelta(microseconds=123456)
    ]


def test_a_date_is_its_midnight() -> None:
    assert moments([date(2013, 4, 1)], UTC).to_pylist() == [utc(2013, 4, 1)]


def test_an_empty_column_of_times_is_a_column_of_times() -> None:
    assert moments([], None).type == INSTANT
    assert moments([None, None], None).type == INSTANT


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("2013-04-01 00:00:00", "has no time zone"),
        (datetime.fromisoformat("2013-04-01"), "has no time zone"),
        (date(2013, 4, 1), "has no time zone"),
        ("yesterday", "'yesterday' is no time in the form of ISO 8601"),
        ("20130401T000000Z", "ISO 8601"),
        ("2013-04-01T25:00:00Z", "hour must be in"),
        (12, "12 is no time between 1990 and 2100"),
        (float("nan"), "nan is no time"),
        (Decimal("Infinity"), "Infinity is no time"),
        (True, "True is no time"),
        (b"2013-04-01", "is no time"),
    ],
)
def test_a_value_that_is_not_one_time_only_is_refused(value: object, why: str) -> None:
    for column in ([value], [value, datetime(2013, 4, 1, tzinfo=timezone(timedelta(hours=1)))]):
        with pytest.raises(UnreadableTimeError, match=why):
            moments(column, None)
