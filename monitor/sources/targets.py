"""Joins targets to predictions by id, across sources and types of id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.profile.shape import Kind
from monitor.sources.log import Log
from monitor.sources.moments import INSTANT
from monitor.window import EPOCH, Window

BEFORE_ALL = pa.scalar(-(2**63), pa.int64())


@dataclass(frozen=True, slots=True)
class NewTargets:
    """So many targets: ids whose first one has come, ids that had one before, and the targets of all of them."""

    rows: int
    first: list[str]
    again: list[str]
    found: list[pa.RecordBatch]


class TargetLookup:
    """The targets of a model; of several for one id the latest counts, and rows are never multiplied."""

    def __init__(self, table: Log, kind: Kind, *, has_times: bool) -> None:
        self.table = table
        self.has_times = has_times
        self._names = ("id", "target", "time") if has_times else ("id", "target")
        self._empty = pa.array([], pa.float64() if kind == "numeric" else pa.string())

    def attach(self, batches: Iterator[pa.RecordBatch], before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        """The same batches with a column `target`, null where there is none.

        With `before`, targets observed at that moment or later are not there yet; one without a time always is.
        """
        for batch in batches:
            yield self.join(batch, self._of(batch["id"], before))

    def observed(self, window: Window) -> Iterator[NewTargets]:
        """The targets observed in a window, some ids at a time and each id once."""
        seen: set[str] = set()
        start = pa.scalar(window.start, INSTANT)
        for batch in self.table.scan(window, only=("id", "time")):
            ids = [name for name in pc.unique(batch["id"].drop_null()).to_pylist() if name not in seen]
            seen.update(ids)
            found = self._of(pa.array(ids, pa.string()), window.end)
            known = [name for part in found for name in _where(part, _earlier(part, start))["id"].to_pylist()]
            again = set(known)
            yield NewTargets(batch.num_rows, [name for name in ids if name not in again], sorted(again), found)

    def join(self, batch: pa.RecordBatch, found: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
        """The batch with a column `target`, out of the targets that were found."""
        targets = pa.concat_arrays([self._empty, *(part["target"] for part in found)])
        return batch.append_column("target", targets.take(_positions(batch["id"], found)))

    def _of(self, ids: pa.Array, before: datetime | None) -> list[pa.RecordBatch]:
        distinct = pc.unique(ids.drop_null()).to_pylist()
        found = list(self.table.lookup(distinct, only=self._names)) if distinct else []
        if before is None or not self.has_times:
            return found
        limit = pa.scalar(before, INSTANT)
        return [_where(part, _earlier(part, limit)) for part in found]


def unmatched_counts(
    predictions: Log, targets: TargetLookup, window: Window, granularity: timedelta
) -> dict[datetime, tuple[int, int]]:
    """Targets by the bucket in which they were observed, and how many ids among them have no prediction at all."""
    rows = targets.table.counts(window, granularity)
    unmatched: dict[datetime, set[str]] = {}
    for batch in targets.table.scan(window, only=("id", "time")):
        distinct = pc.unique(batch["id"].drop_null()).to_pylist()
        known = {name for part in predictions.lookup(distinct, only=("id",)) for name in part["id"].to_pylist()}
        missing = _where(batch, pc.invert(pc.is_in(batch["id"], value_set=pa.array(sorted(known), pa.string()))))
        for name, moment in zip(missing["id"].to_pylist(), _time(missing).to_pylist(), strict=True):
            start = moment - (moment - EPOCH) % granularity
            unmatched.setdefault(start, set()).add(name)
    return {start: (count, len(unmatched.get(start, ()))) for start, count in rows.items()}


def _time(batch: pa.RecordBatch) -> pa.Array:
    return batch["time"].cast(INSTANT)


def _earlier(batch: pa.RecordBatch, moment: pa.Scalar) -> pa.Array:
    """Whether a target was observed before a moment; one without a time was there ever since."""
    return pc.fill_null(pc.less(_time(batch), moment), fill_value=True)


def _where(batch: pa.RecordBatch, rows: pa.Array) -> pa.RecordBatch:
    return batch.filter(pc.fill_null(rows, fill_value=False))


def _positions(ids: pa.Array, found: Sequence[pa.RecordBatch]) -> pa.Array:
    """For each id the position of its latest target among all that were found; null if there is none."""
    known = pa.concat_arrays([pa.array([], pa.string()), *(part["id"] for part in found)])
    if found and "time" in found[0].schema.names:
        times = pa.concat_arrays([part["time"].cast(pa.int64()) for part in found])
        # Stable, so of equal times the last one counts; a target without a time gives way to any other.
        order = pc.fill_null(times, BEFORE_ALL).to_numpy(zero_copy_only=False).argsort(kind="stable")
    else:
        order = np.arange(len(known))
    latest_first = pa.array(order[::-1])
    place = pc.index_in(ids, value_set=_distinct(known.take(latest_first)), skip_nulls=True)
    firsts = _first_places(known.take(latest_first))
    return latest_first.take(firsts.take(place))


def _distinct(ids: pa.Array) -> pa.Array:
    return ids.dictionary_encode().dictionary


def _first_places(ids: pa.Array) -> pa.Array:
    """Where each distinct id stands for the first time, in the order of `_distinct`."""
    codes = ids.dictionary_encode().indices.drop_null()
    _, places = np.unique(codes.to_numpy(zero_copy_only=False), return_index=True)
    if ids.null_count:
        places = np.flatnonzero(ids.is_valid().to_numpy(zero_copy_only=False))[places]
    return pa.array(places, pa.int64())
