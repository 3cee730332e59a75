"""Logs out of folders of Parquet and CSV files, single files and Delta tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from pyarrow import csv, parquet

from monitor.errors import SourceError
from monitor.profile.shape import Kind
from monitor.sources.dataset import FileLog
from monitor.sources.filecheck import FileKind
from monitor.sources.inferfiles import infer_log_kinds
from monitor.sources.log import Log
from monitor.sources.moments import INSTANT
from monitor.sources.spec import Filter, TableSpec
from monitor.window import Window, utc

deltalake = pytest.importorskip("deltalake")

COLUMNS = {"id": "number", "time": "departed", "prediction": "late", "distance": "distance", "carrier": "carrier"}
KINDS: dict[str, Kind] = {"prediction": "categorical", "distance": "numeric", "carrier": "categorical"}
ROWS = 48
HOURS = [utc(2013, 4, 1) + timedelta(hours=hour) for hour in range(ROWS)]
TABLE = pa.table(
    {
        "number": range(ROWS),
        "departed": pa.array(HOURS, INSTANT),
        "late": [hour % 2 == 0 for hour in range(ROWS)],
        "distance": [None if hour == 5 else hour + 0.5 for hour in range(ROWS)],
        "carrier": [("AA", "UA", None)[hour % 3] for hour in range(ROWS)],
        "unused": ["x"] * ROWS,
    }
)
SECOND_DAY = Window(utc(2013, 4, 2), utc(2013, 4, 3))


def one_parquet_file(folder: Path, table: pa.Table = TABLE) -> Path:
    parquet.write_table(table, folder / "log.parquet", row_group_size=10)
    return folder / "log.parquet"


def parquet_folder(folder: Path, table: pa.Table = TABLE) -> Path:
    for number, start in enumerate(range(0, table.num_rows, 20)):
        parquet.write_table(table.slice(start, 20), folder / f"part-{number}.parquet")
    return folder


def hive_folder(folder: Path, table: pa.Table = TABLE) -> Path:
    keys = pa.schema([("carrier", pa.string()), ("late", pa.bool_())])
    columns = table.set_column(2, "late", table["late"].cast(pa.int8())) if "late" in table.schema.names else table
    keys = pa.schema([columns.schema.field(key.name) for key in keys])
    ds.write_dataset(columns, folder, format="parquet", partitioning=ds.partitioning(keys, flavor="hive"))
    return folder


def one_csv_file(folder: Path, table: pa.Table = TABLE) -> Path:
    csv.write_csv(table, folder / "log.csv")
    return folder / "log.csv"


def csv_folder(folder: Path, table: pa.Table = TABLE) -> Path:
    csv.write_csv(table.slice(0, 20), folder / "a.csv")
    with pa.CompressedOutputStream(str(folder / "b.csv.gz"), "gzip") as stream:
        csv.write_csv(table.slice(20), stream)
    return folder


def delta_table(folder: Path, table: pa.Table = TABLE) -> Path:
    deltalake.write_deltalake(str(folder / "log"), table.slice(0, 20))
    deltalake.write_deltalake(str(folder / "log"), table.slice(20), mode="append")
    return folder / "log"


def partitioned_delta_table(folder: Path, table: pa.Table = TABLE) -> Path:
    deltalake.write_deltalake(str(folder / "log"), table, partition_by=["carrier"])
    return folder / "log"


Written = Callable[..., Path]
FORMS: list[Written] = [
    one_parquet_file,
    parquet_folder,
    hive_folder,
    one_csv_file,
    csv_folder,
    delta_table,
    partitioned_delta_table,
]
every_form = pytest.mark.parametrize("written", FORMS, ids=lambda form: form.__name__)


def opened(
    path: Path, *, columns: dict[str, str] = COLUMNS, where: Sequence[Filter] = (), zone: str | None = None
) -> FileLog:
    kinds: dict[str, Kind] = {**KINDS, **{name: "numeric" for name in columns if name not in (*KINDS, "id", "time")}}
    spec = TableSpec(str(path), columns, kinds, tuple(where), zone)
    return FileLog.open(path, spec, kind=kind_of(path))


def kind_of(path: Path) -> FileKind:
    return "delta" if (path / "_delta_log").is_dir() else "files"


def rows(batches: Iterable[pa.RecordBatch]) -> list[dict[str, Any]]:
    return sorted((row for batch in batches for row in batch.to_pylist()), key=lambda row: int(row.get("id") or 0))


def ids(batches: Iterable[pa.RecordBatch]) -> list[int]:
    return sorted(int(name) for batch in batches for name in batch["id"].to_pylist())


def refusal(path: Path, **wanted: Any) -> str:
    with pytest.raises(SourceError) as caught:
        opened(path, **wanted)
    assert caught.value.permanent
    return str(caught.value)


EXPECTED = [
    {
        "id": str(row["number"]),
        "time": row["departed"],
        "prediction": "1" if row["late"] else "0",
        "distance": row["distance"],
        "carrier": row["carrier"],
    }
    for row in TABLE.to_pylist()
]


@every_form
def test_every_form_gives_the_same_rows(tmp_path: Path, written: Written) -> None:
    log: Log = opened(written(tmp_path))
    batches = list(log.scan())
    assert rows(batches) == EXPECTED
    assert batches[0].schema.field("time").type == INSTANT
    assert batches[0].schema.field("distance").type == pa.float64()
    assert batches[0].schema.field("carrier").type == pa.string()


@every_form
def test_a_window_gives_its_own_rows_and_the_columns_that_are_wanted(tmp_path: Path, written: Written) -> None:
    log = opened(written(tmp_path))
    assert rows(log.scan(SECOND_DAY)) == EXPECTED[24:]
    (names,) = {tuple(batch.schema.names) for batch in log.scan(SECOND_DAY, only=("id", "carrier"))}
    assert names == ("id", "carrier")
    assert list(log.scan(Window(utc(2014), utc(2015)))) == []


@every_form
def test_rows_are_counted_by_bucket(tmp_path: Path, written: Written) -> None:
    log = opened(written(tmp_path))
    half_days = {utc(2013, 4, 1, 12): 12, utc(2013, 4, 2): 12, utc(2013, 4, 2, 12): 6}
    assert log.counts(Window(utc(2013, 4, 1, 12), utc(2013, 4, 2, 18)), timedelta(hours=12)) == half_days


@every_form
def test_rows_are_looked_up_by_the_text_of_their_ids(tmp_path: Path, written: Written) -> None:
    log = opened(written(tmp_path))
    assert rows(log.lookup(["7", "40", "07", "no id", "7.0"], only=("id", "carrier"))) == [
        {"id": "7", "carrier": "UA"},
        {"id": "40", "carrier": "UA"},
    ]
    assert list(log.lookup([])) == []


@every_form
def test_the_last_time_is_found_with_and_without_filters(tmp_path: Path, written: Written) -> None:
    path = written(tmp_path)
    assert opened(path).newest() == HOURS[-1]
    assert opened(path, where=[Filter("carrier", "=", "UA")]).newest() == HOURS[46]


@every_form
def test_emptiness_is_that_of_the_window_and_of_the_filters(tmp_path: Path, written: Written) -> None:
    path = written(tmp_path)
    log = opened(path)
    assert (log.is_empty(), log.is_empty(SECOND_DAY), log.is_empty(Window(utc(2014), utc(2015)))) == (
        False,
        False,
        True,
    )
    assert opened(path, where=[Filter("carrier", "=", "DL")]).is_empty()
    assert not log.has_rows_without_time()


FILTERS = [
    (Filter("carrier", "=", "AA"), lambda row: row["carrier"] == "AA"),
    (Filter("carrier", "!=", "AA"), lambda row: row["carrier"] == "UA"),
    (Filter("carrier", "not in", ("AA", "DL")), lambda row: row["carrier"] == "UA"),
    (Filter("carrier", "in", ("AA", "UA")), lambda row: row["carrier"] is not None),
    (Filter("carrier", "is null"), lambda row: row["carrier"] is None),
    (Filter("carrier", "is not null"), lambda row: row["carrier"] is not None),
    (Filter("distance", "<", 10), lambda row: row["distance"] is not None and row["distance"] < 10),
    (Filter("distance", ">=", 40.5), lambda row: row["distance"] is not None and row["distance"] >= 40.5),
    (Filter("number", "in", (1, 2, 2.5)), lambda row: row["number"] in (1, 2)),
    (Filter("departed", ">=", utc(2013, 4, 2)), lambda row: row["departed"] >= utc(2013, 4, 2)),
    (Filter("departed", "<", date(2013, 4, 2)), lambda row: row["departed"] < utc(2013, 4, 2)),
]


@every_form
@pytest.mark.parametrize(
    ("wanted", "fits"), FILTERS, ids=lambda each: f"{each.column} {each.op}" if isinstance(each, Filter) else ""
)
def test_filters_keep_the_rows_that_sql_would_keep(
    tmp_path: Path, written: Written, wanted: Filter, fits: Callable[[dict[str, Any]], bool]
) -> None:
    log = opened(written(tmp_path), where=[wanted])
    assert ids(log.scan(only=("id",))) == [row["number"] for row in TABLE.to_pylist() if fits(row)]


BERLIN_NOON = utc(2013, 7, 1, 10)
TIMES: list[tuple[pa.Array, str | None]] = [
    *[(pa.array([BERLIN_NOON], pa.timestamp(unit, "Asia/Tokyo")), None) for unit in ("s", "ms", "us", "ns")],
    *[
        (pa.array([datetime.fromisoformat("2013-07-01T12:00")], pa.timestamp(unit)), "Europe/Berlin")
        for unit in ("s", "ms", "us", "ns")
    ],
    *[(pa.array([int(BERLIN_NOON.timestamp()) * scale]), None) for scale in (1, 10**3, 10**6, 10**9)],
    *[(pa.array([BERLIN_NOON.timestamp() * scale]), None) for scale in (1, 10**3)],
    (pa.array(["2013-07-01T12:00:00+02:00"]), None),
    (pa.array(["2013-07-01 12:00:00"]), "Europe/Berlin"),
    (pa.array(["2013-07-01 12:00:00"]).dictionary_encode(), "Europe/Berlin"),
]


# Nobody writes fractions of an epoch as text.
FORMS = [
    (times, zone, ending)
    for times, zone in TIMES
    for ending in ("parquet", "csv")
    if ending == "parquet" or not pa.types.is_floating(times.type)
]


@pytest.mark.parametrize(("times", "zone", "ending"), FORMS, ids=lambda each: str(getattr(each, "type", each)))
def test_times_of_any_form_are_found_in_their_window(
    tmp_path: Path, times: pa.Array, zone: str | None, ending: str
) -> None:
    table = pa.table({"departed": times})
    if ending == "parquet":
        parquet.write_table(table, tmp_path / "x.parquet")
    else:
        csv.write_csv(
            table.set_column(0, "departed", times.cast(pa.string()) if pa.types.is_dictionary(times.type) else times),
            tmp_path / "x.csv",
        )
    log = opened(tmp_path, columns={"time": "departed"}, zone=zone)
    hour = timedelta(hours=1)
    assert [row["time"] for row in rows(log.scan(Window(BERLIN_NOON, BERLIN_NOON + hour)))] == [BERLIN_NOON]
    assert log.is_empty(Window(BERLIN_NOON - hour, BERLIN_NOON))
    assert log.is_empty(Window(BERLIN_NOON + timedelta(microseconds=1), BERLIN_NOON + hour))
    assert log.newest() == BERLIN_NOON


def test_days_begin_in_the_zone(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"departed": pa.array([date(2013, 7, 1), None], pa.date32())}), tmp_path / "x.parquet")
    log = opened(tmp_path, columns={"time": "departed"}, zone="Europe/Berlin")
    assert log.newest() == utc(2013, 6, 30, 22)
    assert not log.is_empty(Window(utc(2013, 6, 30, 22), utc(2013, 6, 30, 23)))
    assert log.has_rows_without_time()


def test_the_rows_that_arrived_are_found_by_their_second_time(tmp_path: Path) -> None:
    later = pa.array([time + timedelta(days=2) for time in HOURS], INSTANT)
    path = parquet_folder(tmp_path, TABLE.append_column("logged", later))
    spec = TableSpec(str(path), COLUMNS | {"ingested": "logged"}, KINDS | {"ingested": "categorical"})
    log = FileLog.open(path, spec)
    assert ids(log.arrived(utc(2013, 4, 4), utc(2013, 4, 4, 2), only=("id",))) == [24, 25]
    assert {batch.schema.field("ingested").type for batch in log.arrived(utc(2013), utc(2014), only=("ingested",))} == {
        INSTANT
    }


def test_a_scan_does_not_read_when_rows_arrived(tmp_path: Path) -> None:
    path = parquet_folder(tmp_path, TABLE.append_column("logged", pa.array([b"no time"] * ROWS)))
    log = FileLog.open(path, TableSpec(str(path), COLUMNS | {"ingested": "logged"}, KINDS))
    assert rows(log.scan()) == EXPECTED
    assert log.arrival_trouble.endswith("logged is binary: no time can be read from it")


def test_a_file_that_appears_is_seen_by_the_next_scan(tmp_path: Path) -> None:
    log = opened(parquet_folder(tmp_path, TABLE.slice(0, 20)))
    assert len(rows(log.scan())) == 20
    parquet.write_table(TABLE.slice(20), tmp_path / "later.parquet")
    assert rows(log.scan()) == EXPECTED


def test_a_new_version_of_a_delta_table_is_seen_and_deleted_rows_are_not(tmp_path: Path) -> None:
    path = delta_table(tmp_path)
    log = opened(path)
    deltalake.DeltaTable(str(path)).delete("number >= 10")
    assert ids(log.scan()) == list(range(10))


def test_a_column_that_a_delta_table_got_later_is_null_in_older_files(tmp_path: Path) -> None:
    path = delta_table(tmp_path)
    more = pa.table({"number": [99], "departed": pa.array([utc(2013, 5, 1)], INSTANT), "weight": [1.5]})
    deltalake.write_deltalake(str(path), more, mode="append", schema_mode="merge")
    log = opened(path, columns={"id": "number", "time": "departed", "weight": "weight"})
    weights = [row["weight"] for row in rows(log.scan())]
    assert weights == [None] * ROWS + [1.5]


def test_the_first_rows_come_before_the_last_file_is_touched(tmp_path: Path) -> None:
    """Memory is bounded by construction: files are opened one by one."""
    count = 40_000
    for name in ("a", "b"):
        parquet.write_table(pa.table({"distance": pa.array(range(count), pa.float64())}), tmp_path / f"{name}.parquet")
    log = opened(tmp_path, columns={"distance": "distance"})
    (tmp_path / "b.parquet").write_bytes(b"not whole")
    batches = log.scan()
    assert next(batches).num_rows == count
    with pytest.raises(SourceError, match=r"b\.parquet cannot be read"):
        next(batches)


def test_small_files_come_in_one_batch(tmp_path: Path) -> None:
    assert [batch.num_rows for batch in opened(parquet_folder(tmp_path)).scan()] == [ROWS]


def test_a_row_group_comes_in_batches(tmp_path: Path) -> None:
    count = 200_000
    parquet.write_table(pa.table({"distance": pa.array(range(count), pa.float64())}), tmp_path / "x.parquet")
    sizes = [batch.num_rows for batch in opened(tmp_path, columns={"distance": "distance"}).scan()]
    assert sum(sizes) == count
    assert max(sizes) <= 65_536


def test_row_groups_outside_the_window_are_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(TABLE, path, row_group_size=24, compression="none", use_dictionary=False)
    log = opened(path)
    column = parquet.read_metadata(path).row_group(0).column(TABLE.schema.names.index("distance"))
    content = bytearray(path.read_bytes())
    content[column.data_page_offset : column.data_page_offset + 16] = b"\xff" * 16
    path.write_bytes(content)
    assert rows(log.scan(SECOND_DAY)) == EXPECTED[24:]
    with pytest.raises(SourceError, match=r"x\.parquet cannot be read"):
        list(log.scan())


def test_partitions_that_the_filter_rules_out_are_not_opened(tmp_path: Path) -> None:
    path = hive_folder(tmp_path)
    for file in (path / "carrier=AA").rglob("*.parquet"):
        file.write_bytes(b"broken")
    assert ids(opened(path, where=[Filter("carrier", "=", "UA")]).scan(SECOND_DAY)) == list(range(25, 48, 3))


def test_files_that_are_being_written_are_not_read(tmp_path: Path) -> None:
    path = parquet_folder(tmp_path)
    for name in ("_part.parquet", ".part.parquet", "_temporary/0/part.parquet", "_SUCCESS"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(b"half")
    (path / "empty.parquet").touch()
    assert rows(opened(path).scan()) == EXPECTED


def test_an_empty_folder_is_an_empty_log(tmp_path: Path) -> None:
    log = opened(tmp_path)
    assert log.is_empty()
    assert log.newest() is None
    assert log.counts(SECOND_DAY, timedelta(hours=1)) == {}
    assert not log.has_rows_without_time()
    parquet_folder(tmp_path)
    assert rows(log.scan()) == EXPECTED


def test_a_column_that_older_files_lack_is_null_there(tmp_path: Path) -> None:
    parquet.write_table(TABLE.slice(0, 20).drop_columns(["distance", "carrier"]), tmp_path / "a.parquet")
    parquet.write_table(TABLE.slice(20), tmp_path / "b.parquet")
    found = rows(opened(tmp_path).scan())
    assert [row["distance"] for row in found[:20]] == [None] * 20
    assert found[20:] == EXPECTED[20:]
    assert ids(opened(tmp_path, where=[Filter("carrier", "is null")]).scan(SECOND_DAY)) == list(range(26, 48, 3))
    assert ids(opened(tmp_path, where=[Filter("distance", "<", 22)]).scan()) == [20, 21]


def test_rows_of_files_without_the_time_have_none(tmp_path: Path) -> None:
    parquet.write_table(TABLE.drop_columns(["departed"]), tmp_path / "a.parquet")
    parquet.write_table(TABLE, tmp_path / "b.parquet")
    log = opened(tmp_path)
    assert log.has_rows_without_time()
    assert len(rows(log.scan(Window(utc(2013), utc(2014))))) == ROWS


@pytest.mark.parametrize("kind", [pa.float64(), pa.string(), pa.int16(), pa.decimal128(21, 2), pa.large_string()])
def test_a_column_whose_type_changes_is_read_file_by_file(tmp_path: Path, kind: pa.DataType) -> None:
    table = pa.table({"number": [1], "departed": pa.array([utc(2013)], INSTANT), "code": pa.array([7])})
    parquet.write_table(table, tmp_path / "a.parquet")
    newer = table.set_column(2, "code", pa.array([7]).cast(kind)).set_column(0, "number", pa.array([2]).cast(kind))
    parquet.write_table(newer, tmp_path / "b.parquet")
    spec = TableSpec(
        str(tmp_path),
        {"id": "number", "as_text": "code", "as_number": "code"},
        {"as_text": "categorical", "as_number": "numeric"},
    )
    log = FileLog.open(tmp_path, spec)
    assert [list(row.values()) for row in rows(log.scan())] == [["1", "7", 7.0], ["2", "7", 7.0]]
    assert ids(log.lookup(["2"])) == [2]


def test_a_type_that_cannot_be_read_is_told_with_its_file_though_newer_ones_have_another(tmp_path: Path) -> None:
    table = pa.table({"number": [1], "departed": pa.array([utc(2013)], INSTANT), "distance": pa.array([b"x"])})
    parquet.write_table(table, tmp_path / "a.parquet")
    parquet.write_table(table.set_column(2, "distance", pa.array([1.5])), tmp_path / "b.parquet")
    spec = TableSpec(str(tmp_path), {"id": "number", "distance": "distance"}, {"distance": "numeric"})
    with pytest.raises(SourceError, match=rf"{tmp_path}/a.parquet, column distance: binary is no number"):
        list(FileLog.open(tmp_path, spec).scan())


def test_text_that_is_no_number_counts_as_invalid(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('distance\n1.5\nfar\n""\nNA\n')
    (batch,) = opened(tmp_path, columns={"distance": "distance"}).scan()
    assert str(batch["distance"].to_pylist()) == "[1.5, nan, None, None]"


def test_all_missing_columns_and_wrong_filters_are_told_at_once(tmp_path: Path) -> None:
    path = parquet_folder(tmp_path)
    message = refusal(path, columns={"distance": "distanse", "carrier": "weather"}, where=[Filter("number", "=", "AA")])
    has = "it has: carrier, departed, distance, late, number, unused"
    assert message.splitlines() == [
        f"{path}: no column distanse, did you mean distance? {has}",
        f"{path}: no column weather; {has}",
        f"{path}: where number =: 'AA' does not go with int64",
    ]


@pytest.mark.parametrize("text", [True, False])
def test_times_without_zone_need_one(tmp_path: Path, text: bool) -> None:
    moment = datetime.fromisoformat("2013-04-01")
    parquet.write_table(pa.table({"departed": [str(moment) if text else moment]}), tmp_path / "x.parquet")
    message = refusal(tmp_path, columns={"time": "departed"})
    assert message.endswith(f"has no time zone: write `time_zone: UTC` (or another) beside `path: {tmp_path}`")
    assert "no time zone is called Europe/Berlim, did you mean Europe/Berlin?" in refusal(
        tmp_path, columns={"time": "departed"}, zone="Europe/Berlim"
    )


def test_a_column_that_holds_no_times_is_told(tmp_path: Path) -> None:
    message = refusal(one_parquet_file(tmp_path), columns={"time": "late"})
    assert message == f"{tmp_path / 'log.parquet'}: late is bool: no time can be read from it"


@pytest.mark.parametrize("value", ["yesterday", "01.04.2013", "n/a"])
def test_text_that_is_no_time_is_told_and_not_passed_over(tmp_path: Path, value: str) -> None:
    parquet.write_table(pa.table({"departed": ["2013-04-01T00:00:00Z"]}), tmp_path / "b.parquet")
    log = opened(tmp_path, columns={"time": "departed"})
    parquet.write_table(pa.table({"departed": [value]}), tmp_path / "a.parquet")
    with pytest.raises(SourceError, match=rf"a\.parquet, column departed: '{value}' is no time"):
        list(log.scan(SECOND_DAY))


def test_numbers_that_are_no_time_are_told_and_not_passed_over(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"departed": [1364774400]}), tmp_path / "b.parquet")
    log = opened(tmp_path, columns={"time": "departed"})
    parquet.write_table(pa.table({"departed": [20130401]}), tmp_path / "a.parquet")
    with pytest.raises(SourceError, match=r"a\.parquet, column departed: 20130401 is no time"):
        list(log.scan(SECOND_DAY))


def test_places_that_cannot_be_logs_are_told(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere") == f"there is no file or folder {tmp_path / 'nowhere'}"
    (tmp_path / "x.xlsx").write_bytes(b"x")
    assert "holds nothing that can be read, which is .csv, .csv.gz, .parquet, .pq; found x.xlsx" in refusal(tmp_path)
    parquet_folder(tmp_path)
    one_csv_file(tmp_path)
    assert "holds both Parquet and CSV files" in refusal(tmp_path)


def test_a_delta_table_is_not_read_as_a_folder(tmp_path: Path) -> None:
    path = delta_table(tmp_path)
    with pytest.raises(SourceError, match="is a Delta table: write `delta:` instead of `path:`"):
        FileLog.open(path, TableSpec(str(path), COLUMNS, KINDS))


def test_a_folder_is_no_delta_table(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"there is no Delta table {tmp_path}"):
        FileLog.open(tmp_path, TableSpec(str(tmp_path), COLUMNS, KINDS), kind="delta")


def test_a_delta_table_that_renames_columns_is_refused(tmp_path: Path) -> None:
    path = delta_table(tmp_path)
    entry = path / "_delta_log" / "00000000000000000000.json"
    entry.write_text(
        entry.read_text().replace('"configuration":{}', '"configuration":{"delta.columnMapping.mode":"name"}')
    )
    with pytest.raises(SourceError, match="columnMapping"):
        opened(path)


def test_without_its_package_a_delta_table_asks_for_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "deltalake", None)
    with pytest.raises(SourceError, match=r"pip install 'seamark\[delta\]'"):
        FileLog.open(tmp_path, TableSpec(str(tmp_path), COLUMNS, KINDS), kind="delta")


def test_a_file_uri_is_a_place_as_well(tmp_path: Path) -> None:
    path = parquet_folder(tmp_path)
    log = FileLog.open(path.as_uri(), TableSpec(path.as_uri(), COLUMNS, KINDS))
    assert rows(log.scan()) == EXPECTED


@every_form
def test_features_are_read_off_every_form(tmp_path: Path, written: Written) -> None:
    path = written(tmp_path)
    inferred = infer_log_kinds(path, exclude=("number", "late"), kind=kind_of(path))
    assert inferred.kinds == {"distance": "numeric", "carrier": "categorical", "unused": "categorical"}
    assert inferred.left_out == {"departed": "is a time"}


@pytest.mark.parametrize("empty", [pa.null(), None], ids=["without type", "not there"])
def test_features_that_only_older_files_hold_are_read_off_them(tmp_path: Path, empty: pa.DataType | None) -> None:
    parquet.write_table(TABLE, tmp_path / "a.parquet")
    newest = TABLE.drop_columns("carrier")
    if empty is not None:
        newest = newest.append_column("carrier", pa.nulls(ROWS, empty))
    parquet.write_table(newest, tmp_path / "b.parquet")
    parquet.write_table(newest.slice(0, 0), tmp_path / "c.parquet")
    inferred = infer_log_kinds(tmp_path, exclude=("number", "late"))
    assert inferred.kinds == {"distance": "numeric", "carrier": "categorical", "unused": "categorical"}
    assert inferred.left_out == {"departed": "is a time"}


def test_what_most_files_hold_says_the_kind_of_a_column(tmp_path: Path) -> None:
    for name in "abc":
        parquet.write_table(TABLE, tmp_path / f"{name}.parquet")
    texts = pa.array([f"{number} miles" for number in range(ROWS)])
    numbers = pa.array(range(ROWS))
    odd = TABLE.drop_columns(["distance", "carrier"]).append_column("distance", texts).append_column("carrier", numbers)
    parquet.write_table(odd, tmp_path / "d.parquet")
    inferred = infer_log_kinds(tmp_path, exclude=("number", "late"))
    assert inferred.kinds == {"distance": "numeric", "carrier": "categorical", "unused": "categorical"}


def test_columns_that_some_files_lack_are_remarked_with_the_files(tmp_path: Path) -> None:
    for name in "abcd":
        parquet.write_table(TABLE.drop_columns("carrier"), tmp_path / f"{name}.parquet")
    parquet.write_table(TABLE.drop_columns("distance"), tmp_path / "e.parquet")
    assert opened(tmp_path).remarks() == [
        f"distance is missing in 1 of 5 files and null in their rows: {tmp_path}/e.parquet",
        "carrier is missing in 4 of 5 files and null in their rows: "
        + ", ".join(f"{tmp_path}/{name}.parquet" for name in "abc")
        + " and 1 more",
    ]


def test_nothing_can_be_read_off_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no files yet"):
        infer_log_kinds(tmp_path)
