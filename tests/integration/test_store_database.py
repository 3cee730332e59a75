"""The store's tables come from migrations, and a store of another version is refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from monitor.errors import StoreError, StoreVersionError
from monitor.store.database import check_version, migrate, open_store, store_version
from monitor.store.tables import METADATA
from monitor.store.views import VIEWS

CONTRACT = {
    "v_measurement": "time, time_epoch, window_start, window_end, window_seconds, model, version, metric, column_name,"
    " segment_key, segment_value, value, lower, upper, p_value, limit_low, limit_high, rows, target_coverage, status,"
    " reason, reference_id, revision",
    "v_distribution": "time, time_epoch, window_seconds, model, column_name, segment_key, segment_value, bin_order,"
    " bin_label, reference_share, current_share",
    "v_alert": "alert, model, metric, column_name, segment_key, segment_value, window_seconds, severity, state, health,"
    " reason, value, limit_value, active_since, fired_at, resolved_at, last_window_end, episode, acknowledged_by,"
    " silenced",
    "v_alert_event": "time, time_epoch, alert, model, metric, column_name, segment_key, segment_value, from_state,"
    " to_state, reason, value, window_end, episode",
    "v_notification": "time, receiver, channel, status, attempts, dedup_key, error",
    "v_run": "model, window_start, window_end, purpose, status, reason, attempts, rows, started_at, finished_at",
    "v_model": "model, task, reference_id, reference_rows, first_window, last_window, firing_page, firing_ticket",
}


def test_migrations_and_tables_agree(store_url: str) -> None:
    store = open_store(store_url)
    migrate(store)
    with store.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    store.dispose()


def test_migrating_twice_changes_nothing(store_url: str) -> None:
    store = open_store(store_url)
    migrate(store)
    before = store_version(store)
    migrate(store)
    assert store_version(store) == before
    check_version(store)
    store.dispose()


def test_every_view_has_the_columns_that_are_promised(store_url: str) -> None:
    store = open_store(store_url)
    migrate(store)
    assert set(VIEWS) == set(CONTRACT)
    with store.connect() as connection:
        for view, columns in CONTRACT.items():
            names = list(connection.execute(sa.text(f"SELECT * FROM {view}")).keys())
            promised = columns.split(", ")
            assert [name for name in names if name in promised] == promised
    store.dispose()


def test_a_store_without_tables_says_what_to_do(store_url: str) -> None:
    store = open_store(store_url)
    with pytest.raises(StoreVersionError, match="no tables yet: run `seamark migrate`"):
        check_version(store)
    store.dispose()


def test_a_store_of_a_newer_version_is_refused(store_url: str) -> None:
    store = open_store(store_url)
    migrate(store)
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    for refusing in (check_version, migrate):
        with pytest.raises(StoreVersionError, match="9999, which this Seamark does not know: install a newer"):
            refusing(store)
    store.dispose()


def test_sqlite_is_in_wal_mode(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/seamark.db")
    with store.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    store.dispose()


def test_a_store_in_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"the folder .*/nowhere of the store does not exist"):
        open_store(f"sqlite:///{tmp_path}/nowhere/seamark.db")


@pytest.mark.parametrize(
    ("url", "words"), [("mysql+pymysql://root@h/x", "is mysql; it must be"), ("x", "no SQLAlchemy URL")]
)
def test_a_database_that_cannot_be_a_store_is_refused(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        open_store(url)


def test_a_store_that_is_away_is_named_without_its_password() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        store = open_store(f"postgresql://someone:hush@127.0.0.1:{port}/x")
        with pytest.raises(StoreError, match=f"{port}/x cannot be used") as raised:
            migrate(store)
    assert "hush" not in str(raised.value)
