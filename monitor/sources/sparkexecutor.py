"""What runs on the executors: they need Seamark with numpy and pyarrow, but neither its store nor its drivers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.errors import SourceError
from monitor.profile.shape import Kind
from monitor.sources.filecolumns import Conversion, UnreadableValueError, conversion
from monitor.sources.moments import INSTANT
from monitor.window import Window

OnExecutor = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]
Keep = Callable[[pa.RecordBatch], pa.Array]
BATCHES = "content binary"
ROWS_PER_MESSAGE = 8_192  # Spark copies a row some times, and one of many megabytes fills its memory
COUNTS = "bucket long, rows long"
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RowReader:
    """How the columns of a Spark frame become those of a log; `keep` says which of its rows are wanted at all.

    `text_times` are times out of a CSV file whose types are not known, where numbers are text as well.
    """

    columns: Mapping[str, str]
    kinds: Mapping[str, Kind]
    time_zone: str | None
    text_times: frozenset[str] = frozenset()
    keep: Keep | None = None

    def rows(self, frames: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows that are wanted, in batches that are not empty."""
        conversions = {name: self._conversion(name) for name in self.columns}
        for frame in frames:
            arrays = {name: self._read(convert, name, frame) for name, convert in conversions.items()}
            batch = pa.RecordBatch.from_pydict(arrays)
            kept = batch if self.keep is None else _kept(batch, self.keep(batch))
            if kept.num_rows:
                yield kept

    def _conversion(self, name: str) -> Conversion:
        zone = ZoneInfo(self.time_zone) if self.time_zone else None
        # Categories of such a file stay as they stand: a part of it does not tell what was meant.
        is_csv = name in self.text_times
        return conversion(name, self.kinds.get(name), zone, is_csv=is_csv, text_is_invalid=True)

    def _read(self, convert: Conversion, name: str, frame: pa.RecordBatch) -> pa.Array:
        column = self.columns[name]
        try:
            return convert(frame[column])
        except (UnreadableValueError, SourceError) as error:
            raise SourceError(f"column {column}: {error}", permanent=True) from None


@dataclass(frozen=True, slots=True)
class Inside:
    """Keeps the rows whose time lies in a window."""

    name: str
    window: Window

    def __call__(self, batch: pa.RecordBatch) -> pa.Array:
        start, end = pa.scalar(self.window.start, INSTANT), pa.scalar(self.window.end, INSTANT)
        return pc.and_(pc.greater_equal(batch[self.name], start), pc.less(batch[self.name], end))


@dataclass(frozen=True, slots=True)
class OneOf:
    """Keeps the rows with one of these ids."""

    ids: pa.Array

    def __call__(self, batch: pa.RecordBatch) -> pa.Array:
        return pc.is_in(batch["id"], value_set=self.ids)


def as_messages(reader: RowReader, wanted: Sequence[str]) -> OnExecutor:
    """Rows as Arrow messages, one batch in each."""

    def written(frames: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in reader.rows(frames):
            narrow = batch.select(list(wanted))
            for start in range(0, narrow.num_rows, ROWS_PER_MESSAGE):
                content = _message(narrow.slice(start, ROWS_PER_MESSAGE))
                yield pa.record_batch({"content": pa.array([content], pa.binary())})

    return written


def batch_of(message: bytes) -> pa.RecordBatch:
    """What was written, on the driver."""
    with pa.ipc.open_stream(message) as stream:
        return stream.read_next_batch()


def as_counts(reader: RowReader, granularity: timedelta) -> OnExecutor:
    """The rows of a partition by the number of their bucket since the epoch."""
    step = granularity // _MICROSECOND

    def counted(frames: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        found: Counter[int] = Counter()
        for batch in reader.rows(frames):
            numbers, rows = np.unique(np.asarray(batch["time"].cast(pa.int64())) // step, return_counts=True)
            found.update(dict(zip(numbers.tolist(), rows.tolist(), strict=True)))
        yield pa.record_batch(
            {"bucket": pa.array(list(found), pa.int64()), "rows": pa.array(found.values(), pa.int64())}
        )

    return counted


def _message(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
        stream.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _kept(batch: pa.RecordBatch, mask: pa.Array) -> pa.RecordBatch:
    return batch if mask.true_count == batch.num_rows else batch.filter(mask)
