"""Looks up the targets of predictions by id, across databases and types of id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from monitor.profile.shape import Kind
from monitor.sources.conditions import ids_condition
from monitor.sources.moments import INSTANT
from monitor.sources.reflection import raw, reading
from monitor.sources.table import SqlTable
from monitor.sources.values import text
from monitor.window import Window

_IDS_PER_STATEMENT = 1_000


class TargetLookup:
    """The targets of a model; of several for one id the latest counts, and rows are never multiplied.

    With `observed_by`, targets that were observed later are not there yet; a target without a time always is.
    """

    def __init__(self, table: SqlTable, *, observed_by: datetime | None = None) -> None:
        self.table = table
        self.observed_by = observed_by

    def attach(self, batches: Iterator[pa.RecordBatch], kind: Kind) -> Iterator[pa.RecordBatch]:
        """The same batches with a column `target`, null where there is none."""
        empty = pa.array([], pa.float64() if kind == "numeric" else pa.string())
        for batch in batches:
            found = self._found(batch["id"])
            targets = pa.concat_arrays([empty, *(part["target"] for part in found)])
            yield batch.append_column("target", targets.take(_positions(batch["id"], found)))

    def _found(self, ids: pa.Array) -> list[pa.RecordBatch]:
        found: list[pa.RecordBatch] = []
        for chunk in _chunks(ids):
            condition = ids_condition(self.table.column("id"), chunk, self.table.engine)
            found += self.table.select([condition])
        return found if self.observed_by is None else [_observed(part, self.observed_by) for part in found]


def unmatched_targets(predictions: SqlTable, targets: SqlTable, window: Window) -> int | None:
    """How many ids have a target in the window but no prediction at any time; unknown if targets carry no time.

    Predictions that the `where` of the table leaves out are predictions all the same.
    """
    if targets.time is None:
        return None
    unmatched: set[str] = set()
    for batch in targets.scan(window, only=("id", "time")):
        for chunk in _chunks(batch["id"]):
            unmatched.update(set(chunk) - _known(predictions, chunk))
    return len(unmatched)


def _known(table: SqlTable, ids: Sequence[str]) -> set[str | None]:
    column = table.column("id")
    statement = sa.select(raw(column, table.engine)).where(ids_condition(column, ids, table.engine))
    with reading(table.engine) as connection:
        return {text(name) for name in connection.execute(statement).scalars()}


def _chunks(ids: pa.Array) -> Iterator[Sequence[str]]:
    distinct = iter(pc.unique(ids.drop_null()).to_pylist())
    while chunk := list(islice(distinct, _IDS_PER_STATEMENT)):
        yield chunk


def _observed(part: pa.RecordBatch, by: datetime) -> pa.RecordBatch:
    if "time" not in part.schema.names:
        return part
    in_time = pc.less_equal(part["time"], pa.scalar(by, INSTANT))
    return part.filter(pc.fill_null(in_time, fill_value=True))


def _positions(ids: pa.Array, found: Sequence[pa.RecordBatch]) -> pa.Array:
    """For each id the position of its latest target among all that were found; null if there is none."""
    known = [name for part in found for name in part["id"].to_pylist()]
    if found and "time" in found[0].schema.names:
        times = pa.concat_arrays([part["time"].cast(pa.int64()) for part in found])
        # Stable, so of equal times the last one counts; a target without a time gives way to any other.
        order = pc.fill_null(times, -(2**63)).to_numpy(zero_copy_only=False).argsort(kind="stable").tolist()
    else:
        order = range(len(known))
    latest = {known[position]: position for position in order}
    return pa.array([latest.get(name) for name in ids.to_pylist()], pa.int64())
