"""What windows are held against: kept by its content, moving along, or changed under buckets that are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from builders.memory import HOUR, START, MemoryData, ids, rolling
from builders.watch import Watch

from monitor.store.database import migrate, open_store

HOURS = 10


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def predicted(data: MemoryData, hours: int = HOURS, *, per_hour: int = 6) -> list[str]:
    rows = ids(START, hours, per_hour=per_hour)
    for number, (name, at) in enumerate(rows):
        data.predict(name, at, version="ab"[number % 2])
    return [name for name, _ in rows]


def plans(watch: Watch) -> list[str]:
    return [str(name) for (name,) in watch.rows("SELECT DISTINCT plan_id FROM bucket")]


def test_a_changed_reference_is_another_one_and_old_measurements_stay(store: sa.Engine) -> None:
    data = MemoryData()
    predicted(data, 6)
    watch = Watch(store, data)
    watch.tick(6)
    before = watch.measured()
    data.reference_seed = 2
    predicted_later(data, 6, 2)
    watch.tick(8)
    after = watch.measured()
    assert {key: after[key] for key in before} == before
    references = {each[2] for key, each in after.items()}
    assert len(references) == 2
    assert {each[2] for key, each in after.items() if key not in before}.isdisjoint(each[2] for each in before.values())


def test_a_reference_with_the_same_content_is_the_same(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    predicted(data)
    watch = Watch(store, data)
    watch.tick(HOURS)
    ideal = watch.from_the_start(tmp_path)
    assert {each[2] for each in ideal.values()} == {each[2] for each in watch.measured().values()}


def test_what_comes_late_re_opens_windows_of_a_former_plan_too(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    names = predicted(data)
    Watch(store, data).tick(HOURS)
    richer = MemoryData(more_features=True)
    richer.predictions.rows, richer.targets.rows = data.predictions.rows, data.targets.rows
    watch = Watch(store, richer)
    richer.observe(names[33], START + 10.5 * HOUR)
    richer.predict("late", START + 2.5 * HOUR)
    watch.tick(11)
    ideal = watch.from_the_start(tmp_path)
    touched = {key: each for key, each in watch.measured().items() if _hours(key, 3, 8)}
    assert touched == {key: each for key, each in ideal.items() if _hours(key, 3, 8)}
    assert any(key[6] == "weight" for key in touched)
    assert len(plans(watch)) == 2
    assert watch.tick(11.2) == []


def test_a_plan_that_nothing_late_touches_is_left_alone(store: sa.Engine) -> None:
    data = MemoryData()
    predicted(data)
    Watch(store, data).tick(HOURS)
    richer = MemoryData(more_features=True)
    richer.predictions.rows = data.predictions.rows
    watch = Watch(store, richer)
    before = watch.measured()
    assert watch.tick(HOURS + 0.5) == []
    assert watch.measured() == before


@pytest.mark.parametrize("backwards", [False, True])
def test_a_rolling_reference_is_the_same_whichever_window_is_measured_first(
    store: sa.Engine, tmp_path: Path, backwards: bool
) -> None:
    data = rolled()
    watch = Watch(store, data, windows=(3 * HOUR,), start=START + 16 * HOUR, lateness=HOUR)
    for hour in range(40, 5, -6) if backwards else range(6, 41, 6):
        watch.now = watch.start + hour * HOUR
        watch.measure()
    watch.now = watch.start + 40 * HOUR
    watch.measure()
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert len({each[2] for each in watch.measured().values()}) > 10


def test_targets_of_a_rolling_reference_that_come_late_are_in_it(store: sa.Engine, tmp_path: Path) -> None:
    data = rolled()
    watch = Watch(store, data, windows=(3 * HOUR,), start=START + 16 * HOUR, lateness=3 * HOUR)
    names = [(str(row["id"]), row["time"]) for row in data.predictions.rows]
    draw = np.random.default_rng(1)
    due = [(at + float(draw.random()) * 2.5 * HOUR, name) for name, at in names]  # type: ignore[operator]
    last = START
    for hour in range(28):
        now = watch.start + hour * HOUR
        for at, name in due:
            if last <= at < now:
                data.observe(name, at)
        last = now
        watch.tick(hour)
    assert watch.measured() == watch.from_the_start(tmp_path)


def rolled() -> MemoryData:
    """A reference of twelve hours that ends four before the window; at the beginning it has few rows."""
    data = MemoryData(find_basis=rolling(12 * HOUR, 4 * HOUR), versions=True, segments=True)
    data.predictions.at_once = data.targets.at_once = 500
    for hour in range(58):
        per_hour = 2 if hour < 12 else 100 if hour < 14 else 90
        for name, at in ids(START + hour * HOUR, 1, per_hour=per_hour):
            data.predict(name, at, version="ab"[hour % 2])
    return data


def predicted_later(data: MemoryData, first: int, hours: int) -> None:
    for name, at in ids(START + first * HOUR, hours):
        data.predict(name, at)


def _hours(key: tuple[object, ...], first: int, last: int) -> bool:
    """Whether a window ends in these hours, or the last two of them reach into it."""
    end = (int(str(key[1])) - int(START.timestamp())) // 3600
    return end in (first, first + 1, first + 2, last - 2, last - 1, last)
