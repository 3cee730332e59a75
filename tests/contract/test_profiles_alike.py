"""The same rows give equal profiles, wherever they lie and whoever makes the profiles.

What a place cannot hold is null in it: SQLite has no NaN, MariaDB neither NaN nor infinity, and in CSV an empty text,
NaN and null are all an empty cell or a word for nothing, and an id that is missing is an id without letters. Each place
is held against the rows that it can hold.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import isinf, isnan
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import sqlalchemy as sa
from builders.logs import new_engine
from builders.sparklog import csv_file, parquet_files, running_spark, saved_table
from pyarrow import csv
from sqlalchemy.dialects import mysql

from monitor.observe import Basis, Reference
from monitor.observe.reference import profile_reference
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.scan import profile_rows
from monitor.profile.shape import Kind, ModelShape
from monitor.sources.dataset import FileLog
from monitor.sources.log import Log
from monitor.sources.moments import INSTANT
from monitor.sources.spark import SparkLog, SparkPlace
from monitor.sources.spec import TableSpec
from monitor.sources.table import SqlTable
from monitor.window import Window, utc

Row = dict[str, Any]
Profiles = Mapping[datetime, Mapping[Part, ModelProfile]]

ROWS = 5_000
HOUR = timedelta(hours=1)
WINDOW = Window(utc(2013, 3, 30, 22), utc(2013, 3, 31, 4))  # in Berlin the hour after 01:00 UTC is left out
CARRIERS = ["AA", "UÄ", "漢字 🌊", "it's", 'say "yes"', "", " B6", "1.0", None]
LATE_CARRIERS = [*CARRIERS, "new", "ñew"]  # the plan has not seen the last two
KINDS: dict[str, Kind] = {
    "amount": "numeric",
    "whole": "numeric",
    "exact": "numeric",
    "carrier": "categorical",
    "grade": "categorical",
    "prediction": "categorical",
    "score": "numeric",
}
TYPES = {
    "id": pa.string(),
    "time": pa.timestamp("us"),
    "amount": pa.float64(),
    "whole": pa.int64(),
    "exact": pa.decimal128(12, 3),
    "carrier": pa.string(),
    "grade": pa.float64(),
    "prediction": pa.bool_(),
    "score": pa.float64(),
    "version": pa.string(),
}
SPEC = TableSpec("log", {name: name for name in TYPES}, {**KINDS, "version": "categorical"}, time_zone="Europe/Berlin")
SHAPE = ModelShape("binary_classification", KINDS, segments={"carrier": "carrier", "grade": "grade"}, has_versions=True)
LACKS = {
    "sqlite": {"nan"},
    "mariadb": {"nan", "infinity"},
    "csv": {"nan", "empty", "no id"},
    "spark csv": {"nan", "empty"},
}


def drawn(draw: random.Random, position: int) -> Row:
    """A row as Python has it; its time is in UTC."""
    special = [None, float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 5e-324, 1e300]
    return {
        "id": None if position % 97 == 0 else f"id-{draw.randrange(ROWS)}",
        "time": WINDOW.start + (WINDOW.length / ROWS) * position + timedelta(microseconds=position % 1000),
        "amount": draw.choice(special) if position % 10 == 0 else draw.gauss(1e6, 3.0),
        "whole": draw.choice([None, 0, -1, 2**53 + 1, draw.randrange(100)]),
        "exact": draw.choice([None, Decimal(draw.randrange(10**6)) / 1000]),
        "carrier": draw.choice(CARRIERS if position < ROWS / 2 else LATE_CARRIERS),
        "grade": draw.choice([1.0, 2.0, 2.5, None]),
        "prediction": draw.choice([True, False, None]),
        "score": draw.random(),
        "version": draw.choice(["v1", "v2", None]),
    }


def all_rows() -> list[Row]:
    draw = random.Random(2013)
    rows = [drawn(draw, position) for position in range(ROWS)]
    draw.shuffle(rows)
    return rows


ALL_ROWS = all_rows()


def held(value: object, lacks: set[str]) -> object:
    """The value as a place keeps it."""
    if value == "" and "empty" in lacks:
        return None
    if not isinstance(value, float):
        return value
    return None if (isnan(value) and "nan" in lacks) or (isinf(value) and "infinity" in lacks) else value


def rows_in(place: str) -> list[Row]:
    lacks = LACKS.get(place, set())
    found = [{name: held(value, lacks) for name, value in row.items()} for row in ALL_ROWS]
    if "no id" in lacks:
        found = [{**row, "id": row["id"] or f"row-{number}"} for number, row in enumerate(found)]
    return found


def local(moment: datetime) -> datetime:
    """What the clocks of Berlin show."""
    return moment.replace(tzinfo=None) + timedelta(hours=2 if moment >= utc(2013, 3, 31, 1) else 1)


def table_of(rows: list[Row]) -> pa.Table:
    stored = [{**row, "time": local(row["time"])} for row in rows]
    return pa.Table.from_pylist(stored, pa.schema(list(TYPES.items())))


def batch_of(rows: list[Row]) -> pa.RecordBatch:
    """The rows as a log gives them, made without any source."""
    text = {"grade": {1.0: "1", 2.0: "2", 2.5: "2.5", None: None}, "prediction": {True: "1", False: "0", None: None}}
    columns: dict[str, pa.Array] = {}
    for name in TYPES:
        values = [text[name][row[name]] if name in text else row[name] for row in rows]
        if name == "time":
            columns[name] = pa.array(values, INSTANT)
        elif KINDS.get(name) == "numeric":
            columns[name] = pa.array([None if v is None else float(v) for v in values], pa.float64(), from_pandas=False)
        else:
            columns[name] = pa.array(values, pa.string())
    return pa.record_batch(columns)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Cut on the first half of the time."""
    return cut_plan(SHAPE, [batch_of([row for row in ALL_ROWS if row["time"] < utc(2013, 3, 31, 1)])])


def sql(database: str) -> Callable[[pytest.FixtureRequest, Path], Log]:
    def opened(request: pytest.FixtureRequest, folder: Path) -> Log:
        engine = new_engine(request, database)
        types: dict[str, sa.types.TypeEngine[Any]] = {
            "time": sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            "whole": sa.BigInteger(),
            "exact": sa.Numeric(12, 3, asdecimal=database != "sqlite"),
            "prediction": sa.Boolean(),
            **dict.fromkeys(("amount", "grade", "score"), sa.Double()),
            **dict.fromkeys(("id", "carrier", "version"), sa.String(60)),
        }
        table = sa.Table("log", sa.MetaData(), *(sa.Column(name, types[name]) for name in TYPES))
        table.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(table.insert(), [{**row, "time": local(row["time"])} for row in rows_in(database)])
        request.addfinalizer(engine.dispose)
        return SqlTable.open(engine, SPEC)

    return opened


def parquet_log(request: pytest.FixtureRequest, folder: Path) -> Log:
    parquet_files(None, folder, table_of(rows_in("parquet")))
    return FileLog.open(folder, SPEC)


def csv_log(request: pytest.FixtureRequest, folder: Path) -> Log:
    csv.write_csv(table_of(rows_in("csv")), folder / "log.csv")
    return FileLog.open(folder / "log.csv", SPEC)


def delta_log(request: pytest.FixtureRequest, folder: Path) -> Log:
    deltalake = pytest.importorskip("deltalake")
    table = table_of(rows_in("delta"))
    for start in range(0, ROWS, 2_000):
        deltalake.write_deltalake(str(folder / "delta"), table.slice(start, 2_000), mode="append")
    return FileLog.open(folder / "delta", SPEC, kind="delta")


def spark(
    place: str, write: Callable[[Any, Path, pa.Table], SparkPlace]
) -> Callable[[pytest.FixtureRequest, Path], Log]:
    def opened(request: pytest.FixtureRequest, folder: Path) -> Log:
        return SparkLog.open(write(running_spark(), folder, table_of(rows_in(place))), SPEC)

    return opened


PLACES: Mapping[str, Callable[[pytest.FixtureRequest, Path], Log]] = {
    "sqlite": sql("sqlite"),
    "postgresql": sql("postgresql"),
    "mariadb": sql("mariadb"),
    "parquet": parquet_log,
    "csv": csv_log,
    "delta": delta_log,
    "spark parquet": spark("spark parquet", parquet_files),
    "spark table": spark("spark table", saved_table),
    "spark csv": spark("spark csv", csv_file),
}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def log(request: pytest.FixtureRequest, place: str, tmp_path: Path) -> Log:
    return PLACES[place](request, tmp_path)


def assert_equal(found: Profiles, expected: Profiles) -> None:
    assert list(found) == list(expected)
    for start, parts in expected.items():
        assert set(found[start]) == set(parts)
        for part, profile in parts.items():
            same = found[start][part]
            assert (same.rows, same.duplicates, same.digest()) == (profile.rows, profile.duplicates, profile.digest())
            for sums in ("mean", "m2", "offsets"):
                near = {"rtol": 1e-9, "atol": 1e-9}
                np.testing.assert_allclose(getattr(same.numeric, sums), getattr(profile.numeric, sums), **near)


def test_profiles_are_the_same_wherever_the_rows_lie(log: Log, place: str, plan: Plan) -> None:
    expected = profile_rows([batch_of(rows_in(place))], plan, HOUR)
    assert len(expected) == 6
    assert_equal(profile_rows(log.scan(WINDOW), plan, HOUR), expected)
    if isinstance(log, SparkLog):
        assert_equal(log.profiles(WINDOW, plan, HOUR), expected)


def reference(batches: Iterable[pa.RecordBatch], shape: ModelShape) -> Reference:
    return profile_reference("m", Basis("all rows", lambda: iter(batches), lambda: ""), shape)


def test_a_reference_has_the_same_id_wherever_its_rows_lie(log: Log, place: str) -> None:
    turned = dict(reversed(SHAPE.kinds.items()))  # columns stand in another order there
    found = reference(log.scan(), replace(SHAPE, kinds=turned, source=place))
    expected = reference([batch_of(rows_in(place))], SHAPE)
    assert found.reference_id == expected.reference_id
    assert found.plan_id != expected.plan_id  # profiles of rows from elsewhere are not taken for these
    one_less = reference([batch_of(rows_in(place)).slice(1)], SHAPE)
    assert one_less.reference_id != expected.reference_id


def test_the_rows_hold_what_they_are_meant_to_try(plan: Plan) -> None:
    expected = profile_rows([batch_of(ALL_ROWS)], plan, HOUR)
    wholes = [profile for parts in expected.values() for part, profile in parts.items() if not part.segment.key]
    assert {part.version for parts in expected.values() for part in parts} == {"", "v1", "v2"}
    assert {part.segment.key for parts in expected.values() for part in parts} == {"", "carrier", "grade"}
    assert sum(profile.rows for profile in wholes) == ROWS
    assert sum(profile.duplicates or 0 for profile in wholes) > 0
    assert sum(profile.columns["carrier"].unseen for profile in wholes) > 0  # type: ignore[union-attr]
    special = np.sum([profile.numeric.special.sum(axis=0) for profile in wholes], axis=0)
    assert (special > 0).all()  # infinities of both signs, NaN and null
