"""Windows are claimed by one process at a time and end once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from monitor.scheduler import Schedule, due_windows
from monitor.store import runs
from monitor.store.database import migrate, open_store
from monitor.store.worker import Worker, this_worker
from monitor.window import Window, utc

DAY = Window(utc(2013, 4, 1), utc(2013, 4, 2))
NOON = utc(2013, 4, 2, 12)
ELSEWHERE = Worker("elsewhere", 1)


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def planned(store: sa.Engine) -> None:
    with store.begin() as connection:
        runs.plan(connection, "m", [DAY])


def claimed(store: sa.Engine, now: datetime = NOON, worker: Worker = ELSEWHERE) -> runs.Claim | None:
    with store.begin() as connection:
        return runs.claim(connection, "m", DAY, now, worker)


def statuses(store: sa.Engine) -> list[tuple[str, int]]:
    with store.begin() as connection:
        return [tuple(row) for row in connection.execute(sa.text("SELECT status, attempts FROM v_run"))]


def test_a_window_is_planned_once_however_often_it_is_asked_for(store: sa.Engine) -> None:
    planned(store)
    planned(store)
    assert statuses(store) == [("planned", 0)]


def test_two_workers_never_share_a_window(store: sa.Engine) -> None:
    planned(store)
    assert claimed(store) is not None
    assert claimed(store) is None


def test_a_window_that_is_done_is_not_done_twice(store: sa.Engine) -> None:
    planned(store)
    claim = claimed(store)
    assert claim is not None
    with store.begin() as connection:
        runs.finish(connection, claim, "done", now=NOON, rows=7)
    assert claimed(store) is None
    with store.begin() as connection:
        assert runs.ended(connection, "m") == {DAY}


def test_a_window_whose_worker_died_is_free_when_the_lease_has_run_out(store: sa.Engine) -> None:
    planned(store)
    assert claimed(store) is not None
    assert claimed(store, NOON + runs.LEASE / 2) is None
    second = claimed(store, NOON + runs.LEASE + timedelta(seconds=1))
    assert second is not None
    assert second.attempt == 2


def test_a_worker_that_lost_its_claim_writes_nothing(store: sa.Engine) -> None:
    planned(store)
    slow = claimed(store)
    fast = claimed(store, NOON + 2 * runs.LEASE)
    assert slow is not None
    assert fast is not None
    with pytest.raises(runs.LostClaimError), store.begin() as connection:
        runs.finish(connection, slow, "done", now=NOON)
    assert statuses(store) == [("running", 2)]


def test_a_window_that_failed_can_be_tried_again(store: sa.Engine) -> None:
    planned(store)
    claim = claimed(store)
    assert claim is not None
    with store.begin() as connection:
        runs.finish(connection, claim, "failed", now=NOON, reason="database away")
    with store.begin() as connection:
        assert runs.ended(connection, "m") == set()
    assert claimed(store) is not None


def test_a_window_that_failed_rests_longer_each_time(store: sa.Engine) -> None:
    planned(store)
    for attempt in (1, 2):
        claim = claimed(store)
        assert claim is not None
        with store.begin() as connection:
            runs.finish(connection, claim, "failed", now=NOON, reason="database away")
            rest = runs.rest_after(attempt)
            assert runs.resting(connection, "m", NOON + rest - timedelta(seconds=1)) == {DAY}
            assert runs.resting(connection, "m", NOON + rest) == set()
    assert runs.rest_after(2) == 2 * runs.rest_after(1)


def test_a_window_that_is_given_back_counts_no_attempt(store: sa.Engine) -> None:
    planned(store)
    claim = claimed(store)
    assert claim is not None
    with store.begin() as connection:
        runs.give_back(connection, claim)
    assert statuses(store) == [("planned", 0)]


LENGTHS = (timedelta(hours=2), timedelta(days=1))
HOURLY = Schedule(windows=LENGTHS, every=timedelta(hours=1), delay=timedelta(0))


def end_windows(store: sa.Engine, hours: Collection[int], lengths: Sequence[timedelta] = LENGTHS) -> None:
    with store.begin() as connection:
        for hour, length in product(sorted(hours), lengths):
            end = DAY.end + timedelta(hours=hour)
            runs.plan(connection, "m", [Window(end - length, end)])
            claim = runs.claim(connection, "m", Window(end - length, end), NOON, ELSEWHERE)
            assert claim is not None
            runs.finish(connection, claim, "done", now=NOON)


@pytest.mark.parametrize("hours", [[], [3], range(8), [0, 1, 2, 5, 6], [0, 7], {*range(8)} - {6}])
@pytest.mark.parametrize("lengths", [LENGTHS, LENGTHS[:1]])
def test_the_same_windows_are_due_by_what_has_ended_without_a_gap(
    store: sa.Engine, hours: Collection[int], lengths: Sequence[timedelta]
) -> None:
    end_windows(store, hours, lengths)
    with store.begin() as connection:
        found = runs.ended_without_gap(connection, "m", HOURLY.every)
        every = runs.ended(connection, "m")
    for passed in (7, 9, 1_000):
        now = DAY.end + timedelta(hours=passed, minutes=1)
        assert due_windows(HOURLY, found, now) == due_windows(HOURLY, every, now)


def test_where_no_window_is_missing_only_the_newest_is_read(store: sa.Engine) -> None:
    end_windows(store, range(5))
    end = DAY.end + timedelta(hours=4)
    newest = {Window(end - length, end) for length in LENGTHS}
    with store.begin() as connection:
        assert runs.ended_without_gap(connection, "m", HOURLY.every) == newest


def test_a_window_that_ends_elsewhere_fills_no_gap(store: sa.Engine) -> None:
    end_windows(store, [0, 1, 4])
    twice = replace(HOURLY, every=timedelta(hours=2))
    now = DAY.end + timedelta(hours=4, minutes=1)
    with store.begin() as connection:
        due = due_windows(twice, runs.ended_without_gap(connection, "m", twice.every), now)
    missing = DAY.end + timedelta(hours=2)
    assert due == [Window(missing - length, missing) for length in LENGTHS]


def test_a_window_that_has_ended_can_be_opened_again(store: sa.Engine) -> None:
    planned(store)
    claim = claimed(store)
    assert claim is not None
    with store.begin() as connection:
        runs.finish(connection, claim, "skipped", now=NOON, reason="no rows")
        runs.reopen(connection, "m", [DAY])
    assert claimed(store) is not None


def test_the_window_of_a_process_that_was_killed_on_this_machine_is_free_at_once(store: sa.Engine) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    here = this_worker()
    planned(store)
    assert claimed(store, worker=Worker(here.host, dead.pid)) is not None
    again = claimed(store, worker=here)
    assert again is not None
    assert again.attempt == 2


def test_the_window_of_a_worker_that_had_this_process_number_before_is_free_at_once(store: sa.Engine) -> None:
    here = this_worker()
    planned(store)
    assert claimed(store, worker=Worker(here.host, here.process, started=1)) is not None
    assert claimed(store, worker=here) is not None


def test_the_window_of_a_process_that_lives_on_this_machine_is_left_alone(store: sa.Engine) -> None:
    here = this_worker()
    planned(store)
    assert claimed(store, worker=here) is not None
    assert claimed(store, worker=here) is None


def test_the_windows_of_a_model_are_given_away_in_the_order_of_time(store: sa.Engine) -> None:
    next_day = Window(DAY.end, DAY.end + DAY.length)
    with store.begin() as connection:
        runs.plan(connection, "m", [DAY, next_day])
        runs.plan(connection, "other", [next_day])
    first = claimed(store)
    assert first is not None
    with store.begin() as connection:
        assert runs.claim(connection, "m", next_day, NOON, Worker("third", 1)) is None
        assert runs.claim(connection, "other", next_day, NOON, Worker("third", 1)) is not None
        runs.finish(connection, first, "done", now=NOON)
        assert runs.claim(connection, "m", next_day, NOON, Worker("third", 1)) is not None


def test_a_claim_holds_until_another_worker_takes_the_window_over(store: sa.Engine) -> None:
    planned(store)
    slow = claimed(store)
    assert slow is not None
    with store.begin() as connection:
        assert runs.holds(connection, slow)
    fast = claimed(store, NOON + 2 * runs.LEASE)
    assert fast is not None
    with store.begin() as connection:
        assert not runs.holds(connection, slow)
        assert runs.holds(connection, fast)
        runs.finish(connection, fast, "done", now=NOON)
        assert not runs.holds(connection, fast)


def test_the_windows_that_a_changed_bucket_belongs_to_are_found(store: sa.Engine) -> None:
    week, next_day = Window(utc(2013, 3, 27), utc(2013, 4, 3)), Window(DAY.end, DAY.end + DAY.length)
    unended = Window(utc(2013, 3, 26), utc(2013, 4, 2))
    with store.begin() as connection:
        runs.plan(connection, "m", [DAY, week, next_day, unended])
        for window in (DAY, week, next_day):
            claim = runs.claim(connection, "m", window, NOON, ELSEWHERE)
            assert claim is not None
            runs.finish(connection, claim, "done", now=NOON)
        hour = Window(utc(2013, 4, 1, 5), utc(2013, 4, 1, 6))
        assert runs.windows_touching(connection, "m", [hour]) == [week, DAY]
        assert runs.windows_touching(connection, "m", [unended]) == []
        assert runs.windows_touching(connection, "other", [hour]) == []
        assert runs.windows_touching(connection, "m", []) == []
