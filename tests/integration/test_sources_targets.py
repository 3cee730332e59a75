"""Targets found by id, across databases and types of id."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from monitor.profile.shape import Kind
from monitor.sources.engines import open_engine
from monitor.sources.spec import Filter, TableSpec
from monitor.sources.table import SqlTable
from monitor.sources.targets import TargetLookup, unmatched_counts
from monitor.window import Window, utc

JULY = Window(utc(2013, 7, 1), utc(2013, 8, 1))
DAY = timedelta(days=1)
Row = tuple[object, ...]


@pytest.fixture
def engines(tmp_path: Path, postgresql_url: str, mariadb_url: str) -> Iterator[dict[str, sa.Engine]]:
    """One empty database of each kind."""
    (tmp_path / "x.db").touch()
    urls = {"sqlite": f"sqlite:///{tmp_path}/x.db", "postgresql": postgresql_url, "mariadb": mariadb_url}
    opened = {name: open_engine(url) for name, url in urls.items()}
    yield opened
    for engine in opened.values():
        engine.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[sa.Engine]:
    (tmp_path / "x.db").touch()
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    yield engine
    engine.dispose()


def make(engine: sa.Engine, name: str, id_type: str, rows: list[Row]) -> None:
    """A table of id, value and time as text."""
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP TABLE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE TABLE {name} (id {id_type}, late INTEGER, at VARCHAR(30))"))
        insert = sa.text(f"INSERT INTO {name} VALUES (:id, :late, :at)")
        if rows:
            connection.execute(insert, [dict(zip(("id", "late", "at"), row, strict=True)) for row in rows])


def predictions(engine: sa.Engine, where: tuple[Filter, ...] = ()) -> SqlTable:
    columns = {"id": "id", "time": "at", "prediction": "late"}
    return SqlTable.open(engine, TableSpec("predictions", columns, {"prediction": "categorical"}, where))


def outcomes(engine: sa.Engine, *, timed: bool = True, where: tuple[Filter, ...] = ()) -> SqlTable:
    columns = {"id": "id", "target": "late"} | ({"time": "at"} if timed else {})
    return SqlTable.open(engine, TableSpec("arrivals", columns, {"target": "categorical"}, where))


def lookup_of(table: SqlTable, kind: Kind = "categorical", *, timed: bool = True) -> TargetLookup:
    return TargetLookup(table, kind, has_times=timed)


def attached(lookup: TargetLookup, ids: list[str | None], before: datetime | None = None) -> list[str | None]:
    batch = pa.RecordBatch.from_pydict({"id": pa.array(ids, pa.string())})
    (with_targets,) = lookup.attach(iter([batch]), before)
    assert with_targets["id"].equals(batch["id"])
    targets: list[str | None] = with_targets["target"].to_pylist()
    return targets


def test_targets_are_found_across_databases_and_types_of_id(engines: dict[str, sa.Engine]) -> None:
    types = {"INTEGER": 0, "SMALLINT": 0, "VARCHAR(20)": "", "DECIMAL(20, 0)": 0, "DOUBLE PRECISION": 0}
    for (name, engine), (id_type, example) in product(engines.items(), types.items()):
        rows: list[Row] = [(str(n) if example == "" else n, n % 2, "2013-07-01T00:00:00Z") for n in (1, 2, 30000)]
        make(engine, "arrivals", id_type, rows)
        lookup = lookup_of(outcomes(engine))
        found = attached(lookup, ["30000", "2", "no number", None, "4", "1", "99999999999999999999", "01", "1.5"])
        assert found == ["0", "0", None, None, None, "1", None, None, None], (name, id_type)


def test_uuids_are_found_by_their_text(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    name = uuid.UUID(int=7)
    make(engine, "arrivals", "UUID", [(name, 1, "2013-07-01T00:00:00Z")])
    assert attached(lookup_of(outcomes(engine)), [str(name), "flight 7", "7"]) == ["1", None, None]
    engine.dispose()


def test_sqlite_columns_without_a_type_are_found_by_number_and_by_text(sqlite: sa.Engine) -> None:
    make(sqlite, "arrivals", "", [(1, 1, None), ("2", 0, None)])
    assert attached(lookup_of(outcomes(sqlite)), ["1", "2", "3"]) == ["1", "0", None]


def test_ids_that_differ_in_case_are_different(engines: dict[str, sa.Engine]) -> None:
    for engine in engines.values():
        make(engine, "arrivals", "VARCHAR(9)", [("AA1", 1, None), ("aa1", 0, None)])
        assert attached(lookup_of(outcomes(engine)), ["AA1", "aa1", "Aa1"]) == ["1", "0", None]


def test_of_several_targets_for_one_id_the_latest_counts_and_rows_stay_as_many(sqlite: sa.Engine) -> None:
    make(
        sqlite,
        "arrivals",
        "INTEGER",
        [
            (1, 1, "2013-07-02T00:00:00Z"),
            (1, 0, "2013-07-01T23:00:00-05:00"),
            (1, 1, "2013-07-01T00:00:00Z"),
            (1, 1, None),
            (2, 1, None),
            (3, 1, "2013-07-01T00:00:00Z"),
            (3, 0, "2013-07-01T00:00:00Z"),
        ],
    )
    assert attached(lookup_of(outcomes(sqlite)), ["1", "2", "3", "1"]) == ["0", "1", "0", "0"]


def test_without_times_the_last_row_counts(sqlite: sa.Engine) -> None:
    make(sqlite, "arrivals", "INTEGER", [(1, 1, None), (1, 0, None), (2, 0, None), (2, 1, None)])
    assert attached(lookup_of(outcomes(sqlite, timed=False), timed=False), ["2", "1"]) == ["1", "0"]


def test_targets_observed_later_are_not_there_yet(sqlite: sa.Engine) -> None:
    make(
        sqlite,
        "arrivals",
        "INTEGER",
        [(1, 0, "2013-07-01T00:00:00Z"), (1, 1, "2013-07-03T00:00:00Z"), (2, 1, "2013-07-03T00:00:00Z"), (3, 1, None)],
    )
    lookup = lookup_of(outcomes(sqlite))
    assert attached(lookup, ["1", "2", "3"], utc(2013, 7, 2)) == ["0", None, "1"]
    assert attached(lookup, ["1", "2", "3"], utc(2013, 7, 3)) == ["0", None, "1"]
    assert attached(lookup, ["1", "2", "3"], utc(2013, 7, 3, second=1)) == ["1", "1", "1"]
    untimed = lookup_of(outcomes(sqlite, timed=False), timed=False)
    assert attached(untimed, ["2"], utc(2013, 7, 2)) == ["1"]


def test_filters_of_the_targets_hold(sqlite: sa.Engine) -> None:
    make(sqlite, "arrivals", "INTEGER", [(1, 0, None), (2, 1, None)])
    assert attached(lookup_of(outcomes(sqlite, where=(Filter("late", "=", 1),))), ["1", "2"]) == [None, "1"]


def test_no_target_at_all_is_a_column_of_nulls(sqlite: sa.Engine) -> None:
    make(sqlite, "arrivals", "INTEGER", [])
    batch = pa.RecordBatch.from_pydict({"id": ["1", None]})
    for kind, arrow in (("categorical", pa.string()), ("numeric", pa.float64())):
        (found,) = lookup_of(outcomes(sqlite), kind).attach(iter([batch]))  # type: ignore[arg-type]
        assert found["target"].equals(pa.nulls(2, arrow))


def test_targets_of_a_regression_are_numbers(sqlite: sa.Engine) -> None:
    make(sqlite, "arrivals", "INTEGER", [(1, 7, None), (2, "much", None)])
    spec = TableSpec("arrivals", {"id": "id", "target": "late"}, {"target": "numeric"})
    batch = pa.RecordBatch.from_pydict({"id": ["1", "2", "3"]})
    (found,) = lookup_of(SqlTable.open(sqlite, spec), "numeric", timed=False).attach(iter([batch]))
    first, second, third = found["target"].to_pylist()
    assert (first, third) == (7.0, None)
    assert math.isnan(second)


def test_more_ids_than_one_statement_takes_are_all_looked_up(engines: dict[str, sa.Engine]) -> None:
    for engine in engines.values():
        make(engine, "arrivals", "INTEGER", [(n, n % 2, None) for n in range(2_500)])
        found = attached(lookup_of(outcomes(engine)), [str(n) for n in range(2_501)])
        assert found == [*(str(n % 2) for n in range(2_500)), None]


def test_targets_without_predictions_are_counted_by_bucket_and_id(engines: dict[str, sa.Engine]) -> None:
    for (_, here), (_, there) in product(engines.items(), repeat=2):
        make(here, "predictions", "VARCHAR(9)", [(str(n), n % 2, "2013-06-01T00:00:00Z") for n in range(1_500)])
        early: list[Row] = [(n, 1, "2013-07-05T00:00:00Z") for n in (*range(1_100), 2_000, 2_001, 2_000)]
        late: list[Row] = [(n, 1, "2013-07-06T12:00:00Z") for n in (7, 2_001)]
        make(there, "arrivals", "INTEGER", [*early, *late, (3_000, 1, "2013-09-01T00:00:00Z"), (4_000, 1, None)])
        found = unmatched_counts(predictions(here), lookup_of(outcomes(there)), JULY, DAY)
        assert found == {utc(2013, 7, 5): (1_103, 2), utc(2013, 7, 6): (2, 1)}


def test_predictions_that_a_filter_leaves_out_are_not_looked_up(sqlite: sa.Engine) -> None:
    make(sqlite, "predictions", "INTEGER", [(1, 1, "2013-06-01T00:00:00Z")])
    make(sqlite, "arrivals", "INTEGER", [(1, 1, "2013-07-05T00:00:00Z")])
    lookup = lookup_of(outcomes(sqlite))
    assert unmatched_counts(predictions(sqlite), lookup, JULY, DAY) == {utc(2013, 7, 5): (1, 0)}
    some = predictions(sqlite, (Filter("late", "=", 0),))
    assert unmatched_counts(some, lookup, JULY, DAY) == {utc(2013, 7, 5): (1, 1)}


def test_no_target_in_a_window_is_no_count(sqlite: sa.Engine) -> None:
    make(sqlite, "predictions", "INTEGER", [])
    make(sqlite, "arrivals", "INTEGER", [(1, 1, "2013-09-05T00:00:00Z")])
    assert unmatched_counts(predictions(sqlite), lookup_of(outcomes(sqlite)), JULY, DAY) == {}


def test_new_targets_are_told_apart_from_corrections(engines: dict[str, sa.Engine]) -> None:
    rows: list[Row] = [
        (1, 0, "2013-07-05T00:00:00Z"),
        (2, 0, "2013-06-05T00:00:00Z"),
        (2, 1, "2013-07-05T00:00:00Z"),
        (3, 0, None),
        (3, 1, "2013-07-06T00:00:00Z"),
        (4, 0, "2013-07-07T00:00:00Z"),
        (4, 1, "2013-07-08T00:00:00Z"),
        (5, 1, "2013-08-01T00:00:00Z"),
        (1, 1, "2013-08-02T00:00:00Z"),
        (6, 1, "2013-06-30T23:59:59Z"),
    ]
    for name, engine in engines.items():
        make(engine, "arrivals", "INTEGER", rows)
        lookup = lookup_of(outcomes(engine))
        news = list(lookup.observed(JULY))
        assert sum(new.rows for new in news) == 5, name
        assert sorted(one for new in news for one in new.first) == ["1", "4"], name
        assert sorted(one for new in news for one in new.again) == ["2", "3"], name
        batch = pa.RecordBatch.from_pydict({"id": ["4", "1", "9"]})
        (found,) = [part for new in news for part in [lookup.join(batch, new.found)["target"].to_pylist()]]
        assert found == ["1", "0", None], name


def test_each_id_of_many_is_handed_out_once(sqlite: sa.Engine) -> None:
    rows: list[Row] = [(n % 30_000, n % 2, "2013-07-05T00:00:00Z") for n in range(50_000)]
    make(sqlite, "arrivals", "INTEGER", rows)
    news = list(lookup_of(outcomes(sqlite)).observed(JULY))
    ids = [one for new in news for one in (*new.first, *new.again)]
    assert sum(new.rows for new in news) == 50_000
    assert len(ids) == len(set(ids)) == 30_000
    assert not any(new.again for new in news)


def test_the_same_prediction_twice_stays_twice_with_the_same_target(sqlite: sa.Engine) -> None:
    make(sqlite, "predictions", "INTEGER", [(1, 1, "2013-07-01T00:00:00Z"), (1, 0, "2013-07-01T00:00:00Z")])
    make(sqlite, "arrivals", "INTEGER", [(1, 1, "2013-07-05T00:00:00Z")])
    (batch,) = lookup_of(outcomes(sqlite)).attach(predictions(sqlite).scan(JULY))
    assert [(row["prediction"], row["target"]) for row in batch.to_pylist()] == [("1", "1"), ("0", "1")]
    assert batch.num_rows == 2
    assert set(batch["time"].to_pylist()) == {JULY.start}
    assert JULY.length == timedelta(days=31)
