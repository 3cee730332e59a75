"""Turns the buckets of a past day into one: profiles add up, so nothing is lost but the hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.profile.part import Part
from monitor.store.buckets import bucket_of, seconds
from monitor.store.profiles import Contents, write_bucket
from monitor.store.tables import BUCKET
from monitor.store.turns import take_turn
from monitor.window import Window, floor, to_epoch

DAY_SECONDS = 86_400
_LATE = (BUCKET.c.late_rows, BUCKET.c.late_targets)


@dataclass(frozen=True, slots=True, order=True)
class CompleteDay:
    """A day whose shorter buckets have all been read under a plan."""

    model: str
    plan_id: str
    day: Window


def compactable(
    connection: sa.Connection, now: datetime, compact_after: timedelta, to_seconds: int = DAY_SECONDS
) -> list[CompleteDay]:
    """The days that ended longer ago than `compact_after` and are complete in shorter buckets of one length."""
    before = to_epoch(floor(now - compact_after, timedelta(seconds=to_seconds)))
    day = (BUCKET.c.bucket_start - BUCKET.c.bucket_start % to_seconds).label("day")
    complete = connection.execute(
        sa.select(BUCKET.c.model, BUCKET.c.plan_id, day)
        .where(
            BUCKET.c.bucket_seconds < to_seconds,
            to_seconds % BUCKET.c.bucket_seconds == 0,
            BUCKET.c.bucket_start < before,
        )
        .group_by(BUCKET.c.model, BUCKET.c.plan_id, BUCKET.c.bucket_seconds, "day")
        .having(sa.func.count() * BUCKET.c.bucket_seconds == to_seconds)
    )
    return sorted({CompleteDay(row.model, row.plan_id, bucket_of(row.day, to_seconds)) for row in complete})


def replace_by_day(
    connection: sa.Connection,
    model: str,
    plan_id: str,
    day: Window,
    *,
    rows: int,
    targets: int,
    parts: Mapping[Part, Contents],
    now: datetime,
) -> None:
    """Store the day in place of the shorter buckets inside it; what came too late for them stays counted.

    Who reads the profiles that make up the day in the same transaction calls `take_turn` first, so that nobody
    changes them in between.
    """
    take_turn(connection, "write", model)
    inside = sa.and_(
        BUCKET.c.model == model,
        BUCKET.c.plan_id == plan_id,
        BUCKET.c.bucket_seconds < seconds(day),
        BUCKET.c.bucket_start >= to_epoch(day.start),
        BUCKET.c.bucket_start + BUCKET.c.bucket_seconds <= to_epoch(day.end),
    )
    late = connection.execute(
        sa.select(*(sa.func.coalesce(sa.func.sum(column), 0) for column in _LATE)).where(inside)
    ).one()
    connection.execute(sa.delete(BUCKET).where(inside))
    write_bucket(connection, model, plan_id, day, rows=rows, targets=targets, parts=parts, now=now)
    connection.execute(
        sa.update(BUCKET)
        .where(
            BUCKET.c.model == model,
            BUCKET.c.plan_id == plan_id,
            BUCKET.c.bucket_seconds == seconds(day),
            BUCKET.c.bucket_start == to_epoch(day.start),
        )
        .values({column: column + int(count) for column, count in zip(_LATE, late, strict=True)})
    )
