"""Buckets are put together without counting any hour twice."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.store.buckets import AT_ONCE, StoredBucket, stretches, without_overlap
from monitor.store.runs import contains_any
from monitor.window import Window, buckets, utc

DAY = Window(utc(2013, 4, 1), utc(2013, 4, 2))
HOUR = timedelta(hours=1)
TWO_DAYS = Window(DAY.start, DAY.end + DAY.length)
HOURS = list(buckets(TWO_DAYS, HOUR))


@given(st.sets(st.sampled_from([*HOURS, *buckets(TWO_DAYS, DAY.length), *buckets(TWO_DAYS, 6 * HOUR)])))
def test_no_two_buckets_overlap_and_no_moment_gets_lost(read: set[Window]) -> None:
    kept = [stored.bucket for stored in without_overlap(StoredBucket(bucket, 1, 1) for bucket in read)]
    assert all(one.end <= other.start for one, other in pairwise(kept))
    covered = {hour for hour in HOURS if any(hour.start in bucket for bucket in read)}
    assert {hour for hour in HOURS if any(hour.start in bucket for bucket in kept)} == covered
    assert all(bucket in kept for bucket in read if bucket.length == DAY.length)


def test_stretches_are_of_one_length_and_in_order() -> None:
    first, *rest = stretches([*reversed(HOURS[24:]), DAY, HOURS[30]])
    assert first == [DAY]
    assert rest == [HOURS[24:]]


def test_long_stretches_are_cut() -> None:
    many = list(buckets(Window(DAY.start, DAY.start + (AT_ONCE + 1) * HOUR), HOUR))
    assert [len(stretch) for stretch in stretches(many)] == [AT_ONCE, 1]


@given(st.lists(st.sampled_from([*HOURS, DAY, TWO_DAYS]), max_size=6), st.integers(0, 40), st.integers(1, 48))
def test_a_window_contains_a_bucket_that_lies_wholly_inside(read: list[Window], start: int, length: int) -> None:
    window = Window(DAY.start + start * HOUR, DAY.start + (start + length) * HOUR)
    inside = any(window.start <= bucket.start and bucket.end <= window.end for bucket in read)
    assert contains_any(window, sorted(read)) == inside
