"""`seamark serve` tells of a drift: ended or killed in the middle of a message, and given another configuration."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.audit import audit
from builders.http_receiver import Handler, HttpReceiver, answer
from builders.world import World, midnight_before, write_world

from monitor.store.database import migrate, open_store

LONG = 60


class Bell:
    """A receiver's door: rings when somebody is there, and lets nobody in until it is opened."""

    def __init__(self) -> None:
        self.rung, self.opened = threading.Semaphore(0), threading.Event()

    def __call__(self, handler: Handler) -> None:
        self.rung.release()
        self.opened.wait(LONG)
        answer(200)(handler)


@pytest.fixture
def hook() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


@pytest.fixture
def bell(hook: HttpReceiver) -> Iterator[Bell]:
    bell = Bell()
    hook.behave = bell
    yield bell
    bell.opened.set()


@pytest.fixture
def world(tmp_path: Path, hook: HttpReceiver) -> World:
    """A model whose newest window has drifted."""
    start = midnight_before(datetime.now(UTC), days=13)
    world = write_world(tmp_path, start=start, calm_days=0, channel=f'webhook: {{url: "{hook.url()}"}}')
    write(world, "{receiver: team}", "{receiver: team, group_wait: 0s, group_interval: 1s}")
    store = open_store(f"sqlite:///{tmp_path}/seamark.db")
    migrate(store)
    store.dispose()
    return world


def write(world: World, old: str, new: str) -> None:
    text = world.config.read_text("utf-8")
    assert old in text
    world.config.write_text(text.replace(old, new), "utf-8")


@contextmanager
def serving(world: World) -> Iterator[subprocess.Popen[str]]:
    options = ("--config", str(world.config), "--only", "scheduler", "--tick", "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--verbose", "serve", *options],
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stderr is not None
    return next(line for line in process.stderr if words in line)


def ask(world: World, sql: str) -> list[tuple[object, ...]]:
    store = sa.create_engine(f"sqlite:///{world.config.parent}/seamark.db")
    with store.begin() as connection:
        found = connection.execute(sa.text(sql))
        rows = [tuple(row) for row in found] if found.returns_rows else []
    store.dispose()
    return rows


def is_clean(world: World, hook: HttpReceiver) -> None:
    store = sa.create_engine(f"sqlite:///{world.config.parent}/seamark.db")
    ledger = audit(store, hook.got, receivers=["team"])
    store.dispose()
    assert ledger.is_clean, ledger


def test_a_message_that_is_being_sent_at_sigterm_arrives_and_is_marked(
    world: World, hook: HttpReceiver, bell: Bell
) -> None:
    with serving(world) as process:
        assert bell.rung.acquire(timeout=LONG)
        process.send_signal(signal.SIGTERM)
        threading.Timer(0.5, bell.opened.set).start()
        process.communicate(timeout=LONG)
        assert process.returncode == 0
    assert len(hook.got) == 1
    assert ask(world, "SELECT status, attempts, lease_until FROM notification") == [("sent", 1, None)]
    assert ask(world, "SELECT status FROM v_outbox") == [("done",)]
    is_clean(world, hook)


def test_a_message_whose_sender_is_killed_comes_again_under_the_same_key(
    world: World, hook: HttpReceiver, bell: Bell
) -> None:
    with serving(world) as process:
        assert bell.rung.acquire(timeout=LONG)
        process.kill()
        process.wait()
    assert ask(world, "SELECT status, attempts FROM notification") == [("planned", 1)]
    ask(world, "UPDATE notification SET next_attempt_at = 0")  # the lease has lapsed
    bell.opened.set()
    with serving(world) as process:
        assert bell.rung.acquire(timeout=LONG)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LONG)
    assert len(hook.got) == 2
    assert len({got.headers["Idempotency-Key"] for got in hook.got}) == 1
    assert ask(world, "SELECT status, attempts, lease_until FROM notification") == [("sent", 2, None)]
    is_clean(world, hook)


def test_a_configuration_with_a_fault_leaves_the_old_one_and_a_rule_that_goes_resolves(
    world: World, hook: HttpReceiver, bell: Bell
) -> None:
    bell.opened.set()
    with serving(world) as process:
        assert bell.rung.acquire(timeout=LONG)
        write(world, "{alert: Drift, ", "{alert: Drift, sverity: page, ")
        line_with(process, "the old one stays")
        write(world, "{alert: Drift, sverity: page, ", "{alert: Other, ")
        assert bell.rung.acquire(timeout=LONG)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LONG)
        assert process.returncode == 0
    first, second = (json.loads(got.body) for got in hook.got[:2])
    assert (first["status"], second["status"]) == ("firing", "resolved")
    assert first["alerts"][0]["fingerprint"] == second["alerts"][0]["fingerprint"]
    is_clean(world, hook)
