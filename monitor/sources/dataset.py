"""A log out of files: Parquet, CSV, a folder of either, or a Delta table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from monitor.sources.filecheck import FileKind, arrival_trouble, checked_reader, files_at, lacking
from monitor.sources.filecolumns import may_lack_offset
from monitor.sources.filereader import FileReader, Narrowing
from monitor.sources.filestatistics import last_time
from monitor.sources.folder import FileSet
from monitor.sources.moments import INSTANT, repeated_hour_remarks
from monitor.sources.pushdown import ids_expression, time_expression
from monitor.sources.spec import TableSpec
from monitor.window import EPOCH, Window

_ROWS_WORTH_A_CALL = 32_768
_MICROSECOND = timedelta(microseconds=1)


class FileLog:
    """Files as a `Log`; they are listed anew and read one after the other each time."""

    def __init__(self, spec: TableSpec, files: FileSet, reader: FileReader, arrival_trouble: str = "") -> None:
        self.spec = spec
        self.arrival_trouble = arrival_trouble
        self._files = files
        self._reader = reader

    @classmethod
    def open(cls, path: Path | str, spec: TableSpec, *, kind: FileKind = "files") -> FileLog:
        """Looks at one file and checks; everything that is wrong comes in one permanent `SourceError`."""
        files = files_at(path, kind)
        reader = checked_reader(files, spec, kind)
        return cls(spec, files, reader, arrival_trouble(files, reader, kind))

    def scan(self, window: Window | None = None, *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows of a window, or all rows, in no order."""
        if window is not None:
            return self._between("time", window, only)
        return self._rows(self._reader.names(only))

    def arrived(self, since: datetime, until: datetime, *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows that were ingested in `[since, until)`."""
        return self._between("ingested", Window(since, until), only)

    def lookup(self, ids: Sequence[str], *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows with one of these ids, in one pass over the files."""
        wanted = self._reader.names(only)
        known = pa.array(ids, pa.string())
        column = self.spec.columns["id"]
        narrowing = Narrowing(column, cache(lambda kind: ids_expression(column, kind, known)))
        for batch in self._rows(list(dict.fromkeys([*wanted, "id"])), narrowing) if len(known) else ():
            kept = _kept(batch, pc.is_in(batch["id"], value_set=known))
            if kept.num_rows:
                yield kept.select(wanted)

    def counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, int]:
        """Rows by the start of their bucket; only the times are read."""
        step = granularity // _MICROSECOND
        found: Counter[int] = Counter()
        for batch in self.scan(window, only=("time",)):
            buckets = pc.floor(pc.divide(batch["time"].cast(pa.int64()).cast(pa.float64()), float(step)))
            for each in pc.value_counts(buckets.cast(pa.int64())):
                found[each["values"].as_py()] += each["counts"].as_py()
        return {EPOCH + number * granularity: rows for number, rows in sorted(found.items())}

    def size(self) -> int:
        """How many rows there are."""
        return sum(batch.num_rows for batch in self.scan(only=("id",)))

    def newest(self) -> datetime | None:
        """The last time, which may lie in the future; out of the footers of Parquet files where they tell."""
        best: datetime | None = None
        for file in self._files.files(self._reader.where):
            last = last_time(file, self.spec.columns["time"], self._reader.zone)
            if last is not None and best is not None and last.as_py() <= best:
                continue
            if last is None or self.spec.where:
                found = [pc.max(batch["time"]) for batch in self._reader.read(file, ("time",))]
            else:
                found = [last]
            best = max((each.as_py() for each in (*found, pa.scalar(best, INSTANT)) if each.is_valid), default=None)
        return best

    def is_empty(self, window: Window | None = None) -> bool:
        """Whether no row is there, in the window or at all."""
        return next(iter(self.scan(window, only=("time",))), None) is None

    def has_rows_without_time(self) -> bool:
        """Whether rows have no time; they are in no window."""
        column = self.spec.columns["time"]
        narrowing = Narrowing(column, lambda _: pc.is_null(pc.field(column)), if_missing=True)
        return any(batch["time"].null_count for batch in self._rows(["time"], narrowing))

    def remarks(self) -> list[str]:
        """Columns that some of the files lack, and times whose hour is not clear."""
        remarks = lacking(self._files.files(self._reader.where), list(self.spec.columns.values()))
        column, newest = self.spec.columns.get("time"), next(self._files.newest_first(self._reader.where), None)
        if newest is None or column is None or column not in newest.schema.names:
            return remarks
        may_be_naive = newest.is_text or may_lack_offset(newest.schema.field(column).type)
        return [*remarks, *(repeated_hour_remarks(column, self._reader.zone) if may_be_naive else ())]

    def _between(self, name: str, window: Window, only: Collection[str]) -> Iterator[pa.RecordBatch]:
        wanted = self._reader.names(only)
        column, zone = self.spec.columns[name], self._reader.zone
        narrowing = Narrowing(column, lambda kind: time_expression(column, kind, window, zone))
        for batch in self._rows(list(dict.fromkeys([*wanted, name])), narrowing):
            kept = _kept(batch, _inside(batch[name], window))
            if kept.num_rows:
                yield kept.select(wanted)

    def _rows(self, names: Sequence[str], narrowing: Narrowing | None = None) -> Iterator[pa.RecordBatch]:
        files = self._files.files(self._reader.where)
        return gathered(batch for file in files for batch in self._reader.read(file, names, narrowing))


def gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of small batches in batches that are worth the work of a call."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= _ROWS_WORTH_A_CALL:
            yield pa.concat_batches(waiting)
            waiting = []
    if waiting:
        yield pa.concat_batches(waiting)


def _inside(times: pa.Array, window: Window) -> pa.Array:
    start, end = pa.scalar(window.start, INSTANT), pa.scalar(window.end, INSTANT)
    return pc.and_(pc.greater_equal(times, start), pc.less(times, end))


def _kept(batch: pa.RecordBatch, mask: pa.Array) -> pa.RecordBatch:
    return batch if mask.true_count == batch.num_rows else batch.filter(mask)
