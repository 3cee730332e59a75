"""References out of Parquet and CSV files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from monitor.errors import SourceError
from monitor.profile.shape import Kind
from monitor.sources.files import read_file
from monitor.sources.moments import INSTANT
from monitor.sources.spec import ROWS_PER_BATCH
from monitor.window import utc

COLUMNS = {"id": "number", "time": "departed", "prediction": "late", "distance": "distance", "carrier": "carrier"}
KINDS: dict[str, Kind] = {"prediction": "categorical", "distance": "numeric", "carrier": "categorical"}
TABLE = pa.table(
    {
        "number": [1, 2, 3],
        "departed": pa.array([utc(2013, 4, 1), utc(2013, 4, 2), None], INSTANT),
        "late": [True, False, None],
        "distance": [1.5, None, 3.0],
        "carrier": ["AA", None, 'O"Hare\nUA, ü'],
        "unused": [1, 2, 3],
    }
)
ROWS = [
    {"id": "1", "time": utc(2013, 4, 1), "prediction": "1", "distance": 1.5, "carrier": "AA"},
    {"id": "2", "time": utc(2013, 4, 2), "prediction": "0", "distance": None, "carrier": None},
    {"id": "3", "time": None, "prediction": None, "distance": 3.0, "carrier": 'O"Hare\nUA, ü'},
]


def written(path: Path, table: pa.Table = TABLE) -> Path:
    if path.suffix == ".gz":
        with pa.CompressedOutputStream(str(path), "gzip") as stream:
            csv.write_csv(table, stream)
    elif path.suffix == ".csv":
        csv.write_csv(table, path)
    else:
        parquet.write_table(table, path)
    return path


def refusal(path: Path, columns: dict[str, str] = COLUMNS) -> str:
    with pytest.raises(SourceError) as caught:
        list(read_file(path, columns, KINDS))
    assert caught.value.permanent
    return str(caught.value)


@pytest.mark.parametrize("name", ["x.parquet", "x.pq", "x.PARQUET", "x.csv", "x.csv.gz"])
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    (batch,) = read_file(written(tmp_path / name), COLUMNS, KINDS)
    assert batch.to_pylist() == ROWS
    assert batch.schema.field("time").type == INSTANT
    assert batch.schema.field("distance").type == pa.float64()


@pytest.mark.parametrize("name", ["x.parquet", "x.csv"])
def test_big_files_come_in_batches(tmp_path: Path, name: str) -> None:
    rows = 5 * ROWS_PER_BATCH
    path = written(
        tmp_path / name, pa.table({"distance": pa.array(range(rows), pa.float64()), "carrier": ["some carrier"] * rows})
    )
    batches = list(read_file(path, {"distance": "distance", "carrier": "carrier"}, KINDS))
    assert len(batches) > 1
    assert [value for batch in batches for value in batch["distance"].to_pylist()] == list(range(rows))


def test_a_column_may_serve_under_two_names(tmp_path: Path) -> None:
    (batch,) = read_file(written(tmp_path / "x.csv"), {"prediction": "late", "carrier": "late"}, KINDS)
    assert batch["prediction"].equals(batch["carrier"])


@pytest.mark.parametrize("name", ["x.parquet", "x.csv"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name) == f"there is no file {tmp_path / name}"


def test_an_unknown_ending_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    message = refusal(tmp_path / "x.xlsx")
    assert "is of no kind that can be read, which are .csv, .csv.gz, .parquet, .pq" in message


@pytest.mark.parametrize("name", ["x.parquet", "x.csv"])
def test_all_missing_columns_of_a_file_are_told_with_suggestions(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name)
    first, second = refusal(path, {"distance": "distanse", "carrier": "weather"}).splitlines()
    has = "it has: carrier, departed, distance, late, number, unused"
    assert first == f"{path} has no column distanse, did you mean distance? {has}"
    assert second == f"{path} has no column weather; {has}"


def test_text_in_a_numeric_column_is_told_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = 20_000
    path.write_text("distance\n" + "1.25\n" * rows + "far\n" + "1\n" * rows)
    assert refusal(path, {"distance": "distance"}) == f"{path}, column distance, row {rows + 1:,}: 'far' is no number"


def test_text_in_a_numeric_column_of_parquet_is_told_too(tmp_path: Path) -> None:
    path = written(tmp_path / "x.parquet", pa.table({"distance": ["1", "far"]}))
    assert refusal(path, {"distance": "distance"}) == f"{path}, column distance, row 2: 'far' is no number"


def test_values_of_another_kind_are_told_by_column(tmp_path: Path) -> None:
    path = written(tmp_path / "x.parquet", pa.table({"distance": pa.array([utc(2013)], INSTANT), "carrier": [b"1"]}))
    assert refusal(path, {"distance": "distance"}) == f"{path}, column distance: timestamp[us, tz=UTC] is no number"
    assert "column carrier: binary data" in refusal(path, {"carrier": "carrier"})


def test_times_without_zone_in_a_file_need_one(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("departed\n2013-07-01 14:00:00\n")
    assert "column departed, row 1: '2013-07-01 14:00:00' has no time zone" in refusal(path, {"time": "departed"})
    (batch,) = read_file(path, {"time": "departed"}, {}, time_zone="Europe/Berlin")
    assert batch["time"].to_pylist() == [utc(2013, 7, 1, 12)]


@pytest.mark.parametrize("name", ["x.parquet", "x.csv"])
def test_a_file_without_rows_is_told(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, TABLE.slice(0, 0))
    assert refusal(path) == f"{path} has no rows"


@pytest.mark.parametrize("name", ["x.parquet", "x.csv"])
def test_a_file_of_no_bytes_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert f"{tmp_path / name} cannot be read: " in refusal(tmp_path / name)


def test_a_row_with_too_few_cells_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,distance\n1,2\n3\n")
    assert "Expected 2 columns, got 1" in refusal(path, {"distance": "distance"})
