"""Windows are half-open, in UTC, and whole numbers of buckets."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.window import Window, buckets, ceiling, floor, from_epoch, to_epoch, utc

MOMENTS = st.integers(0, 4_000_000_000).map(from_epoch)
STEPS = st.integers(1, 40 * 86400).map(lambda seconds: timedelta(seconds=seconds))


def test_a_window_holds_its_start_and_not_its_end() -> None:
    day = Window(utc(2013, 4, 1), utc(2013, 4, 2))
    assert utc(2013, 4, 1) in day
    assert utc(2013, 4, 2) not in day


@pytest.mark.parametrize("end", [utc(2013, 4, 1), utc(2013, 3, 1)])
def test_a_window_that_ends_before_it_starts_is_refused(end: datetime) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Window(utc(2013, 4, 1), end)


def test_a_window_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Window(datetime(2013, 4, 1), datetime(2013, 4, 2))  # noqa: DTZ001 - the very thing that is refused


@given(MOMENTS, STEPS)
def test_floor_and_ceiling_are_the_nearest_multiples(moment: datetime, step: timedelta) -> None:
    low, high = floor(moment, step), ceiling(moment, step)
    assert low <= moment <= high
    assert high - low in (timedelta(0), step)
    assert to_epoch(low) % step.total_seconds() == 0


@given(MOMENTS, STEPS, st.integers(1, 50))
def test_the_buckets_of_a_window_cover_it_without_gap_or_overlap(start: datetime, step: timedelta, count: int) -> None:
    window = Window(floor(start, step), floor(start, step) + count * step)
    found = list(buckets(window, step))
    assert len(found) == count
    assert (found[0].start, found[-1].end) == (window.start, window.end)
    assert all(left.end == right.start for left, right in itertools.pairwise(found))
