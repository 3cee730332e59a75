"""Writes rows to PostgreSQL, SQLite or Parquet, in a process of its own: `python -m bench.load '{...}'`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as postgresql
import adbc_driver_sqlite.dbapi as sqlite
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from bench.columns import CATEGORICAL, NUMERIC
from bench.shapes import batches


def postgresql_rows(table: str, rows: Iterator[pa.RecordBatch], **_unused: str) -> None:
    """By COPY. Not logged: that speeds up the writing and changes nothing for who reads."""
    numbers = ", ".join(f"{name} double precision" for name in NUMERIC)
    texts = ", ".join(f"{name} text" for name in CATEGORICAL)
    with postgresql.connect(os.environ["BENCH_DATABASE"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"CREATE UNLOGGED TABLE {table} (id text NOT NULL, time timestamptz NOT NULL, {numbers}, {texts})"
        )
        _ingest(cursor, table, rows)
        connection.commit()


def sqlite_rows(table: str, rows: Iterator[pa.RecordBatch], *, file: str) -> None:
    """Times as ISO 8601 text, which is how people keep them in SQLite."""
    numbers = ", ".join(f"{name} REAL" for name in NUMERIC)
    texts = ", ".join(f"{name} TEXT" for name in CATEGORICAL)
    with sqlite.connect(file) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (id TEXT NOT NULL, time TEXT NOT NULL, {numbers}, {texts})")
        _ingest(cursor, table, (_with_text_times(batch) for batch in rows))
        cursor.execute(f"CREATE INDEX {table}_time ON {table} (time)")
        connection.commit()


def parquet_rows(table: str, rows: Iterator[pa.RecordBatch], *, file: str) -> None:
    first = next(rows)
    with parquet.ParquetWriter(Path(file, f"{table}.parquet"), first.schema) as writer:
        writer.write_batch(first)
        for batch in rows:
            writer.write_batch(batch)


def _ingest(cursor: Any, table: str, rows: Iterator[pa.RecordBatch]) -> None:
    first = next(rows)

    def each() -> Iterator[pa.RecordBatch]:
        yield first
        yield from rows

    cursor.adbc_ingest(table, pa.RecordBatchReader.from_batches(first.schema, each()), mode="append")


def _with_text_times(batch: pa.RecordBatch) -> pa.RecordBatch:
    index = batch.schema.get_field_index("time")
    times = pc.strftime(batch["time"], format="%Y-%m-%dT%H:%M:%SZ")
    return batch.set_column(index, "time", times)


WRITERS: Mapping[str, Callable[..., None]] = {
    "postgresql": postgresql_rows,
    "sqlite": sqlite_rows,
    "parquet": parquet_rows,
}


def main() -> None:
    asked = json.loads(sys.argv[1])
    rows = batches(
        asked["table"],
        asked["rows"],
        start=datetime.fromisoformat(asked["start"]),
        length=timedelta(seconds=asked["seconds"]),
        shift=asked.get("shift", 0.0),
    )
    WRITERS[asked["kind"]](asked["table"], rows, file=asked.get("file", ""))


if __name__ == "__main__":
    main()
