"""Time intervals hold by the clock of their zone, whatever the season."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.muting import TimeInterval, muted

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = TimeInterval(times=((9 * 60, 17 * 60),), weekdays=((1, 5),), zone=BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-01-05T07:59", False),
        ("2026-01-05T08:00", True),
        ("2026-01-05T15:59", True),
        ("2026-01-05T16:00", False),
        ("2026-07-06T07:00", True),
        ("2026-07-06T15:00", False),
        ("2026-01-04T12:00", False),
    ],
)
def test_office_hours_are_those_of_the_zone_in_winter_and_summer(moment: str, inside: bool) -> None:
    assert OFFICE.contains(at(moment)) is inside


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        (TimeInterval(days_of_month=((-3, -1),)), "2026-02-26T00:00", "2026-02-25T23:59"),
        (TimeInterval(days_of_month=((27, 31),)), "2026-02-28T12:00", "2026-03-01T12:00"),
        (TimeInterval(days_of_month=((29, 31),)), "2024-02-29T12:00", "2026-02-28T12:00"),
        (TimeInterval(days_of_month=((-31, -30),)), "2026-01-01T12:00", "2026-02-01T12:00"),
        (TimeInterval(days_of_month=((-31, -28),)), "2026-02-01T12:00", "2026-02-02T12:00"),
        (TimeInterval(days_of_month=((10, -1),)), "2026-04-30T12:00", "2026-04-09T12:00"),
        (TimeInterval(months=((1, 3),)), "2026-03-31T23:59", "2026-04-01T00:00"),
        (TimeInterval(years=((2026, 2027),)), "2027-12-31T23:59", "2028-01-01T00:00"),
        (TimeInterval(weekdays=((0, 0), (6, 6))), "2026-03-01T12:00", "2026-03-02T12:00"),
        (TimeInterval(times=((22 * 60, 24 * 60),)), "2026-03-01T23:59", "2026-03-02T00:00"),
    ],
)
def test_ranges_hold_both_their_ends_but_the_minute_that_a_time_ends_at(
    interval: TimeInterval, inside: str, outside: str
) -> None:
    assert interval.contains(at(inside))
    assert not interval.contains(at(outside))


@pytest.mark.parametrize(
    ("moment", "inside"),
    [("2026-10-24T23:59", False), ("2026-10-25T00:30", True), ("2026-10-25T01:30", True), ("2026-10-25T02:00", False)],
)
def test_the_hour_that_comes_twice_in_autumn_is_twice_in_the_interval(moment: str, inside: bool) -> None:
    half_past_two = TimeInterval(times=((2 * 60, 3 * 60),), zone=BERLIN)
    assert half_past_two.contains(at(moment)) is inside


def test_the_last_day_of_the_month_in_which_clocks_change_is_its_last_day() -> None:
    last = TimeInterval(days_of_month=((-1, -1),), zone=BERLIN)
    assert [last.contains(at(f"2026-03-{day}T12:00")) for day in (30, 31)] == [False, True]


def test_an_interval_without_ranges_is_always() -> None:
    assert TimeInterval().contains(at("2026-03-01T12:00"))


def test_who_is_muted_hears_in_which_interval() -> None:
    intervals = {"nights": [TimeInterval(times=((0, 360),))], "office": [OFFICE]}
    night, noon = at("2026-01-05T03:00"), at("2026-01-05T12:00")
    assert muted(intervals, night, mute=["nights"], active=[]) == "muted in nights"
    assert muted(intervals, noon, mute=["nights"], active=[]) == ""
    assert muted(intervals, night, mute=[], active=["office"]) == "muted outside of office"
    assert muted(intervals, noon, mute=[], active=["office"]) == ""
