"""Keeps rows for a second look, in memory while they are few and then in a file that goes by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Self

import pyarrow as pa

MOST_IN_MEMORY = 16 * 1024 * 1024


class Spool(AbstractContextManager["Spool"]):
    """Takes record batches of one schema, and gives them again."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._writer: pa.RecordBatchWriter | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        if self._writer is None:
            self._writer = pa.ipc.new_stream(self._file, batch.schema)
        self._writer.write_batch(batch)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All that was taken, in the same order."""
        if self._writer is None:
            return
        self._writer.close()
        self._file.seek(0)
        with pa.ipc.open_stream(self._file) as reader:
            yield from reader

    def some(self, share: float) -> Iterator[pa.RecordBatch]:
        """The first rows of each batch, as many as make up a share of all; none of them holds on to the others."""
        for batch in self.batches():
            first = range(math.ceil(min(share, 1.0) * batch.num_rows))
            yield batch.take(pa.array(first, pa.int64()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
