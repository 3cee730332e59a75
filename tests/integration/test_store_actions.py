"""Runs of actions are planned once, rest for a while, and are started by one worker at a time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from builders.actions import request
from builders.outbox import Clock
from builders.readings import day, event

from alerts.actions.action import ActionRequest, Outcome
from alerts.actions.perform import Claimed
from alerts.state import AlertEvent, AlertState
from monitor.store.actions import MARGIN, PlannedActions, StoredActions
from monitor.store.alerts import StoredHistory
from monitor.store.clock import store_time
from monitor.store.database import migrate, open_store
from monitor.store.housekeeping import Retention, forget
from monitor.store.overview import open_actions
from monitor.store.waiting import anything_waits
from monitor.store.worker import Worker, this_worker

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIMITS = {"retrain": HOUR}
NOON = Clock()()


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def plan(store: sa.Engine, *events: AlertEvent, now: datetime = NOON, cooldown: timedelta = DAY) -> None:
    with store.begin() as connection:
        history = StoredHistory(connection, now)
        history.save([AlertState(one.identity, "page", last_window_end=day(0)) for one in events], [])
        asked = [request(one) for one in events]
        PlannedActions(connection, now, {"retrain": cooldown}).plan(asked)


def runs_of(store: sa.Engine, clock: Clock | None = None, worker: Worker | None = None) -> StoredActions:
    time = clock or Clock()
    return StoredActions(store.begin, worker=worker or Worker("elsewhere", 1), clock=lambda _: time())


def claimed(runs: StoredActions) -> Claimed:
    found = runs.claim(LIMITS)
    assert found is not None
    return found


def rows(store: sa.Engine, columns: str = "status, reason, attempts") -> list[tuple[object, ...]]:
    with store.begin() as connection:
        return [tuple(row) for row in connection.execute(sa.text(f"SELECT {columns} FROM v_action ORDER BY key"))]


def test_something_waits_until_no_run_is_open(store: sa.Engine) -> None:
    def waits() -> bool:
        with store.begin() as connection:
            return anything_waits(connection)

    assert not waits()
    plan(store, event())
    assert waits()
    runs = runs_of(store)
    taken = claimed(runs)
    assert waits()
    runs.done(taken, Outcome())
    assert not waits()


def test_the_same_event_plans_one_run_however_often_it_comes(store: sa.Engine) -> None:
    for _ in range(2):
        plan(store, event(), cooldown=timedelta(0))
    plan(store, event(value=0.5, window_end=day(1)), cooldown=timedelta(0))
    assert rows(store) == [("planned", "", 0)]


def test_many_alerts_of_one_model_start_one_run(store: sa.Engine) -> None:
    plan(store, *(event(column_name=name) for name in "abcd"))
    assert sorted(status for status, *_ in rows(store)) == ["planned", "skipped", "skipped", "skipped"]
    plan(store, event(model="other"))
    assert len([status for status, *_ in rows(store) if status == "planned"]) == 2


def test_an_action_rests_after_a_start_and_says_so(store: sa.Engine) -> None:
    plan(store, event())
    runs = runs_of(store)
    runs.done(claimed(runs), Outcome())
    plan(store, event(episode=2), now=NOON + DAY - timedelta(seconds=1))
    plan(store, event(episode=3), now=NOON + DAY)
    assert rows(store) == [
        ("done", "", 1),
        ("skipped", "AucDrop started it at 2013-06-03 08:00:00 UTC; it rests for 1 day, 0:00:00", 0),
        ("planned", "", 0),
    ]


def test_a_run_that_failed_or_was_skipped_rests_nobody(store: sa.Engine) -> None:
    plan(store, event())
    runs = runs_of(store)
    runs.failed(claimed(runs), "404")
    plan(store, event(episode=2))
    assert [status for status, *_ in rows(store)] == ["failed", "planned"]


def test_a_run_is_taken_by_one_worker_and_comes_back_as_it_was_asked_for(store: sa.Engine) -> None:
    plan(store, event(column_name="größe"))
    found = claimed(runs_of(store))
    assert (found.request, found.attempts) == (request(event(column_name="größe")), 1)
    assert isinstance(found.request, ActionRequest)
    assert runs_of(store, worker=Worker("elsewhere", 2)).claim(LIMITS) is None


def test_workers_that_come_at_the_same_moment_never_share_a_run(store: sa.Engine) -> None:
    plan(store, *(event(column_name=str(number)) for number in range(12)), cooldown=timedelta(0))

    def take_all(number: int) -> list[int]:
        runs = runs_of(store, worker=Worker("elsewhere", number))
        return [found.id for found in iter(lambda: runs.claim(LIMITS), None)]

    with ThreadPoolExecutor(4) as threads:
        taken = [id_ for ids in threads.map(take_all, range(1, 5)) for id_ in ids]
    with store.begin() as connection:
        left = connection.execute(sa.text("SELECT count(*) FROM v_action WHERE status = 'planned'")).scalar_one()
    assert len(taken) == len(set(taken)) == 12 - left


def test_the_outcome_is_on_the_alert(store: sa.Engine) -> None:
    plan(store, event())
    runs = runs_of(store)
    runs.done(claimed(runs), Outcome("https://example.org/run/1", "started"))
    columns = "alert, model, metric, episode, status, reason, url"
    assert rows(store, columns) == [
        ("AucDrop", "late_arrival", "roc_auc", 1, "done", "started", "https://example.org/run/1")
    ]
    assert all(value is not None for value in rows(store, "started_at, finished_at, time")[0])


def test_a_run_to_be_tried_again_waits(store: sa.Engine) -> None:
    plan(store, event())
    clock = Clock()
    runs = runs_of(store, clock)
    runs.retry(claimed(runs), HOUR, "503")
    assert rows(store) == [("planned", "503", 1)]
    assert runs.claim(LIMITS) is None
    clock.time += HOUR
    assert claimed(runs).attempts == 2


def test_a_lease_lapses_after_the_time_limit_and_the_former_worker_notes_nothing(store: sa.Engine) -> None:
    plan(store, event())
    clock = Clock()
    slow, fast = runs_of(store, clock), runs_of(store, clock, Worker("elsewhere", 2))
    stale = claimed(slow)
    clock.time += HOUR + MARGIN
    assert fast.claim(LIMITS) is None
    clock.time += timedelta(seconds=1)
    again = claimed(fast)
    assert (again.attempts, again.request.key) == (2, stale.request.key)
    slow.done(stale, Outcome(words="late"))
    slow.failed(stale, "late")
    assert rows(store) == [("running", "", 2)]
    fast.done(again, Outcome(words="in time"))
    slow.retry(stale, HOUR, "late")
    assert rows(store) == [("done", "in time", 2)]


def test_what_a_dead_process_of_this_machine_held_is_free_at_once(store: sa.Engine) -> None:
    plan(store, event())
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    here = this_worker()
    claimed(runs_of(store, worker=Worker(here.host, dead.pid, 1)))
    assert claimed(runs_of(store, worker=here)).attempts == 2


def test_a_silenced_alert_starts_nothing(store: sa.Engine) -> None:
    plan(store, event())
    now = int(NOON.timestamp())
    with store.begin() as connection:
        for ends_at, comment in ((now, "yesterday's"), (now + 60, "sensor is repaired")):
            connection.execute(
                sa.text(
                    "INSERT INTO silence (matchers, starts_at, ends_at, author, comment, created_at)"
                    " VALUES ('[]', 0, :ends_at, 'ada', :comment, 0)"
                ),
                {"ends_at": ends_at, "comment": comment},
            )
        mute = sa.text("INSERT INTO alert_silence SELECT fingerprint, silence_id FROM alert, silence")
        connection.execute(mute)
    assert runs_of(store).claim(LIMITS) is None
    assert rows(store) == [("skipped", "silence 2 of ada: sensor is repaired", 0)]
    plan(store, event(episode=2))
    clock = Clock()
    clock.time += timedelta(minutes=2)
    assert claimed(runs_of(store, clock)).request.episode == 2


def test_a_failure_is_shown_until_the_action_succeeds_for_the_model(store: sa.Engine) -> None:
    def shown() -> list[object]:
        with store.begin() as connection:
            return [row["status"] for row in open_actions(connection)]

    clock = Clock()
    runs = runs_of(store, clock)
    plan(store, event(), event(model="other"), cooldown=timedelta(0))
    runs.failed(claimed(runs), "404")
    runs.done(claimed(runs), Outcome())
    assert shown() == ["failed"]
    clock.time += HOUR
    plan(store, event(episode=2), now=clock.time)
    assert shown() == ["planned", "failed"]
    runs.done(claimed(runs), Outcome())
    assert shown() == []


def test_runs_that_ended_long_ago_are_forgotten(store: sa.Engine) -> None:
    plan(store, event(), event(model="other"), event(model="third"), cooldown=timedelta(0))
    runs = runs_of(store)
    runs.done(claimed(runs), Outcome())
    runs.failed(claimed(runs), "404")
    kept = Retention(400 * DAY, 400 * DAY, 400 * DAY, 400 * DAY)
    assert forget(store, kept, NOON + 399 * DAY)["action_run"] == 0
    assert forget(store, kept, NOON + 401 * DAY)["action_run"] == 2
    assert rows(store) == [("planned", "", 0)]


def test_the_store_tells_the_time(store: sa.Engine) -> None:
    with store.begin() as connection:
        told = store_time(connection)
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


def test_planning_at_the_same_moment_skips_all_but_one(store: sa.Engine) -> None:
    alerts = [event(column_name=str(number)) for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda one: plan(store, one), alerts))
    assert sorted(status for status, *_ in rows(store)) == ["planned", "skipped", "skipped", "skipped"]
