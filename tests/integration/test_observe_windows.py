"""Windows of any length are sums of buckets, however these were read and whatever became of them since."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.memory import HOUR, START, MemoryData, ids
from builders.watch import Watch

from monitor.observe import put_together
from monitor.observe.buckets import MOST_AT_ONCE
from monitor.profile.part import ALL
from monitor.profile.scan import profile_whole
from monitor.store.buckets import forget_period
from monitor.store.database import migrate, open_store
from monitor.window import Window

DAY = 24 * HOUR


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def predicted(data: MemoryData, hours: int, *, per_hour: int = 6) -> list[str]:
    rows = ids(START, hours, per_hour=per_hour)
    for number, (_, at) in enumerate(rows):
        data.predict(f"{number}", at, version="ab"[number % 2])
        if number % 3:
            data.observe(f"{number}", at)
    return [f"{number}" for number in range(len(rows))]


def nobody_else(_: sa.Connection) -> None:
    """Nobody else works at the window."""


def backfill(watch: Watch, hours: float) -> list[str]:
    watch.now = watch.start + hours * HOUR
    return watch.measure()


def test_windows_of_several_lengths_slide_over_buckets_that_are_read_once(store: sa.Engine) -> None:
    data = MemoryData(versions=True, segments=True)
    names = predicted(data, 30)
    watch = Watch(store, data, windows=(HOUR, 3 * HOUR, 12 * HOUR))
    for hour in (1, 2, 5, 13, 30):
        watch.tick(hour)
    assert {data.predictions.times_handed_out("scanned", name) for name in names} == {1}
    counts = watch.rows("SELECT DISTINCT window_seconds, value FROM v_measurement WHERE metric = 'row_count'")
    whole = {(3600, 6), (3 * 3600, 18), (12 * 3600, 72)}
    assert whole <= {(int(str(seconds)), int(float(str(value)))) for seconds, value in counts}


def test_a_window_is_what_profiling_its_rows_at_once_gives(store: sa.Engine) -> None:
    data = MemoryData(versions=True, segments=True)
    predicted(data, 30)
    watch = Watch(store, data)
    watch.now = START + 30 * HOUR
    window = Window(START + 3 * HOUR, START + 20 * HOUR)
    reference = watch.observation.reference(window, guard=nobody_else)
    found = watch.observation.current(window, reference, guard=nobody_else, ahead=window.end)
    at_once = profile_whole(data.current(window, targets_before=watch.now), reference.plan)
    for part, profile in at_once.items():
        assert part in found or part.version
        if part in found:
            assert found[part].digest() == profile.digest()
    assert found[ALL].rows == 17 * 6


def test_rows_are_read_ahead_once_and_not_beyond_what_is_asked_for(store: sa.Engine) -> None:
    data = MemoryData()
    names = predicted(data, 12)
    watch = Watch(store, data)
    watch.now = START + 12 * HOUR
    for first in range(4):
        window = Window(START + first * HOUR, START + (first + 3) * HOUR)
        reference = watch.observation.reference(window, guard=nobody_else)
        watch.observation.current(window, reference, guard=nobody_else, ahead=START + 9 * HOUR)
    handed = [data.predictions.times_handed_out("scanned", name) for name in names]
    assert handed == [1] * 54 + [0] * 18
    assert watch.rows("SELECT count(*), sum(rows) FROM bucket") == [(9, 54)]


def test_reading_ahead_stops_where_somebody_has_read(store: sa.Engine) -> None:
    data = MemoryData()
    names = predicted(data, 12)
    watch = Watch(store, data)
    watch.now = START + 12 * HOUR
    for first in (6, 0):
        window = Window(START + first * HOUR, START + (first + 3) * HOUR)
        reference = watch.observation.reference(window, guard=nobody_else)
        watch.observation.current(window, reference, guard=nobody_else, ahead=START + 12 * HOUR)
    assert {data.predictions.times_handed_out("scanned", name) for name in names} == {1}


def test_a_long_stretch_is_read_in_several_scans(store: sa.Engine) -> None:
    data = MemoryData()
    hours = MOST_AT_ONCE + 40
    names = predicted(data, hours, per_hour=1)
    data.predictions.at_once = data.targets.at_once = 100
    watch = Watch(store, data, windows=(hours * HOUR,))
    begun: list[str] = []
    data.step = begun.append
    assert backfill(watch, hours) == ["done"]
    assert {data.predictions.times_handed_out("scanned", name) for name in names} == {1}
    assert watch.rows("SELECT count(*), sum(rows), max(revision) FROM bucket") == [(hours, hours, 1)]
    assert begun.count("scanned") == -(-MOST_AT_ONCE // 100) + 1


def test_a_bucket_that_was_forgotten_is_read_again_and_not_remembered(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    predicted(data, 10)
    watch, other = Watch(store, data), Watch(store, data)
    watch.tick(10)
    with store.begin() as connection:
        forget_period(connection, "m", Window(START, START + 10 * HOUR))
    data.predict("more", START + 8.5 * HOUR)
    other.windows = (2 * HOUR,)
    backfill(other, 10.1)
    watch.windows = (4 * HOUR,)
    backfill(watch, 10.2)
    ideal = watch.from_the_start(tmp_path)
    assert {key: watch.measured()[key] for key in ideal} == ideal


def test_days_are_as_good_as_their_hours(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(versions=True)
    names = predicted(data, 72)
    watch = Watch(store, data, windows=(DAY, 2 * DAY), every=DAY)
    backfill(watch, 72)
    assert put_together(store, now=START + 72 * HOUR, after=DAY) == 2
    before = watch.measured()
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE run SET status = 'planned'"))
    fresh = Watch(store, data, windows=(DAY, 2 * DAY), every=DAY)
    assert backfill(fresh, 72) == ["done"] * 5
    assert fresh.measured() == before == fresh.from_the_start(tmp_path)
    assert data.predictions.times_handed_out("scanned", names[0]) == 2  # once in the world from the start


def test_windows_that_begin_within_a_day_read_only_its_hours_again(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    names = predicted(data, 96)
    watch = Watch(store, data, windows=(DAY,), every=DAY)
    backfill(watch, 96)
    put_together(store, now=START + 96 * HOUR, after=DAY)
    data.predictions.handed_out.clear()
    sliding = Watch(store, data, windows=(30 * HOUR,), every=6 * HOUR)
    backfill(sliding, 96)
    handed = [data.predictions.times_handed_out("scanned", name) for name in names]
    assert handed == [0] * 6 * 6 + [1] * 66 * 6 + [0] * 24 * 6
    ideal = sliding.from_the_start(tmp_path)
    assert {key: sliding.measured()[key] for key in ideal} == ideal
    assert put_together(store, now=START + 96 * HOUR, after=DAY) == 0


def test_what_comes_too_late_for_a_day_is_counted_there(store: sa.Engine) -> None:
    data = MemoryData(notes_arrival=True)
    predicted(data, 96)
    watch = Watch(store, data, windows=(DAY,), every=DAY, lateness=12 * HOUR)
    backfill(watch, 96)
    put_together(store, now=START + 96 * HOUR, after=DAY)
    data.predict("late", START + 30 * HOUR, came=START + 96.1 * HOUR)
    data.observe("0", START + 96.2 * HOUR)
    for hour in (96.5, 97.5, 98):
        watch.take_in_late(hour)
    late = watch.rows("SELECT bucket_seconds, late_rows, late_targets FROM bucket WHERE late_rows + late_targets > 0")
    assert sorted(map(str, late)) == ["(86400, 0, 1)", "(86400, 1, 0)"]


@pytest.mark.parametrize(("before", "after"), [(1, 24), (24, 1), (6, 4), (1, 6)])
def test_buckets_may_become_longer_or_shorter(store: sa.Engine, tmp_path: Path, before: int, after: int) -> None:
    data = MemoryData()
    predicted(data, 72)
    earlier = Watch(store, data, windows=(DAY,), every=DAY, granularity=before * HOUR)
    backfill(earlier, 30)
    watch = Watch(store, data, windows=(DAY, 2 * DAY), every=DAY, granularity=after * HOUR, lateness=30 * HOUR)
    watch.tick(48)
    for number in range(300, 400, 3):
        data.observe(f"{number}", START + (50 + number % 20) * HOUR)
    watch.tick(72)
    ideal = watch.from_the_start(tmp_path)
    assert watch.measured() == ideal
    assert watch.tick(72.5) == []
