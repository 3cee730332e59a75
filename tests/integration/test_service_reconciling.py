"""Alerts after the configuration has changed between two starts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.rows import DAY
from builders.world import World, write_world

from alerts.reconcile import NO_MODEL, NO_WINDOW
from alerts.step import GONE, PAUSED, RELABELLED
from monitor.service import Seamark
from monitor.store.database import migrate, open_store
from monitor.window import utc

RULE = "{alert: Drift, "
EVENTS = "SELECT number, from_state, to_state, reason FROM alert_event ORDER BY number"


@dataclass(frozen=True, slots=True)
class Watched:
    """A world whose alert fires, and its store."""

    world: World
    store: sa.Engine

    def write(self, old: str, new: str) -> None:
        text = self.world.config.read_text("utf-8")
        assert old in text
        self.world.config.write_text(text.replace(old, new), "utf-8")

    def reconcile(self) -> None:
        with Seamark.open(self.world.config) as seamark:
            seamark.reconcile()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.store.begin() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]


@pytest.fixture
def watched(store_url: str, tmp_path: Path) -> Iterator[Watched]:
    store = open_store(store_url)
    migrate(store)
    world = write_world(tmp_path, start=utc(2024, 3, 1), store=store_url)
    with Seamark.open(world.config) as seamark:
        due = seamark.backfill(world.changed, world.changed + DAY, [], again=False)
        assert [outcome.fired for outcome in seamark.measure(due, notify=True) if outcome] == [1]
    yield Watched(world, store)
    store.dispose()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (RULE, "{alert: Renamed, ", GONE),
        (RULE, "{alert: Drift, paused: true, ", PAUSED),
        (RULE, "{alert: Drift, labels: {team: ml}, ", RELABELLED),
        (RULE, "{alert: Drift, severity: page, ", RELABELLED),
        ("  sound:\n", "  other:\n", NO_MODEL),
        ("windows: [1 day]", "windows: [2 days]", NO_WINDOW),
    ],
)
def test_what_lost_its_ground_resolves_at_the_next_start_and_once(
    watched: Watched, old: str, new: str, reason: str
) -> None:
    watched.write(old, new)
    for _ in range(2):
        watched.reconcile()
    assert [row[2:] for row in watched.rows(EVENTS)][1:] == [("inactive", reason)]
    assert watched.rows("SELECT to_state FROM v_outbox ORDER BY number") == [("firing",), ("inactive",)]


def test_two_processes_that_start_at_once_resolve_it_once(watched: Watched) -> None:
    watched.write(RULE, "{alert: Renamed, ")
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(watched.reconcile) for _ in range(4)]:
            done.result()
    assert [row[2] for row in watched.rows(EVENTS)] == ["firing", "inactive"]


def test_a_start_under_the_same_configuration_changes_nothing(watched: Watched) -> None:
    before = watched.rows("SELECT * FROM v_alert")
    watched.reconcile()
    assert watched.rows("SELECT * FROM v_alert") == before
