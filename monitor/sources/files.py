"""Reads a reference out of a Parquet or CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
from pyarrow import csv, parquet

from monitor.errors import SourceError
from monitor.profile.shape import Kind
from monitor.sources.faults import did_you_mean, listed
from monitor.sources.filecolumns import UnreadableValueError, conversion
from monitor.sources.spec import ROWS_PER_BATCH

PARQUET = (".parquet", ".pq")
CSV = (".csv", ".csv.gz")
_CSV_PARSING = csv.ParseOptions(newlines_in_values=True)


def read_file(
    path: Path, columns: Mapping[str, str], kinds: Mapping[str, Kind], *, time_zone: str | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of a file as record batches, in the shape that tables give.

    Text in a numeric column is an error here and names its row (the first below the heading is row 1).
    Categories of a CSV file, which has no types, are what the file says, but for columns that begin with
    nothing but `true` and `false`, or nothing but numbers like `1.0`.
    """
    zone = ZoneInfo(time_zone) if time_zone else None
    is_csv = has_ending(path, CSV)
    conversions = {name: conversion(name, kinds.get(name), zone, is_csv=is_csv) for name in columns}
    row = 1
    with _translated(path):
        for batch in _batches(path, list(dict.fromkeys(columns.values()))):
            arrays = {}
            for name, column in columns.items():
                with _placed(path, column, row):
                    arrays[name] = conversions[name](batch[column])
            yield pa.RecordBatch.from_pydict(arrays)
            row += batch.num_rows
    if row == 1:
        raise SourceError(f"{path} has no rows", permanent=True)


def file_schema(path: Path) -> pa.Schema:
    """Names and types of the columns; those of a CSV file are what its first rows look like."""
    with _translated(path):
        if has_ending(path, PARQUET):
            return parquet.read_schema(path)
        if has_ending(path, CSV):
            with csv.open_csv(path, parse_options=_CSV_PARSING) as reader:
                return reader.schema
        endings = listed((*PARQUET, *CSV))
        raise SourceError(f"{path} is of no kind that can be read, which are {endings}", permanent=True)


def file_fingerprint(path: Path) -> str:
    """Changes when the file does."""
    with _translated(path):
        found = path.stat()
        return f"{found.st_size} bytes of {found.st_mtime_ns}"


def first_rows(path: Path, columns: list[str]) -> pa.RecordBatch | None:
    """The first rows, as the file has them; none of an empty file."""
    with _translated(path):
        return next(_batches(path, columns), None)


def has_ending(path: Path | str, endings: tuple[str, ...]) -> bool:
    """Whether a file is of the kind that has these endings."""
    return str(path).casefold().endswith(endings)


def _batches(path: Path, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    """Batches that are not empty, in the types of the file; CSV is all text."""
    known = file_schema(path).names
    missing = [name for name in wanted if name not in known]
    if missing:
        has = f"it has: {listed(known)}"
        faults = [f"{path} has no column {name}{did_you_mean(name, known) or ';'} {has}" for name in missing]
        raise SourceError("\n".join(faults), permanent=True)
    batches = _parquet_batches(path, wanted) if has_ending(path, PARQUET) else _csv_batches(path, wanted)
    return (batch for batch in batches if batch.num_rows)


def _parquet_batches(path: Path, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    with parquet.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=ROWS_PER_BATCH, columns=wanted)


def _csv_batches(path: Path, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    as_text = csv.ConvertOptions(include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()))
    with csv.open_csv(path, parse_options=_CSV_PARSING, convert_options=as_text) as reader:
        yield from reader


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise SourceError(f"there is no file {path}", permanent=True) from None
    except (pa.ArrowException, OSError) as error:
        first_line = str(error).partition("\n")[0]
        raise SourceError(f"{path} cannot be read: {first_line}", permanent=True) from error


@contextmanager
def _placed(path: Path, column: str, first_row: int) -> Iterator[None]:
    """Says in which file, row and column a value stands that cannot be read."""
    try:
        yield
    except UnreadableValueError as error:
        row = "" if error.position is None else f", row {first_row + error.position:,}"
        raise SourceError(f"{path}, column {column}{row}: {error}", permanent=True) from None
