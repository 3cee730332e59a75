"""Profiles rows where they lie: on the executors, which need Seamark with numpy and pyarrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.measurement import WHOLE, Segment
from monitor.profile.arrays import TEXT, column
from monitor.profile.column import TARGET
from monitor.profile.ids import IdCounter, hashed
from monitor.profile.model import ModelProfile, total
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.profile.scan import Tally
from monitor.profile.stored import pack_rows, unpack_plan, unpack_profile
from monitor.sources.sparkexecutor import OnExecutor, RowReader
from monitor.window import EPOCH

Key = tuple[int, Part]
Adding = Callable[[pa.Table], pa.Table]
KEYS = ("bucket", "version", "segment_key", "segment_value")
PROFILES = "bucket long, version string, segment_key string, segment_value string, content binary, ids binary"
_SCHEMA = pa.schema(
    [
        ("bucket", pa.int64()),
        *((name, pa.string()) for name in KEYS[1:]),
        ("content", pa.binary()),
        ("ids", pa.binary()),
    ]
)
_MICROSECOND = timedelta(microseconds=1)


def profiled_columns(plan: Plan) -> frozenset[str]:
    """What a profile without targets needs."""
    version = ("version",) if plan.shape.has_versions else ()
    return frozenset(("id", "time", *version, *plan.shape.kinds, *plan.shape.segments.values())) - {TARGET}


def as_profiles(reader: RowReader, packed_plan: bytes, granularity: timedelta) -> OnExecutor:
    """The profiles of the rows of a partition, by bucket and part, each of all rows with hashes of their ids."""

    def profiled(frames: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        plan = unpack_plan(packed_plan)
        tally, ids = Tally(plan, granularity), _Ids(granularity, has_versions=plan.shape.has_versions)
        for batch in reader.rows(frames):
            ids.add(batch)
            tally.add(batch.drop_columns(["id"]) if "id" in batch.schema.names else batch)
        for start, parts in tally.buckets().items():
            for part, profile in parts.items():
                key = ((start - EPOCH) // granularity, part)
                yield _row(key, profile, ids.of(key) if part.segment == WHOLE else b"")

    return profiled


def adding_up(packed_plan: bytes) -> Adding:
    """Makes one profile of those of all partitions for one bucket and part; repeated ids are counted over all."""

    def added(rows: pa.Table) -> pa.Table:
        plan = unpack_plan(packed_plan)
        # In whatever order they come over the net, they are added in one.
        profile = total((unpack_profile(each, b"", plan) for each in sorted(rows["content"].to_pylist())), plan)
        (first,) = rows.slice(0, 1).select(list(KEYS)).to_pylist()
        key = (first["bucket"], Part(first["version"], Segment(first["segment_key"], first["segment_value"])))
        return pa.Table.from_batches([_row(key, replace(profile, duplicates=_repeated(key[1], rows["ids"])), b"")])

    return added


def profile_of(
    row: tuple[int, str, str, str, bytes], plan: Plan, granularity: timedelta
) -> tuple[datetime, Part, ModelProfile]:
    """One profile as the driver gets it."""
    bucket, version, key, value, content = row
    return EPOCH + bucket * granularity, Part(version, Segment(key, value)), unpack_profile(content, b"", plan)


class _Ids:
    """Hashes of the ids of a partition, by bucket and version."""

    def __init__(self, granularity: timedelta, *, has_versions: bool) -> None:
        self._step = granularity // _MICROSECOND
        self._has_versions = has_versions
        self._hashes: dict[Key, list[bytes]] = {}

    def add(self, batch: pa.RecordBatch) -> None:
        rows = batch.filter(column(batch, "id", TEXT).is_valid())
        versions = column(rows, "version", TEXT).fill_null("") if self._has_versions else pa.repeat("", rows.num_rows)
        for version in versions.unique().to_pylist():
            self._add(version, rows.filter(pc.equal(versions, version)))

    def _add(self, version: str, rows: pa.RecordBatch) -> None:
        numbers = np.asarray(rows["time"].cast(pa.int64())) // self._step
        order = np.argsort(numbers, kind="stable")
        ids = column(rows, "id", TEXT).take(pa.array(order))
        buckets, starts = np.unique(numbers[order], return_index=True)
        ends = [*starts[1:].tolist(), len(ids)]
        for bucket, start, end in zip(buckets.tolist(), starts.tolist(), ends, strict=True):
            content = hashed(ids.slice(start, end - start)).tobytes()
            self._hashes.setdefault((bucket, Part(version)), []).append(content)

    def of(self, key: Key) -> bytes:
        return b"".join(self._hashes.get(key, ()))


def _repeated(part: Part, ids: pa.ChunkedArray) -> int | None:
    if part.segment != WHOLE:
        return None
    counter = IdCounter()
    for hashes in ids.to_pylist():
        counter.add(np.frombuffer(hashes, np.uint64))
    return counter.repeated()


def _row(key: Key, profile: ModelProfile, ids: bytes) -> pa.RecordBatch:
    bucket, part = key
    values = (bucket, part.version, part.segment.key, part.segment.value, pack_rows(profile), ids)
    return pa.RecordBatch.from_arrays(
        [pa.array([v], f.type) for v, f in zip(values, _SCHEMA, strict=True)], schema=_SCHEMA
    )
