"""Rows that come late, twice, or go: windows are as if all had been there from the start, and nothing is read twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.memory import HOUR, START, MemoryData, ids
from builders.watch import Watch

from monitor.store.database import migrate, open_store

HOURS = 8


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def predicted(data: MemoryData, hours: int = HOURS, *, first: int = 0) -> list[str]:
    """Predictions of some hours, each known at once."""
    rows = ids(START + first * HOUR, hours)
    for name, at in rows:
        data.predict(name, at)
    return [name for name, _ in rows]


def revisions(watch: Watch, metric: str = "row_count") -> dict[int, int]:
    """The revision of each window, by the hour of its end."""
    first = int(START.timestamp())
    found = watch.rows(f"SELECT time_epoch, revision FROM v_measurement WHERE metric = '{metric}' AND version = ''")
    return {(int(str(end)) - first) // 3600: int(str(revision)) for end, revision in found}


def late_rows(watch: Watch) -> dict[int, int]:
    """Rows counted as late, by the hour of their bucket."""
    first = int(START.timestamp())
    found = watch.rows("SELECT time_epoch - bucket_seconds, late_rows FROM v_bucket WHERE late_rows > 0")
    return {(int(str(start)) - first) // 3600: int(str(count)) for start, count in found}


@pytest.mark.parametrize("notes_arrival", [True, False])
def test_late_rows_re_open_their_buckets_and_only_these_are_read_again(
    store: sa.Engine, tmp_path: Path, notes_arrival: bool
) -> None:
    data = MemoryData(notes_arrival=notes_arrival)
    predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    for number in (2, 5):
        for extra in range(3):
            data.predict(f"late {number} {extra}", START + (number + 0.3) * HOUR, came=START + (HOURS + 0.2) * HOUR)
    assert watch.tick(HOURS + 0.5) == ["done"] * 6
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert revisions(watch) == {3: 2, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2}
    assert watch.tick(HOURS + 0.7) == []


@pytest.mark.parametrize("notes_arrival", [True, False])
def test_a_bucket_is_read_once_and_once_more_for_what_came_late(store: sa.Engine, notes_arrival: bool) -> None:
    data = MemoryData(notes_arrival=notes_arrival)
    names = predicted(data)
    watch = Watch(store, data, windows=(HOUR, 3 * HOUR))
    watch.tick(HOURS)
    assert {data.predictions.times_handed_out("scanned", name) for name in names} == {1}
    data.predict("late", START + 2.3 * HOUR, came=START + 8.1 * HOUR)
    watch.tick(HOURS + 0.5)
    twice = [name for name in names if data.predictions.times_handed_out("scanned", name) == 2]
    assert twice == names[12:18]
    assert data.predictions.most("scanned") == 2


def test_a_row_that_others_see_only_after_a_while_is_not_missed(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(notes_arrival=True)
    predicted(data)
    watch = Watch(store, data, delay=timedelta(minutes=10))
    watch.tick(HOURS + 0.2)
    watch.tick(HOURS + 0.4)
    data.predict("slow", START + 5.5 * HOUR, came=START + (HOURS + 0.3) * HOUR)
    watch.tick(HOURS + 0.6)
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_what_comes_late_between_a_backfill_and_the_first_tick_is_not_missed(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(notes_arrival=True)
    predicted(data)
    watch = Watch(store, data)
    watch.now = START + HOURS * HOUR
    watch.measure()
    data.predict("late", START + 5.5 * HOUR, came=START + (HOURS + 0.3) * HOUR)
    watch.tick(HOURS + 0.6)
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert revisions(watch)[6] == 2


@pytest.mark.parametrize("notes_arrival", [True, False])
def test_what_is_later_than_lateness_is_counted_once(store: sa.Engine, notes_arrival: bool) -> None:
    data = MemoryData(notes_arrival=notes_arrival)
    predicted(data, 20)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(20)
    before = watch.measured()
    for number in range(3):
        data.predict(f"late {number}", START + (10 + number) * HOUR, came=START + 20.1 * HOUR)
    for tenth in range(2, 8):
        watch.tick(20 + tenth / 10)
    assert watch.measured() == before
    assert late_rows(watch) == {10: 1, 11: 1, 12: 1}
    data.predict("later still", START + 11 * HOUR, came=START + 20.75 * HOUR)
    watch.take_in_late(20.8)
    watch.take_in_late(20.9)
    assert late_rows(watch) == {10: 1, 11: 2, 12: 1}


@pytest.mark.parametrize("are_compacted", [False, True])
def test_all_that_the_store_remembers_is_counted_once_a_day(store: sa.Engine, are_compacted: bool) -> None:
    data = MemoryData()
    predicted(data, 40)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(40)
    if are_compacted:
        assert watch.compact() == 1
    for number in (3, 3.5, 20):
        data.predict(f"late {number}", START + number * HOUR)
    watch.take_in_late(59)
    assert late_rows(watch) == {}
    for hour in (61, 62, 85):
        watch.take_in_late(hour)
    assert late_rows(watch) == ({0: 3} if are_compacted else {3: 2, 20: 1})


def test_a_row_that_came_in_time_is_not_late_however_long_nobody_looked(store: sa.Engine) -> None:
    data = MemoryData(notes_arrival=True)
    predicted(data, 4)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(4)
    predicted(data, 36, first=4)
    watch.now = START + 40 * HOUR
    watch.measure()
    watch.take_in_late(40.5)
    assert late_rows(watch) == {}


def test_the_bucket_that_lies_just_within_lateness_is_taken_in_and_the_one_before_is_not(store: sa.Engine) -> None:
    data = MemoryData()
    predicted(data, 20)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(20)
    data.predict("within", START + 13 * HOUR)
    data.predict("before", START + 12 * HOUR)
    watch.tick(20.5)
    assert late_rows(watch) == {12: 1}
    assert revisions(watch)[14] == 2
    assert revisions(watch)[13] == 1


def test_a_row_that_was_deleted_is_gone_from_its_windows(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    del data.predictions.rows[33]
    watch.tick(HOURS + 0.5)
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert revisions(watch) == {3: 1, 4: 1, 5: 1, 6: 2, 7: 2, 8: 2}


def test_rows_may_come_twice_and_in_any_order(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(versions=True, segments=True)
    rows = ids(START, HOURS)
    for number, (name, at) in enumerate(reversed(rows)):
        data.predict(name, at, version="ab"[number % 2])
    watch = Watch(store, data, windows=(HOUR, 4 * HOUR))
    watch.tick(HOURS)
    for name, at in rows[12:15]:
        data.predict(name, at, version="b")
    watch.tick(HOURS + 0.5)
    assert watch.measured() == watch.from_the_start(tmp_path)
    duplicates = watch.rows("SELECT max(value) FROM v_measurement WHERE metric = 'duplicate_share' AND version = ''")
    assert duplicates == [(pytest.approx(2 / 9),)]  # of the same version


def test_a_bucket_that_was_empty_may_still_fill(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    predicted(data, 2)
    predicted(data, 3, first=5)
    watch = Watch(store, data, windows=(2 * HOUR,))
    assert watch.tick(HOURS).count("skipped: no predictions in this window") == 2
    predicted(data, 2, first=3)
    watch.tick(HOURS + 0.5)
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_a_tick_without_anything_new_reads_no_row(store: sa.Engine) -> None:
    data = MemoryData()
    predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    data.predictions.handed_out.clear()
    assert watch.tick(HOURS + 0.9) == []
    assert not data.predictions.handed_out
