"""The fast ways of reading databases: when they are taken, what they leave behind, and how they fail."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.logs import WAYS, by_any_process, new_engine, opened

from monitor.errors import SourceError
from monitor.sources.engines import open_engine
from monitor.sources.postgresqlcopy import by_copy
from monitor.sources.query import Query
from monitor.sources.spec import ROWS_PER_ARROW_BATCH, Filter, TableSpec
from monitor.sources.sqliteprocess import WORTH_A_PROCESS, by_process
from monitor.sources.table import SqlTable
from monitor.window import Window, utc

NUMBERS = TableSpec("numbers", {"id": "n", "double": "n"}, {"double": "numeric"})
COUNTING = "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {rows})"


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[sa.Engine]:
    (tmp_path / "log.db").touch()
    engine = open_engine(f"sqlite:///{tmp_path}/log.db")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = open_engine(postgresql_url)
    yield engine
    engine.dispose()


def fill(engine: sa.Engine, rows: int) -> None:
    """A table with the numbers from 1."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE numbers (n INTEGER)"))
        counting = COUNTING.format(rows=rows)
        connection.execute(sa.text(f"INSERT INTO numbers {counting} SELECT n FROM counted"))


def query_of(engine: sa.Engine, spec: TableSpec = NUMBERS) -> Query:
    table = SqlTable.open(engine, spec)
    return Query(engine, table.table, spec, {}, spec.names(), [])


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "seamark-reads-ahead"]


def test_a_sqlite_file_is_read_by_a_process_only_where_that_is_quicker(sqlite: sa.Engine) -> None:
    fill(sqlite, WORTH_A_PROCESS - 1)
    assert by_process(query_of(sqlite)) is None
    with sqlite.begin() as connection:
        connection.execute(sa.text("INSERT INTO numbers VALUES (0)"))
    rows = by_process(query_of(sqlite))
    assert rows is not None
    assert sum(batch.num_rows for batch in rows) == WORTH_A_PROCESS


def test_sqlite_in_memory_is_read_by_cursor() -> None:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    fill(engine, 3)
    assert by_any_process(query_of(engine)) is None
    assert by_copy(query_of(engine)) is None
    engine.dispose()


@pytest.mark.parametrize("kind", ["JSON", "BYTEA", "INTEGER[]", "INTERVAL", "MONEY", "TIME", "INET"])
def test_types_that_adbc_is_not_known_to_give_whole_are_read_by_cursor(postgresql: sa.Engine, kind: str) -> None:
    with postgresql.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE t (id INTEGER, x {kind})"))
    spec = TableSpec("t", {"id": "id", "x": "x"}, {"x": "categorical"})
    assert by_copy(query_of(postgresql, spec)) is None
    assert by_copy(query_of(postgresql, TableSpec("t", {"id": "id"}, {}))) is not None


def test_a_filter_that_cannot_be_written_out_is_left_to_the_cursor(postgresql: sa.Engine) -> None:
    with postgresql.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (id INTEGER, x DOUBLE PRECISION)"))
        connection.execute(sa.text("INSERT INTO t VALUES (1, 'infinity'), (2, 1)"))
    spec = TableSpec("t", {"id": "id", "x": "x"}, {"x": "numeric"}, (Filter("x", ">=", float("inf")),))
    (batch,) = SqlTable.open(postgresql, spec).scan()
    assert batch["id"].to_pylist() == ["1"]


@pytest.mark.parametrize("way", ["sqlite by adbc", "postgresql by adbc"])
def test_a_scan_that_is_left_early_leaves_nothing_behind(request: pytest.FixtureRequest, way: str) -> None:
    database, ways = WAYS[way]
    engine = new_engine(request, database)
    fill(engine, 5 * ROWS_PER_ARROW_BATCH)
    table = opened(engine, NUMBERS, ways)
    for _ in range(3):
        with closing(table.scan()) as scan:
            next(scan)
    assert readers() == []
    if database == "postgresql":
        there = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        # The server needs a moment to notice, and shows it only to a new transaction.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            assert any(connection.execute(sa.text(there)).scalar_one() == 0 for _ in range(10_000))
    engine.dispose()


def test_a_source_that_breaks_off_raises_and_gives_no_half_batch(sqlite: sa.Engine) -> None:
    rows = 3 * ROWS_PER_ARROW_BATCH
    with sqlite.begin() as connection:
        connection.execute(sa.text("CREATE TABLE numbers (n)"))
        counting = COUNTING.format(rows=rows)
        connection.execute(sa.text(f"INSERT INTO numbers {counting} SELECT n FROM counted"))
        connection.execute(sa.text("INSERT INTO numbers VALUES (CAST(x'ff41' AS TEXT))"))
    spec = TableSpec("numbers", {"n": "n"}, {"n": "categorical"})
    faults = []
    for ways in ((), (by_any_process,)):
        read: list[int] = []
        with pytest.raises(SourceError, match="Could not decode to UTF-8") as caught:
            read.extend(batch.num_rows for batch in opened(sqlite, spec, ways).scan())
        assert sum(read) < rows
        faults.append(caught.value)
    assert all(fault.permanent for fault in faults)


def test_a_sqlite_file_that_this_process_writes_meanwhile_is_read_as_it_was_at_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    writing = sqlite3.connect(path, check_same_thread=False, timeout=30)
    writing.execute("PRAGMA journal_mode = WAL")
    writing.execute("PRAGMA synchronous = OFF")
    writing.execute("CREATE TABLE log (id, version INTEGER, filling)")
    writing.executemany("INSERT INTO log VALUES (?, 0, ?)", [(n, "x" * 100) for n in range(30_000)])
    writing.commit()
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            writing.execute("UPDATE log SET version = version + 1")
            writing.commit()

    writer = threading.Thread(target=write)
    writer.start()
    engine = open_engine(f"sqlite:///{path}")
    table = opened(engine, TableSpec("log", {"id": "id", "v": "version"}, {"v": "numeric"}), (by_any_process,))
    try:
        for _ in range(4):
            versions = [value for batch in table.scan() for value in batch["v"].unique().to_pylist()]
            assert len(set(versions)) == 1
    finally:
        is_over.set()
        writer.join()
        engine.dispose()
    assert writing.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    writing.close()


def test_what_a_scan_is_told_by_adbc_is_told_as_by_cursor(request: pytest.FixtureRequest) -> None:
    for way, (database, ways) in WAYS.items():
        if not ways:
            continue
        engine = new_engine(request, database)
        fill(engine, 3)
        scans = [opened(engine, NUMBERS, each).scan() for each in ((), ways)]
        with engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE numbers"))
        faults = []
        for scan in scans:
            with pytest.raises(SourceError) as caught:
                list(scan)
            faults.append(caught.value)
        told = [re.sub(r" LINE \d.*", "", str(fault)) for fault in faults]
        assert told[0] == told[1], way
        assert [fault.permanent for fault in faults] == [True, True]
        engine.dispose()


@pytest.mark.parametrize("way", ["sqlite by adbc", "postgresql by adbc"])
def test_an_unreadable_time_is_told_with_its_row_by_every_way(request: pytest.FixtureRequest, way: str) -> None:
    database, ways = WAYS[way]
    engine = new_engine(request, database)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE log (n INTEGER, at VARCHAR(30))"))
        connection.execute(sa.text("INSERT INTO log VALUES (1, '2013-07-01T00:00:00Z'), (2, '2013-07-01T25:00:00Z')"))
        connection.execute(sa.text("INSERT INTO log VALUES (3, '2013-07-02T00:00:00Z')"))
    spec = TableSpec("log", {"id": "n", "time": "at"}, {})
    faults = []
    for each in ((), ways):
        with pytest.raises(SourceError) as caught:
            list(opened(engine, spec, each).scan())
        faults.append(str(caught.value))
    assert faults[0] == faults[1]
    assert "table log: at (row with n = 2): '2013-07-01T25:00:00Z' is no time" in faults[0]
    engine.dispose()


@pytest.mark.parametrize("value", ["infinity", "-infinity", "0044-03-15 BC", "12000-01-01"])
@pytest.mark.parametrize("kind", ["TIMESTAMPTZ", "TIMESTAMP", "DATE"])
def test_times_of_postgresql_that_python_has_not_are_refused_alike(
    postgresql: sa.Engine, kind: str, value: str
) -> None:
    with postgresql.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE log (n INTEGER, at {kind})"))
        connection.execute(sa.text(f"INSERT INTO log VALUES (1, '2013-07-01'), (2, '{value}')"))
    spec = TableSpec("log", {"id": "n", "time": "at"}, {}, time_zone="UTC")
    faults = []
    for ways in ((), (by_copy,)):
        with pytest.raises(SourceError) as caught:
            list(opened(postgresql, spec, ways).scan())
        faults.append(str(caught.value))
    assert faults[0] == faults[1]
    july = Window(utc(2013, 7), utc(2013, 8))
    assert [row["id"] for batch in SqlTable.open(postgresql, spec).scan(july) for row in batch.to_pylist()] == ["1"]


def test_adbc_connects_with_all_settings_of_the_engine(postgresql_url: str) -> None:
    patient = open_engine(postgresql_url)
    with patient.begin() as connection:
        connection.execute(sa.text("CREATE VIEW slow AS SELECT 1 AS n, pg_sleep(60)::text AS x"))
        connection.execute(sa.text("CREATE VIEW who AS SELECT current_setting('application_name') AS id"))
    engine = open_engine(
        f"{postgresql_url}?application_name=it's%20\\me", statement_timeout=timedelta(milliseconds=200)
    )
    (batch,) = opened(engine, TableSpec("who", {"id": "id"}, {}), (by_copy,)).scan()
    assert batch["id"].to_pylist() == ["it's \\me"]
    with pytest.raises(SourceError, match="canceling statement due to statement timeout") as caught:
        list(opened(engine, TableSpec("slow", {"id": "n", "x": "x"}, {"x": "categorical"}), (by_copy,)).scan())
    assert not caught.value.permanent
    for each in (engine, patient):
        each.dispose()


def test_a_database_in_another_encoding_is_read_alike(postgresql_url: str) -> None:
    server = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"{server.url.database}_latin"
    with server.connect() as connection:
        latin = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        connection.execute(sa.text(f"CREATE DATABASE {name} {latin}"))
    engine = open_engine(sa.make_url(postgresql_url).set(database=name).render_as_string(hide_password=False))
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE t (id TEXT)"))
            connection.execute(sa.text("INSERT INTO t VALUES ('naïve')"))
        for ways in ((), (by_copy,)):
            (batch,) = opened(engine, TableSpec("t", {"id": "id"}, {}), ways).scan()
            assert batch["id"].to_pylist() == ["naïve"]
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
