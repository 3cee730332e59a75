"""What the demo tells: its files in their folder, and the episodes read off a real store."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from rich.console import Console

from monitor.config.loader import load
from monitor.demo import serving
from monitor.demo.episodes import read_episodes
from monitor.demo.flights import CATEGORICAL, NUMERIC
from monitor.demo.story import build_world, write_config
from monitor.store.database import migrate, open_store
from monitor.store.tables import ALERT, ALERT_EVENT, MEASUREMENT, SERIES
from monitor.window import to_epoch, utc

WEBHOOK = "http://127.0.0.1:40001/alerts"
SEVEN_DAYS = 7 * 24 * 3600
JULY = utc(2013, 7, 1)


def test_the_configuration_is_written_with_the_address_of_the_receiver(tmp_path):
    settings = load(write_config(tmp_path, WEBHOOK), environment={})
    (hook,) = settings.alerts.receivers
    assert hook.name == "hook"
    assert WEBHOOK in (tmp_path / "seamark.yaml").read_text()


def test_a_configuration_that_was_there_is_kept_beside_the_new_one(tmp_path):
    (tmp_path / "seamark.yaml").write_text("mine")
    write_config(tmp_path, WEBHOOK)
    assert (tmp_path / "seamark.yaml.old").read_text() == "mine"


def test_each_demo_begins_with_an_empty_store(tmp_path):
    for name in ("seamark.db", "seamark.db-wal", "seamark.db-shm"):
        (tmp_path / name).write_text("of an earlier demo")
    write_config(tmp_path, WEBHOOK)
    assert {path.name for path in tmp_path.iterdir()} == {"seamark.yaml"}


def test_a_log_that_is_there_already_is_not_made_again(tmp_path):
    flights = pd.DataFrame({column: [1.0] for column in NUMERIC} | {column: ["x"] for column in CATEGORICAL})
    flights["departed"] = flights["landed"] = pd.to_datetime(["2013-05-01T12:00Z"], utc=True)
    serving.write_log(tmp_path / "flights.db", flights.assign(was_late=0.0), np.array([0.5]))
    assert build_world(tmp_path, Console(quiet=True)).predictions == 1


@pytest.fixture
def store(tmp_path: Path) -> sa.Engine:
    engine = open_store(f"sqlite:///{tmp_path}/seamark.db")
    migrate(engine)
    return engine


def seed_alert(connection: sa.Connection, *, column: str = "", alert: str = "AucDrop") -> None:
    """An alert over a series with one value a day of July: 0.81 on the 1st, 0.82 on the 2nd, and so on."""
    name = {"model": "late_arrival", "version": "", "metric": f"metric of {alert}", "column_name": column}
    name |= {"segment_key": "", "segment_value": ""}
    state = {"severity": "page", "state": "inactive", "health": "ok", "reason": ""}
    key = {"alert": alert, "window_seconds": SEVEN_DAYS, "fingerprint": f"{alert} {column}"}
    connection.execute(ALERT.insert(), {**name, **state, **key, "last_window_end": to_epoch(JULY), "episode": 1})
    added = connection.execute(SERIES.insert(), {**name, "window_seconds": SEVEN_DAYS})
    (series_id,) = added.inserted_primary_key
    days = [
        {"series_id": series_id, "window_end": to_epoch(july(day)), "value": 0.8 + day / 100, "rows": 1, "status": "ok"}
        for day in range(1, 31)
    ]
    connection.execute(MEASUREMENT.insert(), [{**day, "reason": "", "reference_id": "r"} for day in days])


def seed_event(
    connection: sa.Connection, change: str, day: int, *, of: str = "AucDrop ", episode: int = 1, limit: float = 0.9
) -> None:
    from_state, _, to_state = change.partition(" -> ")
    event = {"fingerprint": of, "number": day, "from_state": from_state, "to_state": to_state, "episode": episode}
    number = {"value": 0.8 + day / 100, "limit_value": limit}
    moment = {"window_end": to_epoch(july(day)), "created_at": to_epoch(JULY)}
    connection.execute(ALERT_EVENT.insert(), {**event, **number, **moment, "severity": "page", "reason": ""})


def july(day: int) -> datetime:
    return JULY + timedelta(days=day - 1)


def test_an_episode_lasts_from_firing_to_inactive_whatever_lies_between(store, tmp_path):
    with store.begin() as connection:
        seed_alert(connection)
        seed_event(connection, "inactive -> pending", 2)
        seed_event(connection, "pending -> firing", 3)
        seed_event(connection, "firing -> recovering", 5)
        seed_event(connection, "recovering -> firing", 6)
        seed_event(connection, "firing -> inactive", 9)
    (episode,) = read_episodes(tmp_path / "seamark.db")
    assert (episode.fired_at, episode.resolved_at, episode.days) == (july(3), july(9), 6)


def test_an_alert_that_only_waited_is_no_episode(store, tmp_path):
    with store.begin() as connection:
        seed_alert(connection)
        seed_event(connection, "inactive -> pending", 2)
        seed_event(connection, "pending -> inactive", 3)
    assert read_episodes(tmp_path / "seamark.db") == []


def test_the_worst_value_is_the_farthest_beyond_the_limit(store, tmp_path):
    with store.begin() as connection:
        seed_alert(connection)
        seed_event(connection, "pending -> firing", 3, limit=0.9)
        seed_event(connection, "firing -> inactive", 8)
        seed_alert(connection, alert="TooHigh")
        seed_event(connection, "pending -> firing", 4, of="TooHigh ", limit=0.5)
        seed_event(connection, "firing -> inactive", 8, of="TooHigh ")
    fell, rose = read_episodes(tmp_path / "seamark.db")
    assert (fell.alert, fell.worst, fell.limit) == ("AucDrop", pytest.approx(0.83), 0.9)
    assert (rose.alert, rose.worst, rose.limit) == ("TooHigh", pytest.approx(0.88), 0.5)


def test_episodes_of_one_alert_are_told_apart_and_the_last_may_still_fire(store, tmp_path):
    with store.begin() as connection:
        seed_alert(connection, column="dest", alert="ColumnDrift")
        for episode, day in ((1, 3), (2, 13)):
            seed_event(connection, "pending -> firing", day, of="ColumnDrift dest", episode=episode)
        seed_event(connection, "firing -> inactive", 5, of="ColumnDrift dest", episode=1)
    first, second = read_episodes(tmp_path / "seamark.db")
    assert (first.column, first.fired_at, first.resolved_at) == ("dest", july(3), july(5))
    assert (second.fired_at, second.resolved_at, second.days) == (july(13), None, None)
