"""Targets are joined when they come, in whatever order, and no feature is read for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from builders.memory import HOUR, START, MemoryData, ids
from builders.watch import Watch

from monitor.store.database import migrate, open_store

HOURS = 10


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def predicted(data: MemoryData, hours: int = HOURS) -> list[str]:
    rows = ids(START, hours)
    for number, (name, at) in enumerate(rows):
        data.predict(name, at, version="ab"[number % 2])
    return [name for name, _ in rows]


def late_targets(watch: Watch) -> dict[int, int]:
    """Targets counted as late, by the hour of their prediction."""
    first = int(START.timestamp())
    found = watch.rows("SELECT bucket_start, late_targets FROM bucket WHERE late_targets > 0")
    return {(int(str(start)) - first) // 3600: int(str(count)) for start, count in found}


@pytest.mark.parametrize("seed", range(3))
def test_targets_that_come_over_many_hours_are_as_if_they_had_always_been_there(
    store: sa.Engine, tmp_path: Path, seed: int
) -> None:
    data = MemoryData(versions=True, segments=True)
    names = [name for name, _ in ids(START, 16)]
    watch = Watch(store, data, windows=(HOUR, 4 * HOUR), lateness=24 * HOUR)
    draw = np.random.default_rng(seed)
    rows = ids(START, 16)
    due = sorted((number / 6 + float(draw.exponential(4)), name) for number, name in enumerate(names))
    for hour in range(1, 30):
        for name, at in rows:
            if START + (hour - 1) * HOUR <= at < START + hour * HOUR:
                data.predict(name, at, version="ab"[len(name) % 2])
        for after, name in due:
            if hour - 1 <= after < hour:
                data.observe(name, START + after * HOUR)
                if draw.random() < 0.2:
                    data.observe(name, START + (after + 0.01) * HOUR, target="1")
        watch.tick(hour)
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert data.predictions.most("scanned") == 2  # once here, once in the world from the start
    assert watch.rows("SELECT max(revision) FROM v_measurement")[0][0] > 2  # type: ignore[operator]


def test_no_feature_is_read_for_a_target(store: sa.Engine) -> None:
    data = MemoryData(segments=True)
    names = predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    for number, name in enumerate(names):
        data.observe(name, START + (HOURS + number / 60) * HOUR)
    assert watch.tick(HOURS + 1) != []
    assert data.predictions.most("scanned") == 1
    assert data.predictions.most("looked up") == 1
    assert data.predictions.most("narrow") == 0


def test_a_correction_takes_the_place_of_what_it_corrects(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    names = predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    for name in names[:20]:
        data.observe(name, START + 10.5 * HOUR, target="0")
    watch.tick(11)
    before = watch.measured()
    for name in names[3:6]:
        data.observe(name, START + 11.5 * HOUR, target="1")
    watch.tick(12)
    assert watch.measured() != before
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert data.predictions.times_handed_out("narrow", names[3]) == 1
    assert data.predictions.times_handed_out("narrow", names[30]) == 0


def test_a_target_before_its_prediction_waits_for_it(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    predicted(data, 4)
    watch = Watch(store, data, windows=(HOUR,))
    data.observe("early", START + 1.5 * HOUR)
    watch.tick(4)
    data.predict("early", START + 5.5 * HOUR)
    data.predict("late", START + 2.5 * HOUR)
    data.observe("late", START + 3.5 * HOUR)
    for hour in range(5, 9):
        watch.tick(hour)
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert watch.rows("SELECT sum(targets) FROM v_bucket") == [(2,)]


def test_a_target_observed_long_ago_is_joined_when_it_comes(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    names = predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    watch.tick(HOURS + 1)
    data.observe(names[14], START + 3.5 * HOUR)
    data.observe(names[15], START + 10.5 * HOUR)
    assert watch.tick(HOURS + 1.2) == ["done"] * 3
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert watch.tick(HOURS + 1.3) == []


def test_a_target_observed_long_ago_that_comes_after_a_backfill_is_joined(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    names = predicted(data)
    watch = Watch(store, data)
    watch.now = START + HOURS * HOUR
    watch.measure()
    data.observe(names[14], START + 3.5 * HOUR)
    watch.tick(HOURS + 0.5)
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_counting_those_without_a_prediction_hides_no_target(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(counts_unmatched=True)
    names = predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    data.observe(names[14], START + 8.5 * HOUR)
    watch.now = START + (HOURS + 1) * HOUR
    watch.measure()
    watch.tick(HOURS + 1.1)
    data.counts_unmatched = False
    ideal = watch.from_the_start(tmp_path)
    assert {key: each for key, each in watch.measured().items() if key[5] != "unmatched_targets"} == ideal


def test_those_without_a_prediction_are_counted_anew_when_more_come(store: sa.Engine) -> None:
    data = MemoryData(counts_unmatched=True)
    predicted(data)
    data.observe("nobody", START + 8.6 * HOUR)
    watch = Watch(store, data)
    watch.tick(HOURS)
    data.observe("nobody either", START + 8.7 * HOUR)
    watch.tick(HOURS + 1)
    unmatched = watch.rows("SELECT value FROM v_measurement WHERE metric = 'unmatched_targets' ORDER BY time_epoch")
    assert unmatched[-3:] == [(1.0,), (1.0,), (2.0,)]


def test_targets_without_times_are_joined_when_there_are_more_of_them(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(target_times=False)
    names = predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    for hour in range(3):
        for name in names[hour::3]:
            data.observe(name, None)
        watch.tick(HOURS + 1 + hour)
        assert watch.tick(HOURS + 1.5 + hour) == []
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert data.predictions.times_handed_out("scanned", names[0]) == 2  # once in the world from the start


def test_a_target_that_has_no_time_gives_way_to_one_that_has(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    names = predicted(data)
    data.observe(names[3], None, target="0")
    watch = Watch(store, data)
    watch.tick(HOURS)
    data.observe(names[3], START + 10.5 * HOUR, target="1")
    watch.tick(11)
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert watch.rows("SELECT sum(targets) FROM v_bucket") == [(1,)]


def test_a_target_of_a_prediction_without_a_time_is_in_no_window(store: sa.Engine) -> None:
    data = MemoryData()
    predicted(data)
    data.predict("timeless", None)
    watch = Watch(store, data)
    watch.tick(HOURS)
    data.observe("timeless", START + 10.5 * HOUR)
    assert watch.tick(11) == ["done"]


def test_what_is_later_than_lateness_is_counted_once_and_not_joined(store: sa.Engine) -> None:
    data = MemoryData()
    names = predicted(data, 20)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(20)
    for name in (names[10], names[11], names[60]):
        data.observe(name, START + 20.5 * HOUR)
    watch.tick(20.8)
    before = watch.measured()
    for tenth in range(10, 14):
        watch.tick(20 + tenth / 10)
    data.observe(names[10], START + 21.6 * HOUR, target="1")
    watch.tick(22)
    assert late_targets(watch) == {1: 3, 10: 1}
    assert {key: watch.measured()[key] for key in before} == before
    assert watch.rows("SELECT sum(late_rows) FROM bucket") == [(0,)]


def test_what_is_later_than_lateness_is_counted_where_its_hour_was_read_already(store: sa.Engine) -> None:
    data = MemoryData()
    names = predicted(data, 20)
    for name in (names[60], names[62], names[110]):
        data.observe(name, START + 18.2 * HOUR)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(20)
    before = watch.rows(
        "SELECT targets FROM bucket WHERE bucket_start < (SELECT max(bucket_start) - 54000 FROM bucket)"
    )
    for name in (names[10], names[61], names[111]):
        data.observe(name, START + 18.5 * HOUR)
    for tenth in range(5, 9):
        watch.tick(20 + tenth / 10)
    assert late_targets(watch) == {1: 1, 10: 1}
    data.observe(names[63], START + 18.6 * HOUR)
    watch.tick(21.5)
    watch.tick(21.6)
    assert late_targets(watch) == {1: 1, 10: 2}
    assert watch.rows("SELECT sum(targets) FROM v_bucket") == [(4,)]
    assert before == [(0,)] * len(before)


@pytest.mark.parametrize("are_compacted", [False, True])
def test_what_is_later_than_lateness_is_counted_once_a_day_where_targets_carry_no_time(
    store: sa.Engine, are_compacted: bool
) -> None:
    data = MemoryData(target_times=False)
    names = predicted(data, 40)
    for name in names[9:12]:
        data.observe(name, None)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(40)
    if are_compacted:
        assert watch.compact() == 1
    before = watch.measured()
    for name in (names[13], names[60], names[61]):
        data.observe(name, None)
    for hour in (41, 59, 61, 62):
        watch.take_in_late(hour)
    late = {0: 3} if are_compacted else {2: 1, 10: 2}
    assert late_targets(watch) == late
    data.observe(names[90], None)
    watch.take_in_late(83)
    assert late_targets(watch) == late
    watch.take_in_late(85)
    assert late_targets(watch) == ({0: 4} if are_compacted else {**late, 15: 1})
    assert watch.measured() == before


def test_nothing_is_looked_through_where_no_target_without_time_has_come(store: sa.Engine) -> None:
    data = MemoryData(target_times=False)
    predicted(data, 40)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(40)
    watch.take_in_late(61)
    data.predictions.handed_out.clear()
    watch.take_in_late(85)
    assert not data.predictions.handed_out


def test_targets_that_came_in_time_are_joined_however_long_nobody_looked(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    names = predicted(data)
    watch = Watch(store, data, lateness=6 * HOUR)
    watch.tick(HOURS)
    for name in names[40:]:
        data.observe(name, START + 11.5 * HOUR)
    watch.tick(40)
    assert late_targets(watch) == {}
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_a_target_that_was_deleted_is_gone_from_its_windows(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    names = predicted(data)
    for name in names[:30]:
        data.observe(name, START + 6.5 * HOUR)
    watch = Watch(store, data)
    watch.tick(HOURS)
    watch.take_in_late(HOURS + 0.1)
    del data.targets.rows[:4]
    watch.tick(HOURS + 0.5)
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_nothing_is_read_again_where_no_target_has_come(store: sa.Engine) -> None:
    data = MemoryData(target_times=True)
    names = predicted(data)
    for name in names[:30]:
        data.observe(name, START + 6.5 * HOUR)
    watch = Watch(store, data, delay=timedelta(minutes=10))
    watch.tick(HOURS + 0.2)
    data.predictions.handed_out.clear()
    data.targets.handed_out.clear()
    assert watch.tick(HOURS + 1.1) == []
    assert not data.predictions.handed_out
    assert not data.targets.handed_out


def test_late_rows_and_late_targets_of_one_bucket_come_together(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(versions=True)
    names = predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    for number in range(4):
        data.predict(f"late {number}", START + 5.5 * HOUR, version="c")
        data.observe(f"late {number}", START + 10.5 * HOUR)
    for name in names[25:40]:
        data.observe(name, START + 10.6 * HOUR)
    watch.tick(11)
    assert watch.measured() == watch.from_the_start(tmp_path)
