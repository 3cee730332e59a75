"""The store's tables come from migrations, and a store of another version is refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from monitor.errors import StoreError, StoreVersionError
from monitor.store.database import FRESH_SECONDS, MIGRATIONS, check_version, migrate, open_store, store_version
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
    " silenced, fingerprint",
    "v_silence": "silence_id, matchers, state, starts_at, ends_at, author, comment, created_at, alerts",
    "v_alert_event": "time, time_epoch, alert, model, metric, column_name, segment_key, segment_value, from_state,"
    " to_state, reason, value, window_end, episode, number, fingerprint",
    "v_notification": "time, time_epoch, receiver, channel, status, attempts, dedup_key, error, next_attempt_at",
    "v_action": "time, time_epoch, action, alert, model, metric, column_name, segment_key, segment_value,"
    " window_seconds, severity, episode, status, reason, url, attempts, key, started_at, finished_at",
    "v_outbox": "time, time_epoch, alert, model, metric, column_name, segment_key, segment_value, window_seconds,"
    " window_end, to_state, episode, number, receiver, status, reason, dedup_key",
    "v_run": "model, window_start, window_end, purpose, status, reason, attempts, rows, started_at, finished_at",
    "v_bucket": "model, time, time_epoch, bucket_start, bucket_seconds, rows, targets, late_rows, late_targets,"
    " revision, read_at",
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


def made_by_the_first_version(store: sa.Engine) -> None:
    """A store with tables, a view and a row in each table, as version 0001 left it."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    with store.begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            scripts.get_revision("0001").module.upgrade()
        context.stamp(scripts, "0001")
        connection.execute(sa.text("CREATE VIEW v_run AS SELECT model, status FROM run"))
        for row in FIRST_VERSION:
            connection.execute(sa.text(row))


FIRST_VERSION = (
    "INSERT INTO model VALUES ('m', 'regression', 'r', 7)",
    "INSERT INTO reference VALUES ('r', 'm', 'predictions of spring', 900, 7)",
    "INSERT INTO reference_bin VALUES ('r', 'distance', 0, 'below 5', 0.25)",
    "INSERT INTO series (series_id, model, metric, window_seconds) VALUES (3, 'm', 'mean_error', 86400)",
    "INSERT INTO measurement (series_id, window_end, value, reference_id) VALUES (3, 86400, 0.5, 'r')",
    "INSERT INTO distribution VALUES ('m', 'distance', '', '', 86400, 86400, 'r', 4, '[4]')",
    "INSERT INTO run (run_id, model, window_start, window_end, purpose, status)"
    " VALUES (5, 'm', 0, 86400, 'measure', 'done')",
    "INSERT INTO alert (fingerprint, alert, model, state, last_window_end) VALUES ('f', 'a', 'm', 'firing', 86400)",
    "INSERT INTO alert_event (event_id, fingerprint, to_state, window_end, created_at)"
    " VALUES (2, 'f', 'firing', 86400, 7)",
    "INSERT INTO notification (notification_id, dedup_key, payload, created_at, next_attempt_at)"
    " VALUES (9, 'k', '{}', 7, 7)",
)


def everything(store: sa.Engine) -> dict[str, list[dict[str, object]]]:
    with store.begin() as connection:
        names = [row.split()[2] for row in FIRST_VERSION]
        return {
            name: [dict(row) for row in connection.execute(sa.text(f"SELECT * FROM {name}")).mappings()]
            for name in names
        }


def test_a_store_of_the_first_version_keeps_everything(store_url: str) -> None:
    store = open_store(store_url)
    made_by_the_first_version(store)
    before = everything(store)
    migrate(store)
    check_version(store)
    new = {
        "reference": {"plan_id": "", "fingerprint": "", "content": None, "leanings": None},
        "alert": {
            "receiver": "",
            "labels": "{}",
            "events": 1,
            "vanished": 0,
            "judged_until": before["alert"][0]["last_window_end"],
            "acknowledged_at": None,
            "acknowledged_comment": "",
        },
        "alert_event": {"number": 1, "labels": "{}", "content": "{}"},
        "notification": {"lease_until": None, "worker": ""},
    }
    after = everything(store)
    for row in (after["alert"][0], after["alert_event"][0]):  # PostgreSQL reads JSON, SQLite gives its text
        row.update({name: row[name] or "{}" for name in ("labels", "content") if name in row})
    assert after == before | {name: [before[name][0] | columns] for name, columns in new.items()}
    with store.begin() as connection:
        assert [tuple(row) for row in connection.execute(sa.text("SELECT model, status, attempts FROM v_run"))] == [
            ("m", "done", 0)
        ]
    store.dispose()


def test_postgresql_does_not_compress_what_is_compressed_already(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    migrate(store)
    kept = sa.text(
        "SELECT attname, attstorage FROM pg_attribute WHERE attrelid = 'profile'::regclass"
        " AND attname IN ('content', 'outcome') ORDER BY attname"
    )
    with store.begin() as connection:
        assert [tuple(row) for row in connection.execute(kept)] == [("content", "e"), ("outcome", "e")]
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


def test_the_files_of_the_migrations_are_named_by_their_versions() -> None:
    scripts = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    assert [Path(script.path).name.partition("_")[0] for script in scripts] == [script.revision for script in scripts]
    assert scripts[0].revision == max(script.revision for script in scripts)


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


def test_a_connection_that_died_while_it_rested_is_replaced(postgresql_url: str) -> None:
    now = [0.0]
    store, other = open_store(postgresql_url, clock=lambda: now[0]), sa.create_engine(postgresql_url)
    with store.begin() as connection:
        process = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    with other.begin() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
    now[0] += FRESH_SECONDS
    with store.begin() as connection:
        assert connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() != process
    store.dispose()
    other.dispose()
