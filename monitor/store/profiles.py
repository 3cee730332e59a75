"""Profiles of buckets, as bytes that the store does not look into."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from monitor.measurement import Segment
from monitor.profile.part import Part
from monitor.store.buckets import StoredBucket, among, bucket_of, seconds, stored_bucket, stretches
from monitor.store.tables import BUCKET, PROFILE
from monitor.store.turns import take_turn
from monitor.store.upsert import insert_of
from monitor.window import Window, to_epoch

FETCHED_AT_ONCE = 200
WRITTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Contents:
    """What is kept of one part of a bucket; `outcome` changes when targets come, `content` does not."""

    content: bytes
    outcome: bytes | None = None


@dataclass(frozen=True, slots=True)
class ProfiledBucket:
    """A bucket that has been read, with the profiles of its parts; without parts it was empty."""

    bucket: Window
    rows: int
    targets: int
    parts: Mapping[Part, Contents]


def write_bucket(
    connection: sa.Connection,
    model: str,
    plan_id: str,
    bucket: Window,
    *,
    rows: int,
    targets: int,
    parts: Mapping[Part, Contents],
    now: datetime,
) -> int:
    """Store a bucket in place of what was there of it; gives its revision."""
    (noted,) = write_buckets(connection, model, plan_id, [ProfiledBucket(bucket, rows, targets, parts)], now=now)
    return noted.revision


def write_buckets(
    connection: sa.Connection, model: str, plan_id: str, profiled: Sequence[ProfiledBucket], *, now: datetime
) -> list[StoredBucket]:
    """Store many buckets, each in place of what was there of it, under a higher revision; late rows stay counted.

    Gives what is noted of them, in the order of time.
    """
    if not profiled:
        return []
    take_turn(connection, "write", model)
    noted = _note(connection, model, plan_id, profiled, now)
    for stretch in stretches(one.bucket for one in noted if one.revision > 1):
        connection.execute(
            sa.delete(PROFILE).where(PROFILE.c.model == model, PROFILE.c.plan_id == plan_id, among(PROFILE, stretch))
        )
    rows = [_row(model, plan_id, one.bucket, part, kept) for one in profiled for part, kept in one.parts.items()]
    for first in range(0, len(rows), WRITTEN_AT_ONCE):
        connection.execute(_ADDED, rows[first : first + WRITTEN_AT_ONCE])
    return noted


def write_outcomes(
    connection: sa.Connection,
    model: str,
    plan_id: str,
    bucket: Window,
    *,
    targets: int,
    outcomes: Mapping[Part, bytes],
) -> bool:
    """Store what later targets changed in a bucket, under a higher revision; False where it is there no more."""
    take_turn(connection, "write", model)
    noted = connection.execute(
        sa.update(BUCKET).where(*_is(model, plan_id, bucket)).values(targets=targets, revision=BUCKET.c.revision + 1)
    )
    if noted.rowcount == 0:
        return False
    by_part = sa.and_(*(column == sa.bindparam(f"of_{column.name}") for column in PROFILE.primary_key.columns))
    changed = [
        {"new": outcome, **{f"of_{name}": value for name, value in _key(model, plan_id, bucket, part).items()}}
        for part, outcome in outcomes.items()
    ]
    if changed:
        connection.execute(sa.update(PROFILE).where(by_part).values(outcome=sa.bindparam("new")), changed)
    return True


def read_profiles(
    connection: sa.Connection,
    model: str,
    plan_id: str,
    buckets: Collection[Window],
    *,
    parts: Collection[Part] | None = None,
) -> Iterator[tuple[Window, Part, Contents]]:
    """The profiles of these buckets, in order of time, a few in memory at a time; all parts, or only these."""
    wanted = sa.select(PROFILE).where(PROFILE.c.model == model, PROFILE.c.plan_id == plan_id)
    if parts is not None:
        wanted = wanted.where(sa.tuple_(*_PART).in_([_part_key(part) for part in parts]))
    for stretch in stretches(buckets):
        in_order = wanted.where(among(PROFILE, stretch)).order_by(PROFILE.c.bucket_start, *_PART)
        with connection.execute(in_order, execution_options={"yield_per": FETCHED_AT_ONCE}) as found:
            for row in found:
                part = Part(row.version, Segment(row.segment_key, row.segment_value))
                yield bucket_of(row.bucket_start, row.bucket_seconds), part, Contents(row.content, row.outcome)


_ADDED = sa.insert(PROFILE)
_PART = (PROFILE.c.version, PROFILE.c.segment_key, PROFILE.c.segment_value)


@cache
def _noting(dialect: str) -> sa.Executable:
    statement = insert_of(dialect, BUCKET)
    replaced = {name: statement.excluded[name] for name in ("rows", "targets", "read_at")}
    return statement.on_conflict_do_update(
        index_elements=list(BUCKET.primary_key.columns), set_={**replaced, "revision": BUCKET.c.revision + 1}
    ).returning(BUCKET)


def _note(
    connection: sa.Connection, model: str, plan_id: str, profiled: Sequence[ProfiledBucket], now: datetime
) -> list[StoredBucket]:
    noted = connection.execute(
        _noting(connection.dialect.name),
        [
            {
                "model": model,
                "plan_id": plan_id,
                "bucket_seconds": seconds(one.bucket),
                "bucket_start": to_epoch(one.bucket.start),
                "rows": one.rows,
                "targets": one.targets,
                "read_at": to_epoch(now),
            }
            for one in profiled
        ],
    )
    return sorted(map(stored_bucket, noted), key=lambda one: one.bucket)


def _is(model: str, plan_id: str, bucket: Window) -> tuple[sa.ColumnElement[bool], ...]:
    return BUCKET.c.model == model, BUCKET.c.plan_id == plan_id, among(BUCKET, [bucket])


def _key(model: str, plan_id: str, bucket: Window, part: Part) -> dict[str, str | int]:
    return {
        "model": model,
        "plan_id": plan_id,
        "bucket_seconds": seconds(bucket),
        "bucket_start": to_epoch(bucket.start),
        **dict(zip((column.name for column in _PART), _part_key(part), strict=True)),
    }


def _part_key(part: Part) -> tuple[str, str, str]:
    return part.version, part.segment.key, part.segment.value


def _row(
    model: str, plan_id: str, bucket: Window, part: Part, contents: Contents
) -> dict[str, str | int | bytes | None]:
    return {
        **_key(model, plan_id, bucket, part),
        "content": contents.content,
        "outcome": contents.outcome,
    }
