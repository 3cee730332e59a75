"""A backfill that is killed, or done by two at once, gives what an undisturbed one gives."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.world import World, write_world

from monitor.window import utc

KILLS = 10
LONGEST_SECONDS = 2.5
MEASURED = """
SELECT metric, column_name, segment_key, segment_value, window_seconds, time_epoch, value, lower, upper, rows, status
FROM v_measurement ORDER BY metric, column_name, segment_key, segment_value, window_seconds, time_epoch"""


def command(world: World, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "monitor", *arguments, "--config", str(world.config)]


def backfill(world: World) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(world, "backfill", *world.period), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def a_world(folder: Path, store: str | None = None) -> World:
    folder.mkdir()
    world = write_world(folder, start=utc(2024, 3, 1), store=store, shifted_days=12, calm_days=8, hourly=True)
    subprocess.run(command(world, "migrate"), check=True, capture_output=True)
    return world


def rows(store: str, sql: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(store)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(sql))]
    engine.dispose()
    return found


def store_of(folder: Path) -> str:
    return f"sqlite:///{folder}/seamark.db"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    world = a_world(tmp_path_factory.mktemp("undisturbed") / "world")
    assert backfill(world).wait(120) == 0
    return rows(store_of(world.config.parent), MEASURED)


def test_ten_kills_and_a_last_run_give_the_same_measurements(
    tmp_path: Path, store_url: str, undisturbed: list[tuple[object, ...]]
) -> None:
    world = a_world(tmp_path / "killed", store_url)
    draw = random.Random(7)
    killed = 0
    for _ in range(KILLS):
        running = backfill(world)
        try:
            running.wait(draw.uniform(0.8, LONGEST_SECONDS))
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            killed += 1
    assert backfill(world).wait(120) == 0
    assert killed >= 1
    assert rows(store_url, MEASURED) == undisturbed
    assert rows(store_url, "SELECT DISTINCT status FROM v_run") == [("done",)]
    assert each_bucket_once(store_url)


def test_two_backfills_at_once_read_each_bucket_once(
    tmp_path: Path, store_url: str, undisturbed: list[tuple[object, ...]]
) -> None:
    world = a_world(tmp_path / "twice", store_url)
    both = [backfill(world), backfill(world)]
    assert [running.wait(120) for running in both] == [0, 0]
    assert backfill(world).wait(120) == 0
    assert rows(store_url, MEASURED) == undisturbed
    assert each_bucket_once(store_url)


def each_bucket_once(store: str) -> bool:
    """Whether no bucket was ever written a second time."""
    return rows(store, "SELECT DISTINCT revision FROM bucket") == [(1,)]
