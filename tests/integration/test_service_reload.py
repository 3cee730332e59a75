"""A configuration that is written while Seamark runs: a fault leaves the old one, anything else takes effect."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.audit import audit
from builders.http_receiver import HttpReceiver, answer
from builders.rows import DAY
from builders.world import World, write_world

from alerts.step import GONE, RELABELLED
from monitor.errors import StoreError
from monitor.service import Seamark
from monitor.store.abandoned import HAS_GONE
from monitor.store.database import migrate, open_store
from monitor.window import utc

RULE = "{alert: Drift, "
EVENTS = "SELECT to_state, reason FROM alert_event ORDER BY event_id"


@pytest.fixture
def hook() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


@pytest.fixture
def world(store_url: str, tmp_path: Path, hook: HttpReceiver) -> World:
    store = open_store(store_url)
    migrate(store)
    store.dispose()
    world = write_world(tmp_path, start=utc(2024, 3, 1), store=store_url)
    text = world.config.read_text("utf-8")
    receivers = text[text.index("  receivers:") :].splitlines()[1]
    world.config.write_text(text.replace(receivers, f'    - {{name: team, webhook: {{url: "{hook.url()}"}}}}'), "utf-8")
    return world


@pytest.fixture
def seamark(world: World) -> Iterator[Seamark]:
    """One whose alert fires."""
    with Seamark.open(world.config) as seamark:
        due = seamark.backfill(world.changed, world.changed + DAY, [], again=False)
        assert [outcome.fired for outcome in seamark.measure(due, notify=True) if outcome] == [1]
        yield seamark


def write(world: World, old: str, new: str) -> None:
    text = world.config.read_text("utf-8")
    assert old in text
    world.config.write_text(text.replace(old, new), "utf-8")


def rows(store_url: str, sql: str) -> list[tuple[object, ...]]:
    store = sa.create_engine(store_url)
    with store.begin() as connection:
        found = connection.execute(sa.text(sql))
        all_rows = [tuple(row) for row in found] if found.returns_rows else []
    store.dispose()
    return all_rows


def is_clean(store_url: str, hook: HttpReceiver, *receivers: str) -> None:
    store = sa.create_engine(store_url)
    ledger = audit(store, hook.got, receivers=receivers)
    store.dispose()
    assert ledger.is_clean, ledger


def test_a_fault_leaves_the_old_configuration_and_is_said_once(
    seamark: Seamark, world: World, store_url: str, hook: HttpReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    write(world, RULE, "{alert: Drift, sverity: page, ")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            seamark.reload()
    (said,) = [record.getMessage() for record in caplog.records]
    assert "the old one stays" in said
    assert "sverity" in said
    assert [to_state for to_state, _ in rows(store_url, EVENTS)] == ["firing"]
    is_clean(store_url, hook, "team")


@pytest.mark.parametrize(
    ("new", "reason"), [("{alert: Renamed, ", GONE), ("{alert: Drift, labels: {team: ml}, ", RELABELLED)]
)
def test_a_rule_that_goes_or_has_other_labels_resolves_what_fires_once_and_says_so(
    seamark: Seamark, world: World, store_url: str, hook: HttpReceiver, new: str, reason: str
) -> None:
    write(world, RULE, new)
    for _ in range(2):
        seamark.reload()
        seamark.deliver()
    assert rows(store_url, EVENTS)[1:] == [("inactive", reason)]
    assert len(hook.got) == 2
    is_clean(store_url, hook, "team")


def test_another_address_of_a_receiver_holds_from_then_on(seamark: Seamark, world: World, hook: HttpReceiver) -> None:
    write(world, hook.url(), hook.url("/other"))
    write(world, RULE, "{alert: Renamed, ")
    seamark.reload()
    seamark.deliver()
    assert [got.path for got in hook.got] == ["/hook", "/other"]


def test_what_the_store_could_not_take_is_made_up_for_at_the_next_look(
    seamark: Seamark, world: World, store_url: str
) -> None:
    write(world, RULE, "{alert: Renamed, ")
    rows(store_url, "ALTER TABLE alert_event RENAME TO away")
    with pytest.raises(StoreError):
        seamark.reload()
    rows(store_url, "ALTER TABLE away RENAME TO alert_event")
    seamark.reload()
    assert rows(store_url, EVENTS)[1:] == [("inactive", GONE)]


def test_what_fires_is_told_to_others_where_a_receiver_has_gone(
    seamark: Seamark, world: World, hook: HttpReceiver, store_url: str
) -> None:
    write(world, "receiver: team", "receiver: others")
    write(world, f'team, webhook: {{url: "{hook.url()}"}}', f'others, webhook: {{url: "{hook.url("/others")}"}}')
    for _ in range(2):
        seamark.reload()
        seamark.reconcile()
        seamark.deliver()
    write(world, RULE, "{alert: Renamed, ")
    seamark.reload()
    seamark.deliver()
    assert [(got.path, json.loads(got.body)["status"]) for got in hook.got] == [
        ("/hook", "firing"),
        ("/others", "firing"),
        ("/others", "resolved"),
    ]
    assert rows(store_url, "SELECT count(*) FROM outbox WHERE is_open AND receiver = 'team'") == [(0,)]
    is_clean(store_url, hook, "others")


def test_what_could_not_reach_a_receiver_who_has_gone_reaches_the_others(
    seamark: Seamark, world: World, hook: HttpReceiver, store_url: str
) -> None:
    hook.behave = answer(503)
    write(world, RULE, "{alert: Renamed, ")
    seamark.reload()
    seamark.deliver()
    hook.behave = answer(200)
    write(world, "receiver: team", "receiver: others")
    write(world, f'team, webhook: {{url: "{hook.url()}"}}', f'others, webhook: {{url: "{hook.url("/others")}"}}')
    seamark.reload()
    seamark.deliver()
    found = "SELECT to_state, receiver, status, reason FROM v_outbox ORDER BY number"
    assert rows(store_url, found) == [
        ("firing", "team", "done", ""),
        ("inactive", "team", "failed", HAS_GONE),
    ]
    assert rows(store_url, "SELECT status FROM notification WHERE status = 'planned'") == []


def test_that_a_receiver_gets_nothing_is_over_when_it_has_gone(
    seamark: Seamark, world: World, hook: HttpReceiver, store_url: str
) -> None:
    hook.behave = answer(404)
    write(world, RULE, "{alert: Renamed, ")
    seamark.reload()
    seamark.deliver()
    about = "SELECT state, reason FROM v_alert WHERE alert = 'NotificationFailed'"
    assert [state for state, _ in rows(store_url, about)] == ["firing"]
    write(world, "receiver: team", "receiver: others")
    write(world, "name: team", "name: others")
    seamark.reload()
    assert rows(store_url, about) == [("inactive", HAS_GONE)]


def test_another_store_is_only_taken_at_a_start(
    seamark: Seamark, world: World, store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(world, store_url, "sqlite:///elsewhere.db")
    with caplog.at_level(logging.ERROR):
        seamark.reload()
    assert "another store is only taken at a start" in caplog.text


def test_a_file_that_is_away_for_a_moment_changes_nothing(
    seamark: Seamark, world: World, store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = world.config.read_text("utf-8")
    world.config.unlink()
    with caplog.at_level(logging.INFO):
        seamark.reload()
        world.config.write_text(text, "utf-8")
        seamark.reload()
    assert [to_state for to_state, _ in rows(store_url, EVENTS)] == ["firing"]
