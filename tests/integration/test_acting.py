"""Actions that are due are started beside the other work, and their ends are noted."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.actions import request
from builders.readings import day, event

from alerts.state import AlertState
from monitor.config.actions import ActionSettings, CommandSettings
from monitor.service.acting import AT_ONCE, Acting
from monitor.store.actions import PlannedActions
from monitor.store.alerts import StoredHistory
from monitor.store.database import migrate, open_store

WAIT_FOR_GO = """
import os, sys, time
open("started", "a").write("x")
while not os.path.exists("go"):
    time.sleep(0.02)
"""


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def plan(store: sa.Engine, count: int) -> None:
    now = datetime.now(UTC)
    with store.begin() as connection:
        events = [event(column_name=str(number)) for number in range(count)]
        states = [AlertState(one.identity, "page", last_window_end=day(0)) for one in events]
        StoredHistory(connection, now).save(states, [])
        PlannedActions(connection, now, {}).plan([request(one) for one in events])


def acting(store: sa.Engine, folder: Path, text: str) -> Acting:
    command = CommandSettings(run=(sys.executable, "-c", text))
    return Acting({"retrain": ActionSettings(command=command, cooldown=timedelta(0))}, store, folder)


def statuses(store: sa.Engine) -> list[str]:
    with store.begin() as connection:
        return list(connection.execute(sa.text("SELECT status FROM v_action ORDER BY status")).scalars())


def until(reached: str, is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, reached
        time.sleep(0.02)


def test_starting_holds_nothing_up_and_no_more_than_some_run_at_once(store: sa.Engine, tmp_path: Path) -> None:
    plan(store, AT_ONCE + 2)
    works = acting(store, tmp_path, WAIT_FOR_GO)
    for _ in range(3):
        works.act()
    assert statuses(store) == ["planned"] * 2 + ["running"] * AT_ONCE
    (tmp_path / "go").touch()
    works.finish()
    assert statuses(store) == ["done"] * (AT_ONCE + 2)
    assert (tmp_path / "started").read_text() == "x" * (AT_ONCE + 2)
    works.close()


def test_two_that_act_on_one_store_start_everything_once(store: sa.Engine, tmp_path: Path) -> None:
    plan(store, 6)
    both = [acting(store, tmp_path, "open('started', 'a').write('x')") for _ in range(2)]
    threads = [threading.Thread(target=works.finish) for works in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses(store) == ["done"] * 6
    assert (tmp_path / "started").read_text() == "x" * 6
    for works in both:
        works.close()


def test_closing_ends_what_runs_and_starts_nothing_more(store: sa.Engine, tmp_path: Path) -> None:
    plan(store, 1)
    works = acting(store, tmp_path, WAIT_FOR_GO)
    works.act()
    until("the command runs", (tmp_path / "started").exists)
    works.close()
    assert statuses(store) == ["planned"]
    works.act()
    assert statuses(store) == ["planned"]


def test_an_action_that_was_taken_out_of_the_file_is_given_up(store: sa.Engine, tmp_path: Path) -> None:
    plan(store, 1)
    works = Acting({}, store, tmp_path)
    works.finish()
    works.close()
    with store.begin() as connection:
        found = connection.execute(sa.text("SELECT status, reason FROM v_action")).one()
    assert tuple(found) == ("failed", "there is no action 'retrain' any more")
