"""Buckets that follow each other are read in one go."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.observe.stretches import neighbours
from monitor.window import Window, buckets, utc

HOUR = timedelta(hours=1)
HOURS = list(buckets(Window(utc(2024), utc(2024, 1, 3)), HOUR))


@given(st.sets(st.sampled_from(HOURS)), st.integers(1, 9))
def test_stretches_hold_every_bucket_once_and_no_other(chosen: set[Window], most: int) -> None:
    found = neighbours(sorted(chosen), most)
    assert [bucket for stretch in found for bucket in buckets(stretch, HOUR)] == sorted(chosen)
    assert all(stretch.length <= most * HOUR for stretch in found)


def test_a_gap_parts_two_stretches() -> None:
    assert [str(each) for each in neighbours([*HOURS[:3], HOURS[5]], 480)] == [
        "2024-01-01T00:00:00Z/2024-01-01T03:00:00Z",
        "2024-01-01T05:00:00Z/2024-01-01T06:00:00Z",
    ]


def test_no_bucket_makes_no_stretch() -> None:
    assert neighbours([], 480) == []
