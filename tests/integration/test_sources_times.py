"""Time columns in every form: understood or refused, never shifted silently."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.sources.engines import open_engine
from monitor.sources.spec import TableSpec
from monitor.sources.table import SqlTable
from monitor.window import Window, utc

NOON = utc(2013, 7, 1, 12)
HOUR = Window(NOON, utc(2013, 7, 1, 13))
EPOCH_SECONDS = int(NOON.timestamp())


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[sa.Engine]:
    (tmp_path / "times.db").touch()
    engine = open_engine(f"sqlite:///{tmp_path}/times.db")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = open_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def mariadb(mariadb_url: str) -> Iterator[sa.Engine]:
    engine = open_engine(mariadb_url)
    yield engine
    engine.dispose()


def opened(engine: sa.Engine, kind: str, values: list[object], zone: str | None = None) -> SqlTable:
    """A table with a time column of this type that holds these values, numbered from 0."""
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS log"))
        connection.execute(sa.text(f"CREATE TABLE log (id INTEGER, predicted_at {kind})"))
        insert = sa.text("INSERT INTO log VALUES (:id, :at)")
        connection.execute(insert, [{"id": position, "at": value} for position, value in enumerate(values)])
    return SqlTable.open(engine, TableSpec("log", {"id": "id", "time": "predicted_at"}, {}, time_zone=zone))


def ids(table: SqlTable, window: Window = HOUR) -> list[int]:
    return sorted(int(name) for batch in table.scan(window) for name in batch["id"].to_pylist())


def around(first: object, last: object, before: object, after: object) -> list[object]:
    """Two values in the hour, one on either side of it, and none at all."""
    return [first, last, before, after, None]


NAIVE = around("2013-07-01 12:00:00", "2013-07-01 12:59:59.999999", "2013-07-01 11:59:59.999999", "2013-07-01 13:00:00")
IN_BERLIN = around("2013-07-01 14:00:00", "2013-07-01 14:59:59", "2013-07-01 13:59:59", "2013-07-01 15:00:00")
ZONED = around(
    "2013-07-01T12:00:00Z", "2013-07-02 01:59:59.999999+13:00", "2013-07-01 23:59:59+12", "2013-07-01T06:00:00-0700"
)


def epochs(per_second: int, kind: type = int) -> list[object]:
    first, last, before, after = (kind((EPOCH_SECONDS + offset) * per_second) for offset in (0, 3599, -1, 3600))
    return around(first, last, before, after)


def test_postgresql_times_with_a_zone_need_nothing(postgresql: sa.Engine) -> None:
    table = opened(postgresql, "TIMESTAMPTZ", ZONED)
    assert ids(table) == [0, 1]
    assert table.newest() == utc(2013, 7, 1, 13)
    assert ids(opened(postgresql, "TIMESTAMPTZ", ZONED, zone="Asia/Tokyo")) == [0, 1]


def test_the_zone_of_a_session_shifts_nothing(postgresql_url: str) -> None:
    engine = open_engine(f"{postgresql_url}?options=-c%20timezone%3DAsia/Kathmandu")
    table = opened(engine, "TIMESTAMPTZ", ZONED)
    assert ids(table) == [0, 1]
    assert table.newest() == utc(2013, 7, 1, 13)
    engine.dispose()


@pytest.mark.parametrize(
    ("database", "kind"), [("postgresql", "TIMESTAMP"), ("mariadb", "DATETIME(6)"), ("sqlite", "DATETIME")]
)
def test_times_without_a_zone_need_one(request: pytest.FixtureRequest, database: str, kind: str) -> None:
    engine = request.getfixturevalue(database)
    with pytest.raises(SourceError, match=r"predicted_at has no time zone.*: write `time_zone: UTC`") as caught:
        opened(engine, kind, NAIVE)
    assert caught.value.permanent
    assert ids(opened(engine, kind, NAIVE, zone="UTC")) == [0, 1]
    assert ids(opened(engine, kind, IN_BERLIN, zone="Europe/Berlin")) == [0, 1]
    assert opened(engine, kind, IN_BERLIN, zone="Europe/Berlin").newest() == utc(2013, 7, 1, 13)


def test_a_mariadb_timestamp_is_a_moment_whatever_the_zone_of_the_server(mariadb: sa.Engine) -> None:
    with mariadb.begin() as connection:
        connection.exec_driver_sql("SET time_zone = '+05:45'")
        connection.exec_driver_sql("CREATE TABLE log (id INTEGER, predicted_at TIMESTAMP NULL)")
        connection.exec_driver_sql("INSERT INTO log VALUES (0, '2013-07-01 17:45:00'), (1, '2013-07-01 12:00:00')")
    for zone in (None, "Asia/Tokyo"):
        spec = TableSpec("log", {"id": "id", "time": "predicted_at"}, {}, time_zone=zone)
        table = SqlTable.open(mariadb, spec)
        assert ids(table) == [0]
        assert table.newest() == NOON


@pytest.mark.parametrize("database", ["postgresql", "mariadb", "sqlite"])
def test_dates_are_midnights(request: pytest.FixtureRequest, database: str) -> None:
    engine = request.getfixturevalue(database)
    for zone, midnight in {"UTC": utc(2013, 7, 1), "Pacific/Auckland": utc(2013, 6, 30, 12)}.items():
        table = opened(engine, "DATE", ["2013-07-01", "2013-07-02", None], zone=zone)
        assert ids(table, Window(midnight, midnight + timedelta(hours=1))) == [0]
        assert ids(table, Window(midnight - timedelta(hours=1), midnight)) == []


@pytest.mark.parametrize("database", ["postgresql", "mariadb", "sqlite"])
def test_text_with_offsets_needs_no_zone(request: pytest.FixtureRequest, database: str) -> None:
    assert ids(opened(request.getfixturevalue(database), "VARCHAR(40)", ZONED)) == [0, 1]


@pytest.mark.parametrize("database", ["postgresql", "mariadb", "sqlite"])
def test_text_without_offset_needs_a_zone(request: pytest.FixtureRequest, database: str) -> None:
    engine = request.getfixturevalue(database)
    with pytest.raises(SourceError, match="has no time zone, for example '2013-07-01"):
        opened(engine, "VARCHAR(40)", NAIVE)
    assert ids(opened(engine, "VARCHAR(40)", [*NAIVE, *ZONED], zone="UTC")) == [0, 1, 5, 6]


@pytest.mark.parametrize("database", ["postgresql", "mariadb", "sqlite"])
def test_text_in_other_forms_is_refused_wherever_it_sorts(request: pytest.FixtureRequest, database: str) -> None:
    engine = request.getfixturevalue(database)
    for value in ("01.07.2013 12:00", "20130701T120000Z", "1372680000", "2013/07/01", "soon"):
        with pytest.raises(SourceError, match=f"predicted_at: '{value}' is no time in the form of ISO 8601"):
            opened(engine, "VARCHAR(40)", [*ZONED, value])


@pytest.mark.parametrize("value", ["2013-07-01T12:61:00Z", "2013-07-01 12:30:00 and later", "2013-07-01 12:30:00"])
def test_a_value_in_the_middle_that_cannot_be_read_is_named_with_its_row(sqlite: sa.Engine, value: str) -> None:
    table = opened(sqlite, "TEXT", [*ZONED, value, "2013-06-01T00:00:00Z", "2013-08-01T00:00:00Z"])
    with pytest.raises(SourceError) as caught:
        ids(table)
    assert f"table log: predicted_at (row with id = 5): '{value}'" in str(caught.value)
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("database", "kind"), [("postgresql", "BIGINT"), ("mariadb", "BIGINT"), ("sqlite", "TIMESTAMP")]
)
def test_whole_epoch_numbers_of_every_unit_are_understood(
    request: pytest.FixtureRequest, database: str, kind: str
) -> None:
    for per_second in (1, 1_000, 1_000_000, 1_000_000_000):
        table = opened(request.getfixturevalue(database), kind, epochs(per_second))
        assert ids(table) == [0, 1]
        assert table.newest() == HOUR.end


@pytest.mark.parametrize(
    ("database", "kind"), [("postgresql", "DOUBLE PRECISION"), ("mariadb", "DECIMAL(20, 6)"), ("sqlite", "")]
)
def test_epoch_numbers_keep_their_fractions(request: pytest.FixtureRequest, database: str, kind: str) -> None:
    values: list[object] = [EPOCH_SECONDS + 0.25, EPOCH_SECONDS + 3599.75, EPOCH_SECONDS - 0.25, EPOCH_SECONDS + 3600.0]
    table = opened(request.getfixturevalue(database), kind, values)
    assert ids(table) == [0, 1]


@pytest.mark.parametrize(
    ("database", "kind"), [("postgresql", "BIGINT"), ("mariadb", "BIGINT"), ("sqlite", "DATETIME")]
)
def test_epoch_numbers_that_allow_two_readings_are_refused(
    request: pytest.FixtureRequest, database: str, kind: str
) -> None:
    engine = request.getfixturevalue(database)
    with pytest.raises(SourceError, match=r"times in different units \(milliseconds, seconds\)"):
        opened(engine, kind, [EPOCH_SECONDS, EPOCH_SECONDS * 1000])
    for senseless in (0, 9_999_999_999):
        with pytest.raises(SourceError, match="not all times between 1990 and 2100"):
            opened(engine, kind, [EPOCH_SECONDS, senseless])


def test_sqlite_is_read_by_its_values_and_not_by_the_declared_type(sqlite: sa.Engine) -> None:
    for kind in ("DATE", "TIMESTAMP", "DATETIME", "TEXT", "BLOB", "INTEGER", ""):
        assert ids(opened(sqlite, kind, ZONED)) == [0, 1], kind
        if kind != "TEXT":  # which turns numbers into text
            assert ids(opened(sqlite, kind, epochs(1))) == [0, 1], kind
            assert ids(opened(sqlite, kind, epochs(1000, float))) == [0, 1], kind


def test_sqlite_may_mix_text_and_numbers_in_one_column(sqlite: sa.Engine) -> None:
    table = opened(sqlite, "", [*ZONED, *epochs(1), *epochs(1, float)])
    assert ids(table) == [0, 1, 5, 6, 10, 11]
    assert table.newest() == HOUR.end


def test_numbers_of_two_kinds_in_sqlite_need_the_same_unit(sqlite: sa.Engine) -> None:
    with pytest.raises(SourceError, match="different units"):
        opened(sqlite, "", [EPOCH_SECONDS, EPOCH_SECONDS * 1000 + 0.5])


def test_columns_of_other_types_are_no_times(sqlite: sa.Engine, postgresql: sa.Engine) -> None:
    with pytest.raises(SourceError, match="predicted_at holds values of type blob"):
        opened(sqlite, "BLOB", [b"2013"])
    with pytest.raises(SourceError, match="predicted_at is BOOLEAN: no time can be read from it"):
        opened(postgresql, "BOOLEAN", [True])


@pytest.mark.parametrize("database", ["postgresql", "mariadb", "sqlite"])
def test_the_hour_that_is_shown_twice_counts_once(request: pytest.FixtureRequest, database: str) -> None:
    kind = "DATETIME" if database != "postgresql" else "TIMESTAMP"
    values: list[object] = ["2013-10-27 01:30:00", "2013-10-27 02:30:00", "2013-10-27 03:30:00"]
    table = opened(request.getfixturevalue(database), kind, values, zone="Europe/Berlin")
    first = utc(2013, 10, 26, 23)
    hours = [Window(first + timedelta(hours=h), first + timedelta(hours=h + 1)) for h in range(4)]
    assert [ids(table, hour) for hour in hours] == [[0], [1], [], [2]]


def test_an_unknown_zone_is_refused_with_a_suggestion(sqlite: sa.Engine) -> None:
    with pytest.raises(SourceError, match=r"no time zone is called Europe/Belin, did you mean Europe/Berlin\?"):
        opened(sqlite, "TEXT", NAIVE, zone="Europe/Belin")


def test_a_window_needs_a_time_column(sqlite: sa.Engine) -> None:
    opened(sqlite, "TEXT", ZONED)
    table = SqlTable.open(sqlite, TableSpec("log", {"id": "id"}, {}))
    assert table.time is None
    with pytest.raises(ValueError, match="no time column is mapped for log"):
        ids(table)
