"""Which buckets of a model have been read, even where they were empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa

from monitor.store.tables import BUCKET
from monitor.store.turns import take_turn
from monitor.window import EPOCH, Window, from_epoch, to_epoch

AT_ONCE = 500

_END: sa.BindParameter[int] = sa.bindparam("end")
_INSIDE = (
    sa.select(BUCKET)
    .where(
        BUCKET.c.model == sa.bindparam("of_model"),
        BUCKET.c.bucket_start.between(sa.bindparam("start"), _END),
        BUCKET.c.bucket_start + BUCKET.c.bucket_seconds <= _END,
    )
    .order_by(BUCKET.c.bucket_start)
)
_INSIDE_OF_PLAN = _INSIDE.where(BUCKET.c.plan_id == sa.bindparam("of_plan"))


@dataclass(frozen=True, slots=True)
class StoredBucket:
    """The note that a bucket has been read; what came too late after that is counted, and not in its profiles."""

    bucket: Window
    rows: int
    targets: int
    late_rows: int = 0
    revision: int = 1
    late_targets: int = 0
    read_at: datetime = field(default=EPOCH, compare=False)


def read_buckets(connection: sa.Connection, model: str, plan_id: str, window: Window) -> list[StoredBucket]:
    """The buckets that lie wholly inside a window, in order of time; none overlaps another, a longer one wins."""
    found = connection.execute(_INSIDE_OF_PLAN, {**_within(model, window), "of_plan": plan_id})
    return list(without_overlap(stored_bucket(row) for row in found))


def read_buckets_of_plans(connection: sa.Connection, model: str, window: Window) -> dict[str, list[StoredBucket]]:
    """The same under every plan that has any, by plan."""
    found: dict[str, list[StoredBucket]] = {}
    for row in connection.execute(_INSIDE, _within(model, window)):
        found.setdefault(row.plan_id, []).append(stored_bucket(row))
    return {plan_id: list(without_overlap(found[plan_id])) for plan_id in sorted(found)}


def oldest_bucket(connection: sa.Connection, model: str) -> datetime | None:
    """When the first bucket of a model begins that is still there."""
    oldest = connection.execute(sa.select(sa.func.min(BUCKET.c.bucket_start)).where(BUCKET.c.model == model)).scalar()
    return None if oldest is None else from_epoch(oldest)


def _within(model: str, window: Window) -> dict[str, str | int]:
    return {"of_model": model, "start": to_epoch(window.start), "end": to_epoch(window.end)}


def without_overlap(buckets: Iterable[StoredBucket]) -> Iterator[StoredBucket]:
    """Buckets in order of time, without those that a longer one covers.

    >>> from monitor.window import utc
    >>> day = Window(utc(2013, 4, 1), utc(2013, 4, 2))
    >>> hour = Window(utc(2013, 4, 1, 5), utc(2013, 4, 1, 6))
    >>> [str(stored.bucket) for stored in without_overlap([StoredBucket(hour, 1, 0), StoredBucket(day, 9, 0)])]
    ['2013-04-01T00:00:00Z/2013-04-02T00:00:00Z']
    """
    kept: list[StoredBucket] = []
    for stored in sorted(buckets, key=lambda one: (one.bucket.start, -one.bucket.length)):
        if not kept or kept[-1].bucket.end <= stored.bucket.start:
            kept.append(stored)
    return iter(kept)


def add_late_rows(
    connection: sa.Connection,
    model: str,
    counts: Mapping[datetime, int],
    bucket_seconds: int,
    *,
    plan_id: str | None = None,
) -> None:
    """Count rows that came too late, by the start of their bucket, under every plan that has read it, or under one.

    Where the bucket is part of a longer one by now they count there; where it was never read they count nowhere.
    """
    _add_late(connection, BUCKET.c.late_rows, model, counts, bucket_seconds, plan_id)


def add_late_targets(
    connection: sa.Connection,
    model: str,
    counts: Mapping[datetime, int],
    bucket_seconds: int,
    *,
    plan_id: str | None = None,
) -> None:
    """The same of targets, by the start of the bucket of their prediction."""
    _add_late(connection, BUCKET.c.late_targets, model, counts, bucket_seconds, plan_id)


def _add_late(
    connection: sa.Connection,
    column: sa.Column[int],
    model: str,
    counts: Mapping[datetime, int],
    bucket_seconds: int,
    plan_id: str | None,
) -> None:
    late = [
        {"late": count, "start": to_epoch(start), "end": to_epoch(start) + bucket_seconds}
        for start, count in sorted(counts.items())
    ]
    if not late:
        return
    take_turn(connection, "write", model)
    connection.execute(
        sa.update(BUCKET)
        .where(
            BUCKET.c.model == model,
            sa.true() if plan_id is None else BUCKET.c.plan_id == plan_id,
            BUCKET.c.bucket_start <= sa.bindparam("start"),
            BUCKET.c.bucket_start + BUCKET.c.bucket_seconds >= sa.bindparam("end"),
        )
        .values({column: column + sa.bindparam("late")}),
        late,
    )


def forget_buckets(connection: sa.Connection, model: str, plan_id: str, buckets: Collection[Window]) -> None:
    """Delete buckets with their profiles, as if they had never been read."""
    if not buckets:
        return
    take_turn(connection, "write", model)
    for stretch in stretches(buckets):
        connection.execute(
            sa.delete(BUCKET).where(BUCKET.c.model == model, BUCKET.c.plan_id == plan_id, among(BUCKET, stretch))
        )


def forget_period(connection: sa.Connection, model: str, window: Window) -> None:
    """Delete every bucket of a model that touches a window, under every plan, so that its rows are read again."""
    take_turn(connection, "write", model)
    connection.execute(
        sa.delete(BUCKET).where(
            BUCKET.c.model == model,
            BUCKET.c.bucket_start < to_epoch(window.end),
            BUCKET.c.bucket_start + BUCKET.c.bucket_seconds > to_epoch(window.start),
        )
    )


def stretches(buckets: Iterable[Window]) -> Iterator[Sequence[Window]]:
    """Buckets of one length that follow each other, in order of time, not too many at once."""
    for _, group in groupby(sorted(set(buckets)), key=lambda bucket: bucket.length):
        same_length = list(group)
        yield from (same_length[first : first + AT_ONCE] for first in range(0, len(same_length), AT_ONCE))


def among(table: sa.Table, stretch: Sequence[Window]) -> sa.ColumnElement[bool]:
    """Whether a row of a table belongs to one of the buckets of a stretch."""
    first, last, length = to_epoch(stretch[0].start), to_epoch(stretch[-1].start), seconds(stretch[0])
    between = sa.and_(table.c.bucket_seconds == length, table.c.bucket_start.between(first, last))
    if last - first == (len(stretch) - 1) * length:
        return between  # no gap: a range is all that the index needs, and its order is that of time
    return sa.and_(between, table.c.bucket_start.in_([to_epoch(bucket.start) for bucket in stretch]))


def seconds(bucket: Window) -> int:
    """How long a bucket is."""
    return bucket.length // timedelta(seconds=1)


def bucket_of(start: int, length: int) -> Window:
    """The bucket that starts so many seconds after the epoch and is so many seconds long."""
    return Window(from_epoch(start), from_epoch(start + length))


def stored_bucket(row: sa.Row[tuple[object, ...]]) -> StoredBucket:
    """The note of a bucket as its row has it."""
    return StoredBucket(
        bucket=bucket_of(row.bucket_start, row.bucket_seconds),
        rows=row.rows,
        targets=row.targets,
        late_rows=row.late_rows,
        revision=row.revision,
        late_targets=row.late_targets,
        read_at=from_epoch(row.read_at),
    )
