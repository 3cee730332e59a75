"""Windows are sums of buckets, and no bucket is read twice."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest
from builders.rows import DAY, SHAPE, START, StubData, classifier_rows

from monitor.profile.buckets import Buckets, profile_buckets, repeated, split
from monitor.profile.model import profile_batch
from monitor.profile.plan import Plan, cut_plan
from monitor.window import Window

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return cut_plan(SHAPE, [classifier_rows(START, START + 31 * DAY)])


def day(number: int, length: int = 1) -> Window:
    return Window(START + number * DAY, START + (number + length) * DAY)


def test_rows_go_to_the_bucket_of_their_time() -> None:
    rows = classifier_rows(START, START + DAY)
    shuffled = rows.take(pa.array(range(rows.num_rows - 1, -1, -1)))
    found = dict(split(shuffled, HOUR))
    assert sorted(found) == [START + hour * HOUR for hour in range(24)]
    assert all(part.num_rows == 20 for part in found.values())
    assert all(
        time in Window(start, start + HOUR) for start, part in found.items() for time in part["time"].to_pylist()
    )


def test_a_batch_without_rows_has_no_bucket() -> None:
    assert list(split(classifier_rows(START, START + DAY).slice(0, 0), HOUR)) == []


@pytest.mark.parametrize("granularity", [HOUR, DAY])
def test_a_window_is_the_profile_of_all_its_rows(plan: Plan, granularity: timedelta) -> None:
    data = StubData()
    summed = Buckets(data.current, plan, granularity=granularity, keep=7 * DAY).profile(day(40, 7))
    whole = profile_batch(pa.Table.from_batches(StubData().current(day(40, 7))).combine_chunks().to_batches()[0], plan)
    assert summed.rows == whole.rows
    assert summed.digest() == whole.digest()


def test_windows_that_overlap_read_each_bucket_once(plan: Plan) -> None:
    data = StubData()
    buckets = Buckets(data.current, plan, granularity=DAY, keep=3 * DAY)
    for number in range(40, 46):
        buckets.profile(day(number, 1))
        buckets.profile(day(number - 2, 3)) if number > 41 else None
    assert data.scanned == [day(number) for number in range(40, 46)]


def test_old_buckets_are_forgotten_and_read_again_when_they_are_wanted(plan: Plan) -> None:
    data = StubData()
    buckets = Buckets(data.current, plan, granularity=DAY, keep=2 * DAY)
    for number in (40, 45, 40):
        buckets.profile(day(number))
    assert data.scanned == [day(40), day(45), day(40)]


def test_ids_that_stand_twice_in_a_bucket_are_counted(plan: Plan) -> None:
    rows = classifier_rows(START, START + DAY)
    found = profile_buckets(iter([rows, rows.slice(0, 5)]), plan, granularity=DAY)
    assert found[START].duplicates == 5
    assert found[START].rows == rows.num_rows + 5


def test_rows_without_an_id_are_no_duplicates() -> None:
    assert repeated([pa.array(["a", None, None, "a"])]) == 1
