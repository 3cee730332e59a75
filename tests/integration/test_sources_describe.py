"""What is said of a table before it is used, and the features that are read off it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from pyarrow import csv, parquet

from monitor.errors import SourceError
from monitor.sources.describe import describe, describe_targets
from monitor.sources.engines import open_engine
from monitor.sources.infer import infer_file_kinds, infer_kinds
from monitor.sources.spec import TableSpec
from monitor.sources.table import SqlTable
from monitor.sources.targets import TargetLookup
from monitor.window import utc

ROWS = 60


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database of each kind with a table of flights, without any index."""
    if request.param == "sqlite":
        (tmp_path / "flights.db").touch()
        url = f"sqlite:///{tmp_path}/flights.db"
    else:
        url = request.getfixturevalue(f"{request.param}_url")
    engine = open_engine(url)
    table = sa.Table(
        "flights",
        sa.MetaData(),
        sa.Column("number", sa.Integer),
        sa.Column("departed", sa.DateTime),
        sa.Column("distance", sa.Double),
        sa.Column("seats", sa.Integer),
        sa.Column("price", sa.Numeric(8, 2)),
        sa.Column("carrier", sa.String(2)),
        sa.Column("tail", sa.String(20)),
        sa.Column("amount", sa.Text),
        sa.Column("noted", sa.String(30)),
        sa.Column("diverted", sa.Boolean),
        sa.Column("photo", sa.LargeBinary),
        sa.Column("score", sa.Double),
        sa.Column("nothing", sa.Integer, quote=True),
    )
    table.metadata.create_all(engine)
    rows = [
        {
            "number": n,
            "departed": utc(2013, 4, 1, n % 24).replace(tzinfo=None) if n else None,
            "distance": n / 4,
            "seats": n % 3,
            "price": n / 2,
            "carrier": ("AA", "UA")[n % 2],
            "tail": f"N{n}",
            "amount": "many" if n == 7 else str(n % 5),
            "noted": f"2013-04-01 00:{n:02}",
            "diverted": n % 2 == 0,
            "photo": b"\x00",
            "score": n / 64,
            "nothing": None,
        }
        for n in range(ROWS)
    ]
    with engine.begin() as connection:
        connection.execute(table.insert(), rows)
    yield engine
    engine.dispose()


def opened(engine: sa.Engine, **columns: str) -> SqlTable:
    """A table of flights with these numeric columns, known by their time of departure."""
    mapped = {"id": "number", "time": "departed", **columns}
    return SqlTable.open(engine, TableSpec("flights", mapped, dict.fromkeys(columns, "numeric"), time_zone="UTC"))


def test_each_column_is_described_by_type_and_reading(engine: sa.Engine) -> None:
    report = describe(opened(engine, price="price"))
    by_name = {column.name: column for column in report.columns}
    assert by_name["price"].database_type in ("NUMERIC(8, 2)", "DECIMAL(8, 2)")
    assert by_name["price"].read_as == "numeric"
    assert by_name["id"].read_as == "text"
    assert "in UTC" in by_name["time"].read_as
    assert report.newest == utc(2013, 4, 1, 23)
    assert report.problems == ()


def test_text_declared_numeric_is_a_problem_with_an_example(engine: sa.Engine) -> None:
    (problem,) = describe(opened(engine, amount="amount")).problems
    assert problem == f"amount is TEXT but declared numeric: 'many' is no number (1 of the first {ROWS} rows)"


def test_binary_columns_are_a_problem(engine: sa.Engine) -> None:
    (problem,) = describe(opened(engine, photo="photo")).problems
    assert problem.startswith("photo is B")
    assert problem.endswith("but holds binary data, which is neither number nor category")


def test_a_table_without_rows_is_a_problem(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM flights"))
    report = describe(opened(engine))
    assert report.is_empty
    assert report.newest is None
    assert report.problems == ("table flights has no rows",)


def test_missing_indexes_missing_times_and_empty_columns_are_noted(engine: sa.Engine) -> None:
    assert describe(opened(engine, nothing="nothing")).notes == (
        "departed of flights has no index: each window reads the whole table",
        "some rows of flights have no departed: they are in no window",
        f"nothing of flights is null in all of the first {ROWS} rows",
    )


def test_when_a_row_was_written_is_described_as_a_time_and_wants_an_index(engine: sa.Engine) -> None:
    columns = {"id": "number", "time": "departed", "ingested": "noted"}
    report = describe(
        SqlTable.open(engine, TableSpec("flights", columns, {"ingested": "categorical"}, time_zone="UTC"))
    )
    assert "ISO 8601" in {column.name: column for column in report.columns}["ingested"].read_as
    assert "noted of flights has no index: each look for late rows reads the whole table" in report.notes


def test_an_index_that_begins_with_the_column_is_enough(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM flights WHERE departed IS NULL"))
        connection.execute(sa.text("CREATE INDEX second ON flights (seats, departed)"))
    assert len(describe(opened(engine)).notes) == 1
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE INDEX first ON flights (departed, seats)"))
    assert describe(opened(engine)).notes == ()


def test_views_are_not_blamed_for_having_no_index(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE VIEW known AS SELECT * FROM flights WHERE departed IS NOT NULL"))
    spec = TableSpec("known", {"id": "number", "time": "departed"}, {}, time_zone="UTC")
    lookup = TargetLookup(SqlTable.open(engine, spec), "categorical", has_times=True)
    assert describe_targets(lookup).notes == ()


def test_targets_are_looked_up_by_id_so_that_wants_an_index(engine: sa.Engine) -> None:
    spec = TableSpec("flights", {"id": "number", "target": "seats"}, {"target": "categorical"})
    table = SqlTable.open(engine, spec)
    note = "number of flights has no index: each look-up of targets reads the whole table"
    assert describe_targets(TargetLookup(table, "categorical", has_times=False)).notes == (note,)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE UNIQUE INDEX numbers ON flights (number)"))
    table = SqlTable.open(engine, spec)
    assert describe_targets(TargetLookup(table, "categorical", has_times=False)).notes == ()


def test_features_are_read_off_a_table_and_what_is_none_is_named(engine: sa.Engine) -> None:
    inferred = infer_kinds(engine, "flights", exclude=["number"])
    assert inferred.kinds == {
        "distance": "numeric",
        "seats": "numeric",
        "price": "numeric",
        "carrier": "categorical",
        "amount": "categorical",
        "diverted": "categorical",
        "nothing": "numeric",
    }
    binary = inferred.left_out["photo"]
    assert binary in ("is binary", "is BYTEA", "is BLOB")
    assert inferred.left_out == {
        "departed": "is a time",
        "tail": "has nearly as many values as rows: an id or free text",
        "noted": "is a time",
        "photo": binary,
        "score": "carries the name of a role",
    }


def test_keys_json_and_other_types_are_left_out(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE t (n BIGINT PRIMARY KEY, a JSON, b UUID, c INTERVAL, d TEXT, e INTEGER[], f POINT)")
        )
        connection.execute(sa.text("INSERT INTO t (n, d) VALUES (1, '{}')"))
    inferred = infer_kinds(engine, "t")
    assert inferred.kinds == {}
    assert inferred.left_out == {
        "n": "is the primary key",
        "a": "is JSON",
        "b": "is UUID",
        "c": "is INTERVAL",
        "d": "is JSON",
        "e": "is INTEGER[]",
        "f": "is a type of its own",
    }
    engine.dispose()


def test_an_empty_sqlite_table_is_inferred_by_its_declared_types(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a REAL, b TEXT, c BOOLEAN, d)"))
    inferred = infer_kinds(engine, "t")
    assert inferred.kinds == {"a": "numeric", "b": "categorical", "c": "categorical"}
    assert inferred.left_out == {"d": "is a type of its own"}
    engine.dispose()


def test_a_table_that_is_not_there_cannot_be_inferred(engine: sa.Engine) -> None:
    with pytest.raises(SourceError, match=r"has no table flight, did you mean flights\?"):
        infer_kinds(engine, "flight")


def test_features_are_read_off_files(tmp_path: Path) -> None:
    table = pa.table(
        {
            "distance": [n / 4 for n in range(ROWS)],
            "seats": [n % 3 for n in range(ROWS)],
            "carrier": [("AA", "UA")[n % 2] for n in range(ROWS)],
            "late": [n % 2 == 0 for n in range(ROWS)],
            "tail": [f"N{n}" for n in range(ROWS)],
            "departed": [utc(2013, 4, 1)] * ROWS,
        }
    )
    parquet.write_table(table, tmp_path / "x.parquet")
    csv.write_csv(table, tmp_path / "x.csv")
    for name in ("x.parquet", "x.csv"):
        inferred = infer_file_kinds(tmp_path / name, exclude=["late"])
        assert inferred.kinds == {"distance": "numeric", "seats": "numeric", "carrier": "categorical"}
        assert inferred.left_out == {
            "tail": "has nearly as many values as rows: an id or free text",
            "departed": "is a time",
        }
