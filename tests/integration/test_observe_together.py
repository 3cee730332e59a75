"""Several processes at one store, and faults at every step: in the end all is as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from builders.memory import HOUR, START, MemoryData, ids
from builders.watch import Watch

from monitor.errors import SeamarkError
from monitor.store.database import migrate, open_store
from monitor.store.watermarks import read_watermark
from monitor.window import Window

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


def what_comes_late(data: MemoryData, names: list[str]) -> None:
    """Late rows, targets, and corrections."""
    for number in range(6):
        data.predict(f"late {number}", START + (number + 2.5) * HOUR)
        data.observe(f"late {number}", START + 10.3 * HOUR)
    for name in names[::2]:
        data.observe(name, START + 10.4 * HOUR)
    for name in names[:8]:
        data.observe(name, START + 8.4 * HOUR, target="0")


class BrokenError(Exception):
    """What a test breaks with."""


class Breaker:
    """Raises at the step with a number, once."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise BrokenError


def test_a_store_that_breaks_off_at_any_statement_is_none_the_worse(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(versions=True)
    names = predicted(data)
    watch = Watch(store, data, windows=(4 * HOUR,), every=3 * HOUR)
    breaker = Breaker()
    sa.event.listen(store, "before_cursor_execute", breaker)
    broken = until_done(watch, breaker, HOURS)
    what_comes_late(data, names)
    broken += until_done(watch, breaker, 11)
    sa.event.remove(store, "before_cursor_execute", breaker)
    assert broken > 30
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_a_source_that_breaks_off_at_any_batch_is_none_the_worse(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(versions=True)
    names = predicted(data)
    watch = Watch(store, data, windows=(4 * HOUR,), every=3 * HOUR)
    breaker = Breaker()
    data.step = breaker
    broken = until_done(watch, breaker, HOURS)
    what_comes_late(data, names)
    broken += until_done(watch, breaker, 11)
    data.step = lambda _: None
    assert broken > 20
    assert watch.measured() == watch.from_the_start(tmp_path)
    assert watch.rows("SELECT count(*) FROM v_run WHERE status <> 'done'") == [(0,)]


def until_done(watch: Watch, breaker: Breaker, hour: float) -> int:
    """Tick again and again, each time a step further, until nothing breaks; gives how often something did."""
    for step in range(1, 10_000, 1):
        breaker.left = step
        try:
            watch.tick(hour)
        except (BrokenError, SeamarkError):
            continue
        if breaker.left > 0:
            return step - 1
    raise AssertionError("there is always another step")


def test_a_source_that_breaks_off_in_the_middle_leaves_no_half_bucket(store: sa.Engine) -> None:
    data = MemoryData()
    predicted(data)
    breaker = Breaker()
    data.step, breaker.left = breaker, 4
    watch = Watch(store, data)
    watch.tick(HOURS)
    assert watch.rows("SELECT status FROM v_run WHERE reason LIKE '%BrokenError%'") == [("failed",)]
    assert watch.rows("SELECT count(*) FROM bucket WHERE rows <> 6") == [(0,)]


def test_a_window_that_was_lost_meanwhile_stores_no_bucket(store: sa.Engine) -> None:
    data = MemoryData()
    predicted(data)
    watch = Watch(store, data)
    watch.now = START + HOURS * HOUR
    window = Window(START, START + 3 * HOUR)

    def guard(_: sa.Connection) -> None:
        raise BrokenError

    reference = watch.observation.reference(window, guard=guard)
    with pytest.raises(BrokenError):
        watch.observation.current(window, reference, guard=guard, ahead=window.end)
    assert watch.rows("SELECT count(*) FROM bucket") == [(0,)]


def test_two_that_backfill_the_same_period_store_each_bucket_once(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(versions=True)
    predicted(data, 30)
    watches = [Watch(store, data, windows=(HOUR, 4 * HOUR)) for _ in range(2)]
    at_once(*[lambda watch=watch: backfilled(watch, 30) for watch in watches])
    backfilled(watches[0], 30)
    assert watches[0].measured() == watches[0].from_the_start(tmp_path)
    assert watches[0].rows("SELECT min(rows), max(rows), max(revision), count(*) FROM bucket") == [(6, 6, 1, 30)]
    assert watches[0].rows("SELECT max(revision) FROM v_measurement") == [(1,)]


def test_two_that_take_in_the_same_do_it_once(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(versions=True, segments=True)
    names = predicted(data)
    watches = [Watch(store, data, windows=(HOUR, 4 * HOUR), lateness=6 * HOUR) for _ in range(3)]
    watches[0].tick(HOURS)
    what_comes_late(data, names)
    data.predict("too late", START + 1.5 * HOUR)
    for name in names[:3]:
        data.observe(name, START + 10.6 * HOUR)
    at_once(*[lambda watch=watch: ticked(watch, 11) for watch in watches])
    watches[0].tick(11.5)
    assert watches[0].rows("SELECT sum(late_rows), sum(late_targets) FROM bucket") == [(3, 18)]
    ideal = watches[0].from_the_start(tmp_path)
    within = {key for key in ideal if str(key[1]) >= str(int(START.timestamp()) + 8 * 3600)}
    assert {key: watches[0].measured()[key] for key in within} == {key: ideal[key] for key in within}


@pytest.mark.parametrize("turn", range(3))
def test_many_that_measure_while_things_come_agree_in_the_end(store: sa.Engine, tmp_path: Path, turn: int) -> None:
    data = MemoryData(versions=True)
    names = predicted(data, 20)
    watches = [Watch(store, data, windows=(HOUR, 5 * HOUR), every=2 * HOUR, lateness=48 * HOUR) for _ in range(3)]
    watches[0].tick(8)

    def outside() -> None:
        for number, name in enumerate(names):
            data.observe(name, START + (8 + number / 10) * HOUR)
            if number % 5 == turn:
                data.predict(f"late {number}", START + number / 7 * HOUR)

    at_once(outside, *[lambda watch=watch: [ticked(watch, hour) for hour in range(9, 15)] for watch in watches])
    watches[0].tick(30)
    assert watches[0].measured() == watches[0].from_the_start(tmp_path)


def test_a_row_that_comes_between_looking_up_and_joining_has_its_target_all_the_same(
    store: sa.Engine, tmp_path: Path
) -> None:
    data = MemoryData()
    names = predicted(data)
    watch, other = Watch(store, data), Watch(store, data)
    watch.tick(HOURS)
    for name in (*names[30:33], "between"):
        data.observe(name, START + 10.5 * HOUR)
    data.step = once("looked up", lambda: (data.predict("between", START + 5.5 * HOUR), other.take_in_late(11)))
    watch.tick(11)
    watch.tick(11.5)
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_a_bucket_that_changes_while_it_is_read_again_is_read_once_more(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData(notes_arrival=True)
    predicted(data)
    watch, other = Watch(store, data), Watch(store, data)
    watch.tick(HOURS)
    data.predict("one", START + 5.5 * HOUR, came=START + 10.1 * HOUR)
    rows = list(data.predictions.rows)

    def meanwhile() -> None:
        data.predictions.rows.append({**rows[-1], "id": "two"})
        other.take_in_late(10.5)

    data.step = once("scanned", meanwhile)
    watch.take_in_late(10.4)
    watch.tick(11)
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_what_comes_while_a_window_is_measured_is_not_lost(store: sa.Engine, tmp_path: Path) -> None:
    data = MemoryData()
    predicted(data)
    watch, other = Watch(store, data), Watch(store, data)
    watch.take_in_late(HOURS)

    def meanwhile() -> None:
        data.predict("late", START + 1.5 * HOUR)
        other.take_in_late(10.2)

    data.step = once("unmatched", meanwhile)
    watch.measure()
    watch.tick(10.5)
    assert watch.measured() == watch.from_the_start(tmp_path)


def test_marks_move_on_and_never_back(store: sa.Engine) -> None:
    data = MemoryData()
    predicted(data)
    watch = Watch(store, data)
    for hour in (4, HOURS, 6, 8):
        watch.tick(hour)
    with store.begin() as connection:
        mark = read_watermark(connection, "m")
    assert mark.rows_until == mark.targets_until == START + HOURS * HOUR
    assert mark.ingested_until is not None
    assert timedelta(0) <= START + HOURS * HOUR - mark.ingested_until < timedelta(seconds=1)


def once(how: str, then: Callable[[], object]) -> Callable[[str], None]:
    """Something that happens at the first step of a kind."""
    waiting = [then]

    def step(name: str) -> None:
        if name == how and waiting:
            waiting.pop()()

    return step


def at_once(*works: Callable[[], object]) -> None:
    """Let all begin together, and wait for them."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        for found in [pool.submit(run, work) for work in works]:
            found.result()


def backfilled(watch: Watch, hours: int) -> None:
    watch.now = START + hours * HOUR
    watch.measure()


def ticked(watch: Watch, hour: float) -> None:
    """A tick as the service does it: what others hold is left to the next."""
    try:
        watch.take_in_late(hour)
    except SeamarkError:
        return
    watch.measure()
