"""A bounded sample of rows: uniform, and the same whenever it is drawn again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa


def sample(batches: Iterator[pa.RecordBatch], rows: int) -> pa.Table | None:
    """The `rows` rows whose id has the smallest hash; None where there is no row at all.

    Rows without an id are told apart by their place in the stream.
    """
    kept: pa.Table | None = None
    place = 0
    for batch in batches:
        if batch.num_rows == 0:
            continue
        keyed = pa.Table.from_batches([batch]).append_column("hash", pa.array(_hashes(batch, place)))
        place += batch.num_rows
        kept = _smallest(keyed if kept is None else pa.concat_tables([kept, keyed]), rows)
    return None if kept is None else kept.drop_columns("hash")


def _hashes(batch: pa.RecordBatch, place: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    if "id" in batch.schema.names and batch.column("id").null_count == 0:
        return pd.util.hash_array(batch.column("id").to_numpy(zero_copy_only=False), categorize=False)
    return pd.util.hash_array(np.arange(place, place + batch.num_rows), categorize=False)


def _smallest(table: pa.Table, rows: int) -> pa.Table:
    if table.num_rows <= rows:
        return table
    order = np.argpartition(table.column("hash").to_numpy(), rows)[:rows]
    return table.take(pa.array(np.sort(order)))
