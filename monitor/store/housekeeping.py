"""Deletes what is older than it has to be kept, a little at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.database import transaction
from monitor.store.plans import GRACE
from monitor.store.runs import ENDED, MEASURE
from monitor.store.tables import (
    ACTION_RUN,
    ALERT,
    ALERT_EVENT,
    BUCKET,
    CALIBRATION,
    DISTRIBUTION,
    MEASUREMENT,
    MODEL,
    NOTIFICATION,
    PLAN,
    REFERENCE,
    RUN,
    SERIES,
    TARGET_BUCKET,
)
from monitor.store.turns import take_turn
from monitor.window import to_epoch

MANY, FEW = 1000, 50  # rows of a table that go in one transaction; few where much hangs on each
RUNS_KEPT = timedelta(days=32)  # the scheduler looks 31 days back for windows that were missed


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept; after `compact_after` the buckets of a day become one."""

    profiles: timedelta
    measurements: timedelta
    runs: timedelta
    compact_after: timedelta


@dataclass(frozen=True, slots=True)
class Old:
    """The moments, in seconds since the epoch, before which things are old."""

    profiles: int
    measurements: int
    runs: int
    plans: int

    @classmethod
    def at(cls, now: datetime, retention: Retention) -> Old:
        return cls(
            profiles=to_epoch(now - retention.profiles),
            measurements=to_epoch(now - retention.measurements),
            runs=to_epoch(now - max(retention.runs, RUNS_KEPT)),
            plans=to_epoch(now - GRACE),
        )


def forget(store: sa.Engine, retention: Retention, now: datetime) -> dict[str, int]:
    """Delete what is older than its retention and what nothing uses any more; how many rows went, by noun.

    It opens its own transactions, many short ones, so that nobody waits for it long.
    """
    old = Old.at(now, retention)
    return {step.__name__: _all(store, step, old) for step in STEPS}


def bucket(connection: sa.Connection, old: Old) -> int:
    """Buckets with their profiles."""
    past = BUCKET.c.bucket_start + BUCKET.c.bucket_seconds <= old.profiles
    return _delete(connection, BUCKET, past, at_most=FEW)


def target_bucket(connection: sa.Connection, old: Old) -> int:
    """Targets by the time of their observation."""
    has_time = TARGET_BUCKET.c.bucket_seconds > 1  # a second stands for all targets together
    past = sa.and_(has_time, TARGET_BUCKET.c.bucket_start + TARGET_BUCKET.c.bucket_seconds <= old.profiles)
    return _delete(connection, TARGET_BUCKET, past, at_most=MANY)


def measurement(connection: sa.Connection, old: Old) -> int:
    """Measurements, found by way of their series: the index begins with it."""
    series = connection.execute(sa.select(SERIES.c.series_id).where(_oldest() < old.measurements).limit(MANY))
    past = sa.and_(MEASUREMENT.c.series_id.in_(series.scalars().all()), MEASUREMENT.c.window_end < old.measurements)
    return _delete(connection, MEASUREMENT, past, at_most=MANY)


def distribution(connection: sa.Connection, old: Old) -> int:
    """Distributions."""
    return _delete(connection, DISTRIBUTION, DISTRIBUTION.c.window_end < old.measurements, at_most=MANY)


def series(connection: sa.Connection, _: Old) -> int:
    """Series without measurements, unless an alert on them is open."""
    labels = [column.name for column in SERIES.columns if not column.primary_key]
    is_watched = sa.exists().where(ALERT.c.state != "inactive", *(ALERT.c[name] == SERIES.c[name] for name in labels))
    return _delete(connection, SERIES, sa.and_(_oldest().is_(None), ~is_watched), at_most=MANY)


def run(connection: sa.Connection, old: Old) -> int:
    """Windows that have ended, but of each length the last old one stays: the scheduler goes on from there."""
    length = RUN.c.window_end - RUN.c.window_start
    has_ended = sa.and_(RUN.c.purpose == MEASURE, RUN.c.status.in_(ENDED))
    newest = connection.execute(
        sa.select(RUN.c.model, length.label("length"), sa.func.max(RUN.c.window_end).label("window_end"))
        .where(has_ended)
        .group_by(RUN.c.model, "length")
    ).all()
    gone = 0
    for kind in newest:
        of_kind = sa.and_(has_ended, RUN.c.model == kind.model, length == kind.length)
        before = min(old.runs, kind.window_end - int(RUNS_KEPT.total_seconds()))
        last_old = connection.execute(
            sa.select(sa.func.max(RUN.c.window_end)).where(of_kind, RUN.c.window_end <= before)
        ).scalar_one()
        if last_old is not None and gone < MANY:
            gone += _delete(connection, RUN, sa.and_(of_kind, RUN.c.window_end < last_old), at_most=MANY - gone)
    return gone


def alert_event(connection: sa.Connection, old: Old) -> int:
    """Changes of alerts that are at rest."""
    at_rest = sa.select(ALERT.c.fingerprint).where(ALERT.c.state == "inactive")
    past = sa.and_(ALERT_EVENT.c.created_at < old.runs, ALERT_EVENT.c.fingerprint.in_(at_rest))
    return _delete(connection, ALERT_EVENT, past, at_most=MANY)


def notification(connection: sa.Connection, old: Old) -> int:
    """Messages that have arrived."""
    past = sa.and_(NOTIFICATION.c.status == "sent", NOTIFICATION.c.sent_at < old.runs)
    return _delete(connection, NOTIFICATION, past, at_most=MANY)


def action_run(connection: sa.Connection, old: Old) -> int:
    """Actions that have ended, well or not."""
    return _delete(connection, ACTION_RUN, ACTION_RUN.c.finished_at < old.runs, at_most=MANY)


def reference(connection: sa.Connection, old: Old) -> int:
    """References that nothing is held against any more, with their bins."""
    past = sa.and_(
        REFERENCE.c.created_at < old.measurements, REFERENCE.c.reference_id.not_in(sa.select(MODEL.c.reference_id))
    )
    if connection.execute(sa.select(REFERENCE.c.reference_id).where(past).limit(1)).first() is None:
        return 0  # what follows reads all measurements
    unused = [
        REFERENCE.c.reference_id.not_in(sa.select(table.c.reference_id).distinct())
        for table in (MEASUREMENT, DISTRIBUTION)
    ]
    return _delete(connection, REFERENCE, sa.and_(past, *unused), at_most=MANY)


def calibration(connection: sa.Connection, _: Old) -> int:
    """What the windows of references gave that are gone."""
    gone = CALIBRATION.c.reference_id.not_in(sa.select(REFERENCE.c.reference_id))
    return _delete(connection, CALIBRATION, gone, at_most=MANY)


def plan(connection: sa.Connection, old: Old) -> int:
    """Plans that neither a bucket nor a reference is cut by."""
    unused = [PLAN.c.plan_id.not_in(sa.select(table.c.plan_id).distinct()) for table in (BUCKET, REFERENCE)]
    return _delete(connection, PLAN, sa.and_(PLAN.c.created_at < old.plans, *unused), at_most=MANY)


STEPS: tuple[Callable[[sa.Connection, Old], int], ...] = (
    bucket,
    target_bucket,
    measurement,
    distribution,
    series,
    run,
    alert_event,
    notification,
    action_run,
    reference,
    calibration,
    plan,
)


def _all(store: sa.Engine, step: Callable[[sa.Connection, Old], int], old: Old) -> int:
    total = 0
    while True:
        with transaction(store) as connection:
            gone = step(connection, old)
        total += gone
        if gone == 0:
            return total


def _oldest() -> sa.ScalarSelect[int]:
    """When the oldest measurement of a series ends: one look into the index, however many there are."""
    oldest = sa.select(sa.func.min(MEASUREMENT.c.window_end)).where(MEASUREMENT.c.series_id == SERIES.c.series_id)
    return oldest.correlate(SERIES).scalar_subquery()


def _delete(connection: sa.Connection, table: sa.Table, past: sa.ColumnElement[bool], *, at_most: int) -> int:
    """Delete some of the rows that are past, while nobody writes what belongs to their models."""
    keys = list(table.primary_key.columns)
    if table in _SHARED:
        models = sa.select(table.c.model).where(past).distinct().order_by(table.c.model)
        for model in connection.execute(models).scalars().all():
            take_turn(connection, "write", model)
    key = keys[0] if len(keys) == 1 else sa.tuple_(*keys)
    chosen = sa.select(*keys).where(past).limit(at_most).correlate(None)
    return connection.execute(sa.delete(table).where(key.in_(chosen))).rowcount


_SHARED = (BUCKET, SERIES, REFERENCE)  # a writer may be about to use a row of these
