"""Reading tables out of real databases: the same rows make the same batches everywhere."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from monitor.errors import SourceError
from monitor.sources.engines import open_engine
from monitor.sources.moments import INSTANT
from monitor.sources.spec import ROWS_PER_ARROW_BATCH, Filter, TableSpec
from monitor.sources.table import SqlTable
from monitor.window import Window, utc

DAY = Window(utc(2013, 4, 1), utc(2013, 4, 2))
SPEC = TableSpec(
    table="predictions",
    columns={
        "id": "prediction_id",
        "time": "predicted_at",
        "prediction": "late",
        "score": "probability",
        "distance": "distance",
        "carrier": "carrier",
        "weekend": "weekend",
        "version": "model_version",
    },
    kinds={
        "prediction": "categorical",
        "score": "numeric",
        "distance": "numeric",
        "carrier": "categorical",
        "weekend": "categorical",
        "version": "categorical",
    },
    time_zone="UTC",
)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        (tmp_path / "flights.db").touch()
        url = f"sqlite:///{tmp_path}/flights.db"
    else:
        url = request.getfixturevalue(f"{request.param}_url")
    engine = open_engine(url)
    yield engine
    engine.dispose()


def fill(engine: sa.Engine, hours: int = 48) -> None:
    """One prediction an hour from 1 April 2013, with a null in each column now and then."""
    table = sa.Table(
        "predictions",
        sa.MetaData(),
        sa.Column("prediction_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("predicted_at", sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), index=True),
        sa.Column("late", sa.Integer),
        sa.Column("probability", sa.Double),
        sa.Column("distance", sa.Numeric(10, 2)),
        sa.Column("carrier", sa.CHAR(3)),
        sa.Column("weekend", sa.Boolean),
        sa.Column("model_version", sa.Numeric(4, 1)),
        sa.Column("unused", sa.LargeBinary),
    )
    table.metadata.create_all(engine)
    rows = [
        {
            "prediction_id": hour,
            "predicted_at": datetime.fromisoformat("2013-04-01") + timedelta(hours=hour, microseconds=hour),
            "late": None if hour % 7 == 0 else hour % 2,
            "probability": None if hour % 5 == 0 else hour / 64,
            "distance": None if hour < 3 else Decimal(hour) / 4,
            "carrier": None if hour % 11 == 0 else ("AA", "UA", "WN9")[hour % 3],
            "weekend": None if hour % 13 == 0 else hour % 6 == 0,
            "model_version": Decimal(hour // 12) / 2,
            "unused": b"\x00",
        }
        for hour in range(hours)
    ]
    with engine.begin() as connection:
        connection.execute(table.insert(), rows)


def rows_of(table: SqlTable, window: Window | None = None) -> list[dict[str, object]]:
    rows = [row for batch in table.scan(window) for row in batch.to_pylist()]
    return sorted(rows, key=lambda row: int(str(row["id"])))


def test_every_database_gives_the_same_rows(engine: sa.Engine) -> None:
    fill(engine)
    assert rows_of(SqlTable.open(engine, SPEC), DAY) == [
        {
            "id": str(hour),
            "time": utc(2013, 4, 1) + timedelta(hours=hour, microseconds=hour),
            "prediction": None if hour % 7 == 0 else str(hour % 2),
            "score": None if hour % 5 == 0 else hour / 64,
            "distance": None if hour < 3 else hour / 4,
            "carrier": None if hour % 11 == 0 else ("AA", "UA", "WN9")[hour % 3],
            "weekend": None if hour % 13 == 0 else str(int(hour % 6 == 0)),
            "version": ("0", "0.5")[hour // 12],
        }
        for hour in range(24)
    ]


def test_batches_have_the_shared_shape(engine: sa.Engine) -> None:
    fill(engine)
    (batch,) = SqlTable.open(engine, SPEC).scan(DAY)
    assert batch.schema == pa.schema(
        [
            ("id", pa.string()),
            ("time", INSTANT),
            ("prediction", pa.string()),
            ("score", pa.float64()),
            ("distance", pa.float64()),
            ("carrier", pa.string()),
            ("weekend", pa.string()),
            ("version", pa.string()),
        ]
    )


def test_windows_side_by_side_share_no_row_and_lose_none(engine: sa.Engine) -> None:
    fill(engine)
    table = SqlTable.open(engine, SPEC)
    hours = [Window(utc(2013, 4, 1, h), utc(2013, 4, 1, h) + timedelta(hours=1)) for h in range(24)]
    assert [row["id"] for hour in hours for row in rows_of(table, hour)] == [str(h) for h in range(24)]


def test_a_window_without_rows_gives_no_batch(engine: sa.Engine) -> None:
    fill(engine)
    table = SqlTable.open(engine, SPEC)
    empty = Window(utc(2014), utc(2014, 1, 2))
    assert list(table.scan(empty)) == []
    assert table.is_empty(empty)
    assert not table.is_empty(DAY)
    assert not table.is_empty()


def test_a_table_without_rows_is_empty_and_has_no_newest(engine: sa.Engine) -> None:
    fill(engine, hours=1)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM predictions"))
    table = SqlTable.open(engine, SPEC)
    assert table.is_empty()
    assert table.is_empty(DAY)
    assert table.newest() is None
    assert list(table.scan()) == []


def test_rows_that_come_after_opening_an_empty_table_are_read(engine: sa.Engine) -> None:
    fill(engine, hours=1)
    with engine.begin() as connection:
        kept = connection.execute(sa.text("SELECT predicted_at FROM predictions")).scalar()
        connection.execute(sa.text("DELETE FROM predictions"))
    table = SqlTable.open(engine, SPEC)
    with engine.begin() as connection:
        insert = sa.text("INSERT INTO predictions (prediction_id, predicted_at) VALUES (7, :at)")
        connection.execute(insert, {"at": kept})
    assert [row["id"] for row in rows_of(table, DAY)] == ["7"]


def test_the_first_and_the_last_time_are_known(engine: sa.Engine) -> None:
    fill(engine)
    table = SqlTable.open(engine, SPEC)
    assert table.newest() == utc(2013, 4, 2, 23) + timedelta(microseconds=47)


def test_times_in_the_future_are_times_like_others(engine: sa.Engine) -> None:
    fill(engine, hours=1)
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO predictions (prediction_id, predicted_at) VALUES (9, '2090-01-01 00:00:00')")
        )
    table = SqlTable.open(engine, SPEC)
    assert table.newest() == utc(2090)
    assert [row["id"] for row in rows_of(table, DAY)] == ["0"]


def test_rows_without_time_are_in_no_window(engine: sa.Engine) -> None:
    fill(engine, hours=1)
    assert not SqlTable.open(engine, SPEC).has_rows_without_time()
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO predictions (prediction_id) VALUES (9)"))
    table = SqlTable.open(engine, SPEC)
    assert table.has_rows_without_time()
    assert [row["id"] for row in rows_of(table, DAY)] == ["0"]
    assert [row["time"] for row in rows_of(table)] == [utc(2013, 4, 1), None]


def test_only_the_columns_that_are_asked_for_are_read(engine: sa.Engine) -> None:
    fill(engine)
    (batch,) = SqlTable.open(engine, SPEC).scan(DAY, only=("id", "score"))
    assert batch.schema.names == ["id", "score"]


def test_many_rows_come_in_batches_of_bounded_size(engine: sa.Engine) -> None:
    rows = 2 * ROWS_PER_ARROW_BATCH + 1
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE numbers (n INTEGER)"))
        digits = " UNION ALL ".join(f"SELECT {digit} AS d" for digit in range(10))
        join = ", ".join(f"({digits}) AS t{power}" for power in range(6))
        value = " + ".join(f"{10**power} * t{power}.d" for power in range(6))
        connection.execute(sa.text(f"INSERT INTO numbers SELECT {value} FROM {join} WHERE {value} < {rows}"))
    table = SqlTable.open(engine, TableSpec("numbers", {"n": "n"}, {"n": "numeric"}))
    batches = list(table.scan())
    assert max(batch.num_rows for batch in batches) <= ROWS_PER_ARROW_BATCH
    assert min(batch.num_rows for batch in batches[:-2]) > ROWS_PER_ARROW_BATCH / 4
    values = np.concatenate([batch["n"].to_numpy() for batch in batches])
    np.testing.assert_array_equal(np.sort(values), np.arange(rows))


def test_a_scan_that_is_left_early_gives_its_connection_back(engine: sa.Engine) -> None:
    fill(engine)
    table = SqlTable.open(engine, SPEC)
    for _ in range(20):  # more than the pool holds
        with closing(table.scan()) as scan:
            next(scan)
    assert len(rows_of(table)) == 48


def test_columns_all_null_keep_their_type(engine: sa.Engine) -> None:
    fill(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE predictions SET probability = NULL, carrier = NULL"))
    (batch,) = SqlTable.open(engine, SPEC).scan(DAY)
    assert batch["score"].equals(pa.nulls(24, pa.float64()))
    assert batch["carrier"].equals(pa.nulls(24, pa.string()))


def test_text_in_a_numeric_column_is_nan_and_numeric_text_a_number(engine: sa.Engine) -> None:
    fill(engine, hours=1)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE amounts (amount VARCHAR(10))"))
        connection.execute(sa.text("INSERT INTO amounts VALUES ('12.5'), ('many'), (NULL)"))
    (batch,) = SqlTable.open(engine, TableSpec("amounts", {"amount": "amount"}, {"amount": "numeric"})).scan()
    values = batch["amount"].to_pylist()
    assert (values[0], values[2]) == (12.5, None)
    assert math.isnan(values[1])


def test_infinite_values_are_kept(tmp_path: Path, postgresql_url: str) -> None:
    (tmp_path / "x.db").touch()
    for url, infinite in ((f"sqlite:///{tmp_path}/x.db", "9e999"), (postgresql_url, "'infinity'")):
        engine = open_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE t (x DOUBLE PRECISION)"))
            connection.execute(sa.text(f"INSERT INTO t VALUES ({infinite}), (1)"))
        (batch,) = SqlTable.open(engine, TableSpec("t", {"x": "x"}, {"x": "numeric"})).scan()
        assert batch["x"].to_pylist() == [math.inf, 1.0]
        engine.dispose()


@pytest.mark.parametrize("kind", ["numeric", "categorical"])
def test_binary_columns_are_refused_by_name(engine: sa.Engine, kind: str) -> None:
    fill(engine)
    spec = TableSpec("predictions", {"unused": "unused"}, {"unused": kind})  # type: ignore[dict-item]
    with pytest.raises(SourceError, match="column unused holds binary data"):
        list(SqlTable.open(engine, spec).scan())


FILTERS: list[tuple[Filter, Callable[[int], object]]] = [
    (Filter("late", "=", 1), lambda h: h % 7 and h % 2),
    (Filter("late", "!=", 1), lambda h: h % 7 and not h % 2),
    (Filter("late", "is null"), lambda h: h % 7 == 0),
    (Filter("late", "is not null"), lambda h: h % 7),
    (Filter("carrier", "in", ("AA", "UA")), lambda h: h % 11 and h % 3 < 2),
    (Filter("carrier", "not in", ("AA",)), lambda h: h % 11 and h % 3),
    (Filter("carrier", "=", "O'Hare; DROP TABLE predictions"), lambda _: False),
    (Filter("probability", ">", 0.25), lambda h: h % 5 and h > 16),
    (Filter("probability", "<=", Decimal("0.25")), lambda h: h % 5 and h <= 16),
    (Filter("prediction_id", "<", 5.5), lambda h: h <= 5),
    (Filter("prediction_id", ">=", 3_000_000_000), lambda _: False),
    (Filter("weekend", "=", True), lambda h: h % 13 and h % 6 == 0),
    (Filter("weekend", "=", 0), lambda h: h % 13 and h % 6),
    (Filter("distance", "=", 2.5), lambda h: h == 10),
]


def test_filters_keep_what_they_say(engine: sa.Engine) -> None:
    fill(engine)
    for wanted, keeps in FILTERS:
        spec = TableSpec("predictions", SPEC.columns, SPEC.kinds, where=(wanted,), time_zone="UTC")
        expected = [str(hour) for hour in range(24) if keeps(hour)]
        assert [row["id"] for row in rows_of(SqlTable.open(engine, spec), DAY)] == expected, wanted


def test_several_filters_hold_together(engine: sa.Engine) -> None:
    fill(engine)
    both = (Filter("late", "=", 1), Filter("carrier", "=", "AA"))
    spec = TableSpec("predictions", SPEC.columns, SPEC.kinds, where=both, time_zone="UTC")
    table = SqlTable.open(engine, spec)
    expected = [hour for hour in range(48) if hour % 7 and hour % 2 and hour % 11 and hour % 3 == 0]
    assert [row["id"] for row in rows_of(table)] == list(map(str, expected))
    assert table.newest() == utc(2013, 4, 1) + timedelta(hours=expected[-1], microseconds=expected[-1])


@pytest.mark.parametrize("day", [date(2013, 4, 2), datetime(2013, 4, 2, tzinfo=UTC).replace(tzinfo=None), "2013-04-02"])
def test_filters_on_times_take_dates(engine: sa.Engine, day: date | str) -> None:
    fill(engine)
    spec = TableSpec(
        "predictions", SPEC.columns, SPEC.kinds, where=(Filter("predicted_at", ">=", day),), time_zone="UTC"
    )
    assert len(rows_of(SqlTable.open(engine, spec))) == 24


def test_views_and_tables_with_a_schema_are_read_too(engine: sa.Engine) -> None:
    fill(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE VIEW good AS SELECT * FROM predictions WHERE late = 1"))
        schema = sa.inspect(connection).default_schema_name
    for name in ("good", f"{schema}.good"):
        spec = TableSpec(name, {"id": "prediction_id", "late": "late"}, {"late": "categorical"})
        assert {row["late"] for row in rows_of(SqlTable.open(engine, spec))} == {"1"}


def test_strange_names_are_quoted(engine: sa.Engine) -> None:
    table = sa.Table(
        "odd table; --", sa.MetaData(), sa.Column('per cent % "x" :y', sa.Integer), sa.Column("select", sa.Integer)
    )
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(table.insert().values([1, 2]))
    spec = TableSpec("odd table; --", {"a.b%": 'per cent % "x" :y', "id": "select"}, {"a.b%": "numeric"})
    assert rows_of(SqlTable.open(engine, spec)) == [{"a.b%": 1.0, "id": "2"}]


def test_uuids_enums_and_json_become_text(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TYPE mood AS ENUM ('sad', 'ok')"))
        connection.execute(sa.text("CREATE TABLE t (id UUID, mood mood, data JSON, area POINT)"))
        name = uuid.UUID(int=7)
        connection.execute(sa.text(f"INSERT INTO t VALUES ('{name}', 'ok', '[1]', '(1,2)')"))
    columns = {name: name for name in ("id", "mood", "data", "area")}
    spec = TableSpec(
        "t",
        columns,
        {"mood": "categorical", "data": "categorical", "area": "categorical"},
        (Filter("mood", "=", "ok"), Filter("id", "=", str(name))),
    )
    (batch,) = SqlTable.open(engine, spec).scan()
    assert batch.to_pylist() == [{"id": str(name), "mood": "ok", "data": "[1]", "area": "(1,2)"}]
    engine.dispose()


def test_mariadb_bits_are_one_and_zero(mariadb_url: str) -> None:
    engine = open_engine(mariadb_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (late BIT(1))"))
        connection.execute(sa.text("INSERT INTO t VALUES (b'1'), (b'0'), (NULL)"))
    (batch,) = SqlTable.open(engine, TableSpec("t", {"late": "late"}, {"late": "categorical"})).scan()
    assert batch["late"].to_pylist() == ["1", "0", None]
    engine.dispose()


def test_sqlite_columns_may_begin_with_nulls_whole_numbers_or_text(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x, flag BOOLEAN, amount NUMERIC(10, 2))"))
        connection.execute(
            sa.text("INSERT INTO t VALUES (NULL, 1, 1), (1, 0, 2.5), (2.5, 'yes', '3'), ('4', NULL, 'many')")
        )
    spec = TableSpec(
        "t",
        {"x": "x", "flag": "flag", "amount": "amount"},
        {"x": "numeric", "flag": "categorical", "amount": "numeric"},
    )
    (batch,) = SqlTable.open(engine, spec).scan()
    assert batch["x"].to_pylist() == [None, 1.0, 2.5, 4.0]
    assert batch["flag"].to_pylist() == ["1", "0", "yes", None]
    np.testing.assert_array_equal(batch["amount"].to_numpy(), [1.0, 2.5, 3.0, np.nan])
    engine.dispose()
