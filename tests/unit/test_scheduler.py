"""Which windows are due is a matter of UTC arithmetic."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from monitor.scheduler import CATCH_UP, Schedule, due_windows, start_ticking, windows_within
from monitor.window import Window, utc

DAY = timedelta(days=1)
DAILY = Schedule(windows=(DAY,), every=DAY, delay=timedelta(hours=2))
BOTH = Schedule(windows=(DAY, 7 * DAY), every=DAY, delay=timedelta(hours=2))


def day(number: int, length: int = 1) -> Window:
    end = utc(2013, 4, 1) + number * DAY
    return Window(end - length * DAY, end)


def test_a_window_is_closed_when_its_delay_has_passed() -> None:
    assert due_windows(DAILY, set(), utc(2013, 4, 2, 1, 59)) == [day(0)]
    assert due_windows(DAILY, set(), utc(2013, 4, 2, 2)) == [day(1)]


def test_without_history_only_the_newest_window_of_each_length_is_due() -> None:
    assert due_windows(BOTH, set(), utc(2013, 4, 20, 3)) == [day(19), day(19, 7)]


def test_windows_that_were_missed_are_due_in_order() -> None:
    assert due_windows(DAILY, {day(1)}, utc(2013, 4, 5, 3)) == [day(2), day(3), day(4)]


def test_a_gap_between_windows_that_ended_is_due() -> None:
    assert due_windows(DAILY, {day(1), day(3)}, utc(2013, 4, 4, 3)) == [day(2)]


def test_nothing_is_due_twice() -> None:
    assert due_windows(DAILY, {day(1)}, utc(2013, 4, 2, 3)) == []


def test_a_long_absence_is_caught_up_only_so_far() -> None:
    due = due_windows(DAILY, {day(1)}, utc(2026, 1, 1, 3))
    assert due[-1].end == utc(2026, 1, 1)
    assert due[0].end == utc(2026, 1, 1) - CATCH_UP


def test_a_backfill_takes_the_windows_that_lie_wholly_inside() -> None:
    found = list(windows_within(BOTH, utc(2013, 4, 1), utc(2013, 4, 9)))
    assert [window.end for window in found if window.length == 7 * DAY] == [utc(2013, 4, 8), utc(2013, 4, 9)]
    assert len([window for window in found if window.length == DAY]) == 8
    assert [window.end for window in found] == sorted(window.end for window in found)


def test_a_backfill_from_the_middle_of_a_day_begins_with_the_next() -> None:
    found = list(windows_within(DAILY, utc(2013, 4, 1, 12), utc(2013, 4, 3, 12)))
    assert found == [Window(utc(2013, 4, 2), utc(2013, 4, 3))]


def test_windows_are_a_day_long_also_when_clocks_change() -> None:
    found = list(windows_within(DAILY, utc(2013, 3, 30), utc(2013, 4, 2)))
    assert {window.length for window in found} == {DAY}


def test_ticks_come_again_and_again() -> None:
    ticks = threading.Semaphore(0)
    scheduler = start_ticking([(timedelta(milliseconds=20), ticks.release)], now=datetime.now(UTC))
    try:
        assert all(ticks.acquire(timeout=10) for _ in range(3))
    finally:
        scheduler.shutdown()
