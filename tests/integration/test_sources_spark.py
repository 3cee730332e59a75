"""Logs out of Spark: files, tables of its catalogue, JDBC; and profiles that its executors make.

Delta and Iceberg need jars that no Python package brings, so they are not tried here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from builders.sparklog import MASTER, PLACES, csv_file, parquet_files, running_spark, saved_table
from pyarrow import parquet

from monitor.errors import SourceError
from monitor.profile.plan import cut_plan
from monitor.profile.scan import MOST_VERSIONS, profile_rows
from monitor.profile.shape import Kind, ModelShape
from monitor.sources.log import Log
from monitor.sources.moments import INSTANT
from monitor.sources.spark import SparkLog, SparkPlace
from monitor.sources.spec import Filter, TableSpec
from monitor.window import Window, utc

COLUMNS = {"id": "number", "time": "departed", "prediction": "late", "distance": "distance", "carrier": "carrier"}
KINDS: dict[str, Kind] = {"prediction": "categorical", "distance": "numeric", "carrier": "categorical"}
SPEC = TableSpec("log", COLUMNS, KINDS, time_zone="UTC")
ROWS = 48
HOURS = [utc(2013, 4, 1) + timedelta(hours=hour) for hour in range(ROWS)]
TABLE = pa.table(
    {
        "number": range(ROWS),
        "departed": pa.array(HOURS, INSTANT),
        "late": [hour % 2 == 0 for hour in range(ROWS)],
        "distance": [None if hour == 5 else hour + 0.5 for hour in range(ROWS)],
        "carrier": [("AA", "UÄ", None)[hour % 3] for hour in range(ROWS)],
        "unused": ["x"] * ROWS,
    }
)
SECOND_DAY = Window(utc(2013, 4, 2), utc(2013, 4, 3))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Written = Callable[..., SparkLog]


@pytest.fixture(scope="module")
def session() -> Any:
    return running_spark()


@pytest.fixture(scope="module", params=PLACES)
def log(request: pytest.FixtureRequest, session: Any, tmp_path_factory: pytest.TempPathFactory) -> SparkLog:
    """The same rows in every place."""
    return SparkLog.open(PLACES[request.param](session, tmp_path_factory.mktemp("log"), TABLE), SPEC)


@pytest.fixture
def written(session: Any, tmp_path: Path) -> Written:
    """Opens a log of one Parquet file."""

    def write(
        columns: dict[str, Any], *, where: Sequence[Filter] = (), zone: str | None = None, **kinds: Kind
    ) -> SparkLog:
        table = pa.table(columns)
        names = [name for name in table.schema.names if name in kinds or name in ("id", "time", "ingested")]
        spec = TableSpec("log", {name: name for name in names}, kinds, tuple(where), zone)
        parquet.write_table(table, tmp_path / "log.parquet")
        return SparkLog.open(SparkPlace(format="parquet", path=str(tmp_path)), spec)

    return write


def rows_of(log: Log, *window: Window, only: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    rows = [row for batch in log.scan(*window, only=only) for row in batch.to_pylist()]
    return sorted(rows, key=lambda row: int(row["id"])) if "id" in rows[0] else rows


def values(log: Log, name: str) -> list[Any]:
    return [value for batch in log.scan(only=(name,)) for value in batch[name].to_pylist()]


def fault(call: Callable[[], object], *, permanent: bool = True) -> str:
    with pytest.raises(SourceError) as caught:
        call()
    assert caught.value.permanent == permanent
    return str(caught.value)


def test_every_place_gives_the_same_rows(log: SparkLog) -> None:
    rows = rows_of(log)
    assert [row["time"] for row in rows] == HOURS
    assert rows[:3] == [
        {"id": "0", "time": HOURS[0], "prediction": "1", "distance": 0.5, "carrier": "AA"},
        {"id": "1", "time": HOURS[1], "prediction": "0", "distance": 1.5, "carrier": "UÄ"},
        {"id": "2", "time": HOURS[2], "prediction": "1", "distance": 2.5, "carrier": None},
    ]
    assert rows[5]["distance"] is None


def test_every_place_answers_the_same(log: SparkLog) -> None:
    assert [row["id"] for row in rows_of(log, SECOND_DAY, only=("id",))] == [str(n) for n in range(24, 48)]
    assert log.counts(SECOND_DAY, 6 * HOUR) == {utc(2013, 4, 2, hour): 6 for hour in (0, 6, 12, 18)}
    found = [row for batch in log.lookup(["7", "11", "7", "x", "999"], only=("distance",)) for row in batch.to_pylist()]
    assert sorted(row["distance"] for row in found) == [7.5, 11.5]
    assert list(log.lookup([])) == []
    assert (log.size(), log.newest()) == (ROWS, HOURS[-1])
    assert not log.is_empty()
    assert not log.is_empty(SECOND_DAY)
    assert log.is_empty(Window(utc(2013, 4, 3), utc(2013, 4, 4)))
    assert not log.has_rows_without_time()


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter("number", ">=", 46), [46, 47]),
        (Filter("number", "<", 1.5), [0, 1]),
        (Filter("number", "in", (3, 5, 7)), [3, 5, 7]),
        (Filter("carrier", "!=", "AA"), [n for n in range(ROWS) if n % 3 == 1]),
        (Filter("carrier", "not in", ("AA", "?")), [n for n in range(ROWS) if n % 3 == 1]),
        (Filter("carrier", "=", "UÄ"), [n for n in range(ROWS) if n % 3 == 1]),
        (Filter("carrier", "is null"), [n for n in range(ROWS) if n % 3 == 2]),
        (Filter("distance", "is not null"), [n for n in range(ROWS) if n != 5]),
        (Filter("late", "=", False), [n for n in range(ROWS) if n % 2]),
        (Filter("departed", ">=", utc(2013, 4, 2, 22)), [46, 47]),
        (Filter("departed", "<", date(2013, 4, 1)), []),
        (Filter("departed", "=", "2013-04-01 05:00:00"), [5]),
        (Filter("distance", ">", Decimal("46.25")), [46, 47]),
    ],
)
def test_filters_keep_what_they_say(session: Any, tmp_path: Path, wanted: Filter, numbers: list[int]) -> None:
    spec = TableSpec("log", {"id": "number"}, {}, (wanted,), "UTC")
    log = SparkLog.open(parquet_files(session, tmp_path, TABLE), spec)
    assert log.size() == len(numbers)
    assert sorted(int(value) for value in values(log, "id")) == numbers


def test_a_number_that_is_none_is_greater_than_nothing(written: Written) -> None:
    log = written({"id": ["1", "2"], "x": [float("nan"), 5.0]}, where=[Filter("x", ">", 1)], x="numeric")
    assert values(log, "id") == ["2"]


def test_spark_itself_skips_what_lies_outside_of_a_window(session: Any, tmp_path: Path) -> None:
    log = SparkLog.open(parquet_files(session, tmp_path, TABLE), SPEC)
    plan = log._frame([log._within("time", SECOND_DAY)])._jdf.queryExecution().toString()
    assert "GreaterThanOrEqual(departed,2013-04-02 00:00:00.0)" in plan.partition("PushedFilters")[2]


def test_values_come_in_their_canonical_form(written: Written) -> None:
    held = {
        "id": [Decimal("7.00"), Decimal("8.50")],
        "text": ["ü", None],
        "whole": [2**62 + 1, -1],
        "fraction": [2.0, 2.5],
        "truth": [True, False],
        "exact": pa.array([Decimal("1.50"), None], pa.decimal128(9, 2)),
        "nothing": pa.nulls(2),
        "word": ["1.0", "many"],
    }
    numeric = dict.fromkeys(("whole_again", "fraction_again", "truth_again", "exact_again", "word_again"), "numeric")
    held |= {name: held[name.removesuffix("_again")] for name in numeric}
    held.pop("nothing")  # Parquet keeps no column without type that Spark would read
    categorical = dict.fromkeys((name for name in held if name != "id" and name not in numeric), "categorical")
    log = written(held, **numeric, **categorical)  # type: ignore[arg-type]
    first, second = sorted((row for batch in log.scan() for row in batch.to_pylist()), key=lambda row: str(row["id"]))
    assert first | {"word_again": None} == {
        "id": "7",
        "text": "ü",
        "whole": str(2**62 + 1),
        "whole_again": float(2**62 + 1),
        "fraction": "2",
        "fraction_again": 2.0,
        "truth": "1",
        "truth_again": 1.0,
        "exact": "1.5",
        "exact_again": 1.5,
        "word": "1.0",
        "word_again": None,
    }
    assert (second["id"], second["fraction"], second["truth"], second["exact"]) == ("8.5", "2.5", "0", None)
    assert first["word_again"] == 1.0
    assert second["word_again"] != second["word_again"]


LOCAL = [datetime.fromisoformat("2013-10-27T01:30:00") + timedelta(minutes=30 * number) for number in range(6)]
IN_UTC = [utc(2013, 10, 26, 23, 30), utc(2013, 10, 27), utc(2013, 10, 27, 0, 30), utc(2013, 10, 27, 2)]


@pytest.mark.parametrize(
    ("stored", "zone", "expected"),
    [
        (pa.array(HOURS[:4], pa.timestamp("us", "America/New_York")), None, HOURS[:4]),
        (pa.array(HOURS[:4], pa.timestamp("ms", "UTC")), "Europe/Berlin", HOURS[:4]),
        (pa.array(LOCAL[:4], pa.timestamp("us")), "Europe/Berlin", IN_UTC),  # 03:00 comes an hour later
        ([date(2013, 4, 1), date(2013, 7, 1)], "Europe/Berlin", [utc(2013, 3, 31, 22), utc(2013, 6, 30, 22)]),
        ([int(hour.timestamp()) for hour in HOURS[:4]], None, HOURS[:4]),
        ([hour.timestamp() * 1000 for hour in HOURS[:4]], None, HOURS[:4]),
        ([hour.isoformat() for hour in HOURS[:4]], None, HOURS[:4]),
        ([local.isoformat(" ") for local in LOCAL[:4]], "Europe/Berlin", IN_UTC),
        (["2013-04-01 00:00:00Z", "2013-04-01T03:00:00+02:00"], None, HOURS[:2]),
    ],
)
def test_times_of_every_form_are_read(
    written: Written, stored: Any, zone: str | None, expected: list[datetime]
) -> None:
    log = written({"id": range(len(stored)), "time": stored}, zone=zone)
    assert [row["time"] for row in rows_of(log)] == expected
    assert log.newest() == expected[-1]
    window = Window(expected[1], expected[-1] + timedelta(microseconds=1))
    assert [row["time"] for row in rows_of(log, window)] == expected[1:]
    assert sum(log.counts(window, HOUR).values()) == len(expected) - 1
    assert log.counts(window, DAY) == {
        day: sum(moment - (moment - utc(1970)) % DAY == day for moment in expected[1:])
        for day in {moment - (moment - utc(1970)) % DAY for moment in expected[1:]}
    }


def test_rows_without_time_are_in_no_window_and_are_told(written: Written) -> None:
    log = written({"id": ["1", "2"], "time": pa.array([HOURS[0], None], INSTANT)})
    assert [row["id"] for row in rows_of(log, Window(utc(2000), utc(2100)))] == ["1"]
    assert log.has_rows_without_time()
    assert log.size() == 2


def test_rows_are_found_by_when_they_were_written(written: Written) -> None:
    log = written({"id": ["1", "2"], "time": HOURS[:2], "ingested": HOURS[5:7]})
    (batch,) = log.arrived(HOURS[6], HOURS[7])
    assert batch.to_pylist() == [{"id": "2", "time": HOURS[1]}]
    assert "ingested" not in next(iter(log.scan())).schema.names


def test_times_without_zone_in_csv_are_not_taken_for_those_of_the_session(session: Any, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("at,number\n2013-07-01 14:00:00,1.0\n")
    place = SparkPlace(format="csv", path=str(tmp_path), options={"header": "true", "inferSchema": "true"})
    columns = {"time": "at", "id": "number"}
    message = fault(lambda: SparkLog.open(place, TableSpec("log", columns, {})))
    assert "at is timestamp_ntz, which has no time zone: write `time_zone: UTC`" in message
    log = SparkLog.open(place, TableSpec("log", columns, {}, time_zone="Europe/Berlin"))
    assert rows_of(log) == [{"time": utc(2013, 7, 1, 12), "id": "1"}]


def test_csv_without_types_is_read_as_text(session: Any, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("at,number,late\n1364774400,2.5,true\n1364778000,,\n")
    place = SparkPlace(format="csv", path=str(tmp_path), options={"header": "true"})
    spec = TableSpec("log", {"time": "at", "x": "number", "y": "late"}, {"x": "numeric", "y": "categorical"})
    assert [row for batch in SparkLog.open(place, spec).scan() for row in batch.to_pylist()] == [
        {"time": HOURS[0], "x": 2.5, "y": "true"},
        {"time": HOURS[1], "x": None, "y": None},
    ]


@pytest.mark.parametrize("place", [parquet_files, csv_file, saved_table])
def test_what_is_added_later_is_seen(session: Any, tmp_path: Path, place: Callable[..., SparkPlace]) -> None:
    found = place(session, tmp_path, TABLE.slice(0, 24))
    log = SparkLog.open(found, SPEC)
    assert log.size() == 24
    if found.table:
        session.read.parquet(str(tmp_path / "raw.parquet")).write.mode("append").saveAsTable(found.table)
    elif found.format == "csv":
        (tmp_path / "more.csv").write_bytes((tmp_path / "log.csv").read_bytes())
    else:
        parquet.write_table(TABLE.slice(24), tmp_path / "more.parquet")
    assert log.size() == 48


def test_big_logs_come_in_batches_worth_a_call(written: Written) -> None:
    rows = 100_000
    log = written({"id": range(rows), "x": [0.5] * rows}, x="numeric")
    sizes = [batch.num_rows for batch in log.scan()]
    assert sum(sizes) == rows
    assert 1 < len(sizes) < 5


VERSIONED = pa.table(
    {
        "number": [n % 40 for n in range(ROWS)],
        "departed": TABLE["departed"],
        "distance": TABLE["distance"],
        "carrier": TABLE["carrier"],
        "version": [("1", "2")[n % 4 == 3] for n in range(ROWS)],
    }
)
VERSIONED_SPEC = TableSpec(
    "log",
    {"id": "number", "time": "departed", "distance": "distance", "carrier": "carrier", "version": "version"},
    {"distance": "numeric", "carrier": "categorical", "version": "categorical"},
    time_zone="UTC",
)


@pytest.mark.parametrize(("place", "granularity"), [("parquet", HOUR), ("csv", timedelta(days=2)), ("jdbc", DAY)])
def test_profiles_of_the_executors_are_those_of_the_rows(
    session: Any, tmp_path: Path, place: str, granularity: timedelta
) -> None:
    log = SparkLog.open(PLACES[place](session, tmp_path, VERSIONED), VERSIONED_SPEC)
    shape = ModelShape(
        "none", {"distance": "numeric", "carrier": "categorical"}, segments={"carrier": "carrier"}, has_versions=True
    )
    plan = cut_plan(shape, log.scan())
    window = Window(utc(2013, 4, 1), utc(2013, 4, 5))
    expected = profile_rows(log.scan(window), plan, granularity)
    found = log.profiles(window, plan, granularity)
    assert {start: set(parts) for start, parts in found.items()} == {start: set(p) for start, p in expected.items()}
    for start, parts in expected.items():
        for part, profile in parts.items():
            same = found[start][part]
            assert (same.digest(), same.duplicates) == (profile.digest(), profile.duplicates)


def test_ids_are_counted_once_over_all_partitions(session: Any, tmp_path: Path) -> None:
    log = SparkLog.open(parquet_files(session, tmp_path, VERSIONED), VERSIONED_SPEC)
    plan = cut_plan(ModelShape("none", {"distance": "numeric"}), log.scan())
    (parts,) = log.profiles(Window(utc(2013, 4, 1), utc(2013, 4, 3)), plan, timedelta(days=4)).values()
    (profile,) = parts.values()
    assert (profile.rows, profile.duplicates) == (48, 8)


def test_a_column_of_ids_is_no_version(session: Any, tmp_path: Path) -> None:
    table = VERSIONED.set_column(4, "version", pa.array([str(n) for n in range(ROWS)]))
    table = pa.concat_tables([table, table.set_column(4, "version", pa.array([f"x{n}" for n in range(ROWS)]))])
    log = SparkLog.open(parquet_files(session, tmp_path, table), VERSIONED_SPEC)
    plan = cut_plan(ModelShape("none", {"distance": "numeric"}, has_versions=True), log.scan())
    message = fault(lambda: log.profiles(Window(utc(2013, 4, 1), utc(2013, 4, 5)), plan, DAY))
    assert f"holds more than {MOST_VERSIONS} values; is it really a version?" in message


def test_all_that_is_wrong_with_a_place_is_told_at_once(session: Any, tmp_path: Path) -> None:
    place = parquet_files(session, tmp_path, TABLE)
    spec = TableSpec("log", {"id": "numbr", "time": "weather"}, {}, time_zone="Europe/Berlim")
    first, second, third = fault(lambda: SparkLog.open(place, spec)).splitlines()
    has = "it has: carrier, departed, distance, late, number, unused"
    assert first == f"Spark parquet {tmp_path}: no column numbr, did you mean number? {has}"
    assert second == f"Spark parquet {tmp_path}: no column weather; {has}"
    assert third == f"Spark parquet {tmp_path}: no time zone is called Europe/Berlim, did you mean Europe/Berlin?"


def test_columns_and_filters_of_wrong_types_are_told_at_once(session: Any, tmp_path: Path) -> None:
    table = TABLE.append_column("raw", pa.array([b"x"] * ROWS))
    kinds: dict[str, Kind] = {"a": "numeric", "b": "categorical"}
    spec = TableSpec("log", {"time": "late", "a": "departed", "b": "raw"}, kinds, (Filter("number", "=", "many"),))
    assert [
        line.partition(": ")[2]
        for line in fault(lambda: SparkLog.open(parquet_files(session, tmp_path, table), spec)).splitlines()
    ] == [
        "where number =: 'many' does not go with bigint",
        "late is boolean: no time can be read from it",
        "departed is timestamp, which is no number",
        "raw is binary, which is no category",
    ]


def test_csv_whose_first_line_is_not_known_to_hold_names_is_told(session: Any, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("number\n1\n")
    place = SparkPlace(format="csv", path=str(tmp_path))
    message = fault(lambda: SparkLog.open(place, TableSpec("log", {"id": "number"}, {})))
    assert message.endswith("it has: _c0; if the first line holds the names, write `options: {header: true}`")


def test_what_the_executors_cannot_read_is_told_with_its_column(written: Written) -> None:
    log = written({"id": ["1"], "time": ["2013-07-01 14:00:00"]})
    assert fault(lambda: list(log.scan())).endswith("column time: '2013-07-01 14:00:00' has no time zone")
    assert fault(lambda: log.counts(SECOND_DAY, HOUR) or list(log.scan(only=("time",)))).endswith("has no time zone")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (SparkPlace(table="nope"), "Spark table nope: The table or view `nope` cannot be found."),
        (SparkPlace(format="parquet", path="/nope"), "Spark parquet /nope: Path does not exist: file:/nope."),
        (SparkPlace(format="delta", path="/nope"), "name its package in `conf: {spark.jars.packages: ...}`"),
        (SparkPlace(table="a", conf={"spark.executor.cores": "7"}), "spark.executor.cores is settled by its start"),
        (SparkPlace(table="a", master="local[7]"), f"runs in this process with master {MASTER}"),
    ],
)
def test_a_place_that_is_not_there_is_told(session: Any, place: SparkPlace, words: str) -> None:
    assert words in fault(lambda: SparkLog.open(place, SPEC))


def test_secrets_are_not_repeated(session: Any) -> None:
    options = {"url": "jdbc:nodb://host/x?password=wave-7", "dbtable": "t", "user": "ann", "password": "wave-7"}
    place = SparkPlace(format="jdbc", options=options)
    message = fault(lambda: SparkLog.open(place, SPEC), permanent=False)
    assert "No suitable driver; name the package of the driver" in message
    assert "wave-7" not in message + repr(place)


def test_times_in_nanoseconds_are_refused_with_advice(session: Any, tmp_path: Path) -> None:
    parquet.write_table(pa.table({"time": pa.array([1], pa.timestamp("ns", "UTC"))}), tmp_path / "log.parquet")
    place = SparkPlace(format="parquet", path=str(tmp_path))
    message = fault(lambda: SparkLog.open(place, TableSpec("log", {"time": "time"}, {})))
    assert message.endswith("; Spark reads no nanoseconds: write the times in microseconds")


def test_a_file_that_is_broken_may_be_whole_at_the_next_try(session: Any, tmp_path: Path) -> None:
    log = SparkLog.open(parquet_files(session, tmp_path, TABLE), SPEC)
    (tmp_path / "broken.parquet").write_text("nonsense")
    message = fault(lambda: list(log.scan()), permanent=False)
    assert "broken.parquet" in message
    assert "\n" not in message


def test_settings_of_their_own_do_not_reach_other_logs(session: Any, tmp_path: Path) -> None:
    place = parquet_files(session, tmp_path, TABLE)
    beside = SparkPlace(format="parquet", path=place.path, conf={"spark.sql.shuffle.partitions": "3"})
    assert SparkLog.open(beside, SPEC).size() == ROWS
    assert session.conf.get("spark.sql.shuffle.partitions") == "2"


def test_a_session_in_another_zone_gives_the_same_times(session: Any, tmp_path: Path) -> None:
    place = parquet_files(session, tmp_path, TABLE)
    conf = {"spark.sql.session.timeZone": "America/New_York"}
    log = SparkLog.open(SparkPlace(format="parquet", path=place.path, conf=conf), SPEC)
    assert [row["time"] for row in rows_of(log, SECOND_DAY)] == HOURS[24:]
    assert log.newest() == HOURS[-1]
    assert log.counts(SECOND_DAY, DAY) == {datetime(2013, 4, 2, tzinfo=UTC): 24}


def test_a_missing_package_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    message = fault(lambda: SparkLog.open(SparkPlace(table="a"), SPEC))
    assert message == "reading with Spark needs the package pyspark: pip install 'seamark[spark]'"


def test_times_of_a_clock_are_remarked_where_it_shows_an_hour_twice(written: Written) -> None:
    naive = pa.array(HOURS[:2], pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
    (remark,) = written({"id": ["1", "2"], "time": naive}, zone="Europe/Berlin").remarks()
    assert remark.startswith("time is read in Europe/Berlin where it has no offset")
    assert written({"id": ["1", "2"], "time": naive}, zone="UTC").remarks() == []


def test_a_time_of_ingestion_without_zone_spoils_no_window(written: Written) -> None:
    naive = pa.array(HOURS[:2], pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
    log = written({"id": ["1", "2"], "time": HOURS[:2], "ingested": naive})
    assert [row["id"] for row in rows_of(log)] == ["1", "2"]
    assert "ingested is timestamp_ntz, which has no time zone: write `time_zone: UTC`" in log.arrival_trouble
