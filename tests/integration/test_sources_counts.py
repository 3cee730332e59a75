"""Rows by bucket, and rows by when they were written: the same whatever form the times have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from builders.logs import WAYS, new_engine

from monitor.errors import SourceError
from monitor.sources.counts import of_times
from monitor.sources.spec import Filter, TableSpec
from monitor.sources.table import SqlTable
from monitor.window import Window, utc

FIRST = int(utc(2013, 10, 26, 22).timestamp())
OFFSETS = [0, 0.5, 59.999999, 60, 3599, 3600, 3600.25, 7199.999999, 9000, 86_399, 86_400, 100_000]
LOCALS = [datetime(2013, 10, 27) + timedelta(seconds=offset) for offset in OFFSETS]  # noqa: DTZ001 - local on purpose
FORMS: dict[tuple[str, str], list[object]] = {
    ("sqlite", "TEXT"): [f"{local.isoformat(' ')}+02:00" for local in LOCALS],
    ("sqlite", "DATETIME"): [local.isoformat() for local in LOCALS],
    ("sqlite", "INTEGER"): [FIRST + int(offset) for offset in OFFSETS],
    ("sqlite", "REAL"): [FIRST + offset for offset in OFFSETS],
    ("sqlite", "BLOB"): [*(FIRST + offset for offset in OFFSETS), FIRST, LOCALS[3].isoformat()],
    ("postgresql", "TIMESTAMPTZ"): [f"{local.isoformat()}+02:00" for local in LOCALS],
    ("postgresql", "TIMESTAMP"): list(LOCALS),
    ("postgresql", "DATE"): [local.date() for local in LOCALS],
    ("postgresql", "BIGINT"): [int((FIRST + offset) * 1000) for offset in OFFSETS],
    ("postgresql", "DOUBLE PRECISION"): [FIRST + offset for offset in OFFSETS],
    ("postgresql", "NUMERIC(20, 6)"): [FIRST + offset for offset in OFFSETS],
    ("postgresql", "TEXT"): [local.isoformat() for local in LOCALS],
    ("mariadb", "DATETIME(6)"): list(LOCALS),
    ("mariadb", "TIMESTAMP(6) NULL"): list(LOCALS),
    ("mariadb", "DATE"): [local.date() for local in LOCALS],
    ("mariadb", "BIGINT"): [int((FIRST + offset) * 1_000_000) for offset in OFFSETS],
}
WINDOWS = [
    Window(utc(2013, 10, 26), utc(2013, 10, 29)),
    Window(utc(2013, 10, 26, 22), utc(2013, 10, 26, 23)),
    Window(utc(2013, 10, 26, 22, 0, 1), utc(2013, 10, 27, 1, 30)),
    Window(utc(2013, 10, 26, 22) + timedelta(microseconds=1), utc(2013, 10, 26, 23) - timedelta(microseconds=1)),
]
STEPS = [timedelta(seconds=1), timedelta(seconds=90), timedelta(minutes=20), timedelta(hours=1), timedelta(days=1)]


@pytest.fixture(params=[*FORMS], ids=" ".join)
def log(request: pytest.FixtureRequest) -> Iterator[SqlTable]:
    """Times of one form; of every second row it is when the row was written that counts."""
    database, kind = request.param
    engine = new_engine(request, database)
    values: list[object] = [*FORMS[request.param], None]
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE log (id INTEGER, at {kind}, written {kind}, arm INTEGER)"))
        insert = sa.text("INSERT INTO log VALUES (:id, :at, :written, :arm)")
        rows = [
            {"id": n, "at": value, "written": values[n - 1] if n % 2 else None, "arm": n % 2}
            for n, value in enumerate(values)
        ]
        connection.execute(insert, rows)
    columns = {"id": "id", "time": "at", "ingested": "written"}
    yield SqlTable.open(engine, TableSpec("log", columns, {}, time_zone="Europe/Berlin"))
    engine.dispose()


def test_counts_are_those_of_the_times(log: SqlTable) -> None:
    for where in ((), (Filter("arm", "=", 1),)):
        spec = TableSpec("log", log.spec.columns, {}, where, time_zone="Europe/Berlin")
        table = SqlTable.open(log.engine, spec)
        for window in WINDOWS:
            for step in STEPS:
                assert table.counts(window, step) == of_times(table.scan(window, only=("time",)), step)


def test_rows_are_found_by_when_they_were_written(log: SqlTable) -> None:
    everything = {row["id"]: row for batch in log.scan(only=("id", "ingested")) for row in batch.to_pylist()}
    assert len(everything) > len(OFFSETS)
    for window in WINDOWS:
        found = [row for batch in log.arrived(window.start, window.end, only=("id",)) for row in batch.to_pylist()]
        inside = [name for name, row in everything.items() if row["ingested"] and row["ingested"] in window]
        assert sorted(row["id"] for row in found) == sorted(inside)


def test_when_a_row_was_written_is_read_only_where_it_is_asked_for(log: SqlTable) -> None:
    (batch,) = log.scan()
    assert batch.schema.names == ["id", "time"]
    for found in log.arrived(WINDOWS[0].start, WINDOWS[0].end, only=("ingested",)):
        assert found.schema.field("ingested").type == batch.schema.field("time").type


@pytest.mark.parametrize("way", WAYS)
def test_a_second_time_that_cannot_be_read_is_told_where_it_is_asked_for_and_spoils_no_window(
    request: pytest.FixtureRequest, way: str
) -> None:
    database, ways = WAYS[way]
    engine = new_engine(request, database)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE log (id INTEGER, at VARCHAR(30), written VARCHAR(30))"))
        connection.execute(sa.text("INSERT INTO log VALUES (1, '2013-07-01T00:00:00Z', 'yesterday')"))
    columns = {"id": "id", "time": "at", "ingested": "written"}
    log = SqlTable.open(engine, TableSpec("log", columns, {}), ways=ways)
    assert log.arrival_trouble.startswith("written: 'yesterday' is no time")
    assert [row["id"] for batch in log.scan(Window(utc(2013), utc(2014))) for row in batch.to_pylist()] == ["1"]
    with pytest.raises(SourceError, match="table log: written: 'yesterday' is no time"):
        list(log.arrived(utc(2013), utc(2014)))
    without = SqlTable.open(engine, TableSpec("log", {"id": "id", "time": "at"}, {}), ways=ways)
    with pytest.raises(ValueError, match="no ingested column is mapped for log"):
        list(without.arrived(utc(2013), utc(2014)))
    engine.dispose()
