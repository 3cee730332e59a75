"""What comes late is looked for once a bucket has closed, whether a window is due or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.rows import DAY
from builders.world import World, midnight_before, write_world

from monitor.service import Seamark
from monitor.store.database import migrate, open_store
from monitor.store.tables import WATERMARK
from monitor.window import to_epoch


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def measured(store: sa.Engine, store_url: str, tmp_path: Path) -> World:
    """A world whose windows, a day long and a day apart, are all done."""
    start = midnight_before(datetime.now(UTC), days=13)
    world = write_world(tmp_path, start=start, store=store_url, calm_days=0, hourly=True)
    with Seamark.open(world.config) as seamark:
        assert [one.status for one in seamark.measure(seamark.due([]), notify=False) if one] == ["done", "done"]
    return world


def a_row_comes_late(world: World) -> None:
    """One more row of the last noon."""
    log = sa.create_engine(f"sqlite:///{world.config.parent}/log.db")
    with log.begin() as connection:
        noon = f"{world.end - DAY / 2:%Y-%m-%d %H:%M:%S}"
        copy = f"SELECT 'late', '{noon}.000000', amount, country, prediction, score FROM predictions LIMIT 1"
        connection.execute(sa.text(f"INSERT INTO predictions (id, time, amount, country, prediction, score) {copy}"))
    log.dispose()


def was_looked_at(store: sa.Engine, moment: datetime) -> None:
    with store.begin() as connection:
        connection.execute(sa.update(WATERMARK).values(ingested_until=to_epoch(moment)))


def test_a_late_row_opens_its_windows_though_no_other_is_due(measured: World, store: sa.Engine) -> None:
    a_row_comes_late(measured)
    was_looked_at(store, datetime.now(UTC) - timedelta(hours=2))
    with Seamark.open(measured.config) as seamark:
        assert [(name, window.length) for name, window in seamark.due([])] == [("sound", DAY), ("sound", 7 * DAY)]


def test_nobody_looks_twice_for_one_bucket(measured: World, store: sa.Engine) -> None:
    a_row_comes_late(measured)
    was_looked_at(store, datetime.now(UTC) + timedelta(hours=2))
    with Seamark.open(measured.config) as seamark:
        assert seamark.due([]) == []


def test_a_look_that_fails_waits_for_the_next_bucket(measured: World, store: sa.Engine) -> None:
    was_looked_at(store, datetime.now(UTC) - timedelta(hours=2))
    log = measured.config.parent / "log.db"
    away = log.rename(log.with_suffix(".away"))
    with Seamark.open(measured.config) as seamark:
        assert seamark.due([]) == []
        away.rename(log)
        a_row_comes_late(measured)
        assert seamark.due([]) == []
    with Seamark.open(measured.config) as seamark:
        assert len(seamark.due([])) == 2
