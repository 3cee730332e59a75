"""Databases that are away, doors that are closed, tables and columns that are gone."""

from __future__ import annotations

import gc
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.sources.engines import open_engine
from monitor.sources.spec import ROWS_PER_BATCH, Filter, TableSpec
from monitor.sources.table import SqlTable

SPEC = TableSpec("predictions", {"id": "id", "carrier": "carrier"}, {"carrier": "categorical"})
PASSWORD = "open sesame"


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database of each kind with a table of predictions."""
    if request.param == "sqlite":
        (tmp_path / "flights.db").touch()
        url = f"sqlite:///{tmp_path}/flights.db"
    else:
        url = request.getfixturevalue(f"{request.param}_url")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE predictions (id INTEGER, carrier VARCHAR(2), at TIMESTAMP NULL)"))
        connection.execute(sa.text("INSERT INTO predictions (id, carrier) VALUES (1, 'AA')"))
    yield engine
    engine.dispose()


@pytest.fixture
def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def refusal(engine: sa.Engine, spec: TableSpec = SPEC) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(SqlTable.open(engine, spec).scan())
    engine.dispose()
    assert PASSWORD not in str(caught.value)
    assert "\n  " not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_database_that_is_away_may_come_back(scheme: str, closed_port: int) -> None:
    error = refusal(open_engine(f"{scheme}://ann:{PASSWORD}@127.0.0.1:{closed_port}/flights"))
    assert str(error).startswith(f"{scheme} database flights on 127.0.0.1:{closed_port} as ann: ")
    assert "refused" in str(error)
    assert not error.permanent


def test_a_host_that_is_not_known_is_named() -> None:
    error = refusal(open_engine(f"postgresql://ann:{PASSWORD}@no-such-host.invalid/flights"))
    assert "no-such-host.invalid" in str(error)
    assert not error.permanent


def test_a_file_that_is_away_is_named_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "no where 100%.db"
    error = refusal(open_engine(f"sqlite:///{path}"))
    assert str(error) == f"SQLite file {path}: unable to open database file"
    assert not error.permanent
    assert not path.exists()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "flights.db"
    path.write_text("carrier,late\n" * 100)
    error = refusal(open_engine(f"sqlite:///{path}"))
    assert "file is not a database" in str(error)
    assert error.permanent


def test_a_wrong_password_is_told_with_host_and_user(mariadb_url: str) -> None:
    url = sa.make_url(mariadb_url)
    admin = sa.create_engine(url)
    user = str(url.database)[:30]
    with admin.begin() as connection:
        connection.exec_driver_sql(f"CREATE USER '{user}'@'%%' IDENTIFIED BY 'right'")
        connection.exec_driver_sql(f"CREATE USER '{user}'@'localhost' IDENTIFIED BY 'right'")
    try:
        wrong = url.set(username=user, password=PASSWORD).render_as_string(hide_password=False)
        error = refusal(open_engine(wrong))
        assert f"on {url.host}:{url.port} as {user}: Access denied" in str(error)
        assert not error.permanent
    finally:
        with admin.begin() as connection:
            connection.exec_driver_sql(f"DROP USER '{user}'@'%%', '{user}'@'localhost'")
        admin.dispose()


def test_a_database_that_does_not_exist_is_named(postgresql_url: str) -> None:
    url = sa.make_url(postgresql_url).set(database="no_such_database")
    assert 'database "no_such_database" does not exist' in str(refusal(open_engine(url.render_as_string())))


def test_a_table_that_is_not_there_is_told_with_those_that_are(engine: sa.Engine) -> None:
    error = refusal(engine, TableSpec("prediction", SPEC.columns, SPEC.kinds))
    assert "has no table prediction, did you mean predictions? it has: predictions" in str(error)
    assert error.permanent


def test_a_schema_that_is_not_there_is_told(engine: sa.Engine) -> None:
    error = refusal(engine, TableSpec("staging.predictions", SPEC.columns, SPEC.kinds))
    assert "has no schema staging; it has: " in str(error)
    assert error.permanent


def test_a_database_without_tables_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert "it has no tables at all" in str(refusal(open_engine(f"sqlite:///{tmp_path}/empty.db")))


def test_all_missing_columns_are_told_at_once(engine: sa.Engine) -> None:
    spec = TableSpec(
        "predictions",
        {"id": "id", "c": "Carrier", "d": "distance"},
        {"c": "numeric", "d": "numeric"},
        (Filter("env", "is null"),),
    )
    error = refusal(engine, spec)
    lines = str(error).splitlines()
    assert [line.partition("no column ")[2] for line in lines] == [
        "Carrier, did you mean carrier? it has: at, carrier, id",
        "distance; it has: at, carrier, id",
        "env; it has: at, carrier, id",
    ]
    assert error.permanent


def test_a_filter_that_does_not_go_with_its_column_is_told(engine: sa.Engine) -> None:
    wanted = (Filter("id", "=", "production"), Filter("carrier", "=", None))
    lines = str(refusal(engine, TableSpec("predictions", SPEC.columns, SPEC.kinds, wanted))).splitlines()
    assert "where id =: 'production' does not go with INTEGER" in lines[0]
    assert "where carrier =: one value is wanted" in lines[1]


def test_a_time_column_is_refused_together_with_its_table(engine: sa.Engine) -> None:
    spec = TableSpec("predictions", {"id": "id", "time": "carrier"}, {})
    assert "table predictions: carrier: 'AA' is no time" in str(refusal(engine, spec))


@pytest.mark.parametrize("change", ["DROP TABLE predictions", "ALTER TABLE predictions DROP COLUMN carrier"])
def test_a_table_or_column_that_goes_away_later_is_a_lasting_fault(engine: sa.Engine, change: str) -> None:
    table = SqlTable.open(engine, SPEC)
    with engine.begin() as connection:
        connection.execute(sa.text(change))
    with pytest.raises(SourceError) as caught:
        list(table.scan())
    assert caught.value.permanent


def fault_of_a_scan_that_is_cut_off(url: str, others: str, kill: str) -> SourceError | None:
    """Kills the connection of a scan between two of its batches."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE predictions (id INTEGER, carrier VARCHAR(400))"))
        connection.execute(sa.text("INSERT INTO predictions VALUES (1, REPEAT('A', 400))"))
        while connection.execute(sa.text("SELECT COUNT(*) FROM predictions")).scalar_one() < 3 * ROWS_PER_BATCH:
            connection.execute(sa.text("INSERT INTO predictions SELECT * FROM predictions"))
    scan = SqlTable.open(engine, SPEC).scan()
    next(scan)
    with engine.connect() as other:
        for process in other.execute(sa.text(others)).scalars().all():
            other.execute(sa.text(kill.format(process)))
    try:
        list(scan)
    except SourceError as error:
        return SourceError(str(error), permanent=error.permanent)
    finally:
        engine.dispose()
    return None


def test_a_postgresql_that_goes_away_in_the_middle_may_come_back(postgresql_url: str) -> None:
    others = (
        "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        " AND application_name = 'seamark'"
    )
    fault = fault_of_a_scan_that_is_cut_off(postgresql_url, others, "SELECT pg_terminate_backend({})")
    assert fault is not None
    assert not fault.permanent


# pymysql tries to read the rest of an unbuffered result when it is collected, killed or not.
@pytest.mark.filterwarnings("ignore:.*(MySQLResult|SSCursor):pytest.PytestUnraisableExceptionWarning")
def test_a_mariadb_that_goes_away_in_the_middle_may_come_back(
    mariadb_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="sqlalchemy")  # a kept record would keep the result alive
    others = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
    fault = fault_of_a_scan_that_is_cut_off(mariadb_url, others, "KILL {}")
    gc.collect()
    assert fault is not None
    assert not fault.permanent
