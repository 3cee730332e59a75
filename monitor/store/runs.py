"""Which windows are planned, running, done, skipped or failed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.store.tables import RUN
from monitor.store.turns import take_turn
from monitor.store.upsert import Rows
from monitor.store.worker import Worker
from monitor.window import EPOCH, Window, from_epoch, to_epoch

MEASURE = "measure"
LEASE = timedelta(minutes=10)
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)
ENDED = ("done", "skipped")
LAST = 2**62  # no window ends later

Ending = Literal["done", "skipped", "failed"]

_OF_MODEL = sa.and_(RUN.c.model == sa.bindparam("of_model"), RUN.c.purpose == MEASURE)
_HAS_ENDED = sa.or_(*(RUN.c.status == status for status in ENDED))
_ENDED = (
    sa.select(RUN.c.window_start, RUN.c.window_end)
    .where(_OF_MODEL, _HAS_ENDED)
    .where(RUN.c.window_end.between(sa.bindparam("since"), sa.bindparam("until")))
)
_LENGTH = (RUN.c.window_end - RUN.c.window_start).label("length")
_COURSES = (
    sa.select(
        _LENGTH,
        sa.func.min(RUN.c.window_end).label("first"),
        sa.func.max(RUN.c.window_end).label("last"),
        sa.func.count().label("windows"),
    )
    .where(_OF_MODEL, _HAS_ENDED, RUN.c.window_end % sa.bindparam("every") == 0)
    .group_by(_LENGTH)
)
_NEWEST_END = sa.select(sa.func.max(RUN.c.window_end)).where(_OF_MODEL, _HAS_ENDED)
_RUNNING = sa.select(RUN.c.window_start, RUN.c.window_end, RUN.c.worker, RUN.c.lease_until).where(
    _OF_MODEL, RUN.c.status == "running"
)
_HELD = sa.select(RUN.c.attempts, RUN.c.status).where(RUN.c.run_id == sa.bindparam("of_run")).with_for_update()
_PLANNED = Rows(
    RUN,
    ("model", "window_start", "window_end", "purpose", "status"),
    lambda statement: statement.on_conflict_do_nothing(),
)
_CLAIMED = (
    sa.update(RUN)
    .where(
        _OF_MODEL,
        RUN.c.window_start == sa.bindparam("start"),
        RUN.c.window_end == sa.bindparam("end"),
        sa.or_(
            RUN.c.status == "planned",
            RUN.c.status == "failed",
            sa.and_(
                RUN.c.status == "running",
                sa.or_(RUN.c.lease_until < sa.bindparam("now"), RUN.c.worker == sa.bindparam("gone")),
            ),
        ),
    )
    .values(
        status="running",
        reason="",
        attempts=RUN.c.attempts + 1,
        started_at=sa.bindparam("now"),
        finished_at=None,
        lease_until=sa.bindparam("lease"),
        worker=sa.bindparam("by"),
    )
    .returning(RUN.c.run_id, RUN.c.attempts)
)
_LET_GO = sa.update(RUN).where(
    RUN.c.run_id == sa.bindparam("of_run"),
    RUN.c.attempts == sa.bindparam("attempt"),
    RUN.c.status == "running",
)


class LostClaimError(StoreError):
    """Another process took the window over, since the lease had run out; nothing is written here."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to measure one window; `attempt` is the fence that the final write must match."""

    run_id: int
    attempt: int


def plan(connection: sa.Connection, model: str, windows: Iterable[Window]) -> None:
    """Put windows on the list; those that stand there already stay as they are."""
    rows = [
        {
            "model": model,
            "window_start": to_epoch(window.start),
            "window_end": to_epoch(window.end),
            "purpose": MEASURE,
            "status": "planned",
        }
        for window in windows
    ]
    _PLANNED.write(connection, rows)


def reopen(connection: sa.Connection, model: str, windows: Sequence[Window]) -> None:
    """Plan windows once more; their measurements get a higher revision.

    One that is being measured right now is taken from its worker, who may have seen what has changed since.
    """
    for window in windows:
        connection.execute(
            sa.update(RUN)
            .where(*_is(model, window), RUN.c.status.in_((*ENDED, "failed", "running")))
            .values(status="planned", lease_until=None)
        )


def claim(connection: sa.Connection, model: str, window: Window, now: datetime, worker: Worker) -> Claim | None:
    """Take a window that is planned, failed, or left behind by a worker that died; None if there is none.

    The windows of a model are measured one after the other, whoever measures them, since alerts move in the
    order of time: while a worker holds an earlier window, a later one is not given away.
    """
    take_turn(connection, "run", model)  # no two workers claim windows of one model at the same moment
    start, end, moment = to_epoch(window.start), to_epoch(window.end), to_epoch(now)
    gone = None
    for row in connection.execute(_RUNNING, {"of_model": model}):
        is_gone = worker.knows_to_be_gone(row.worker)
        if (row.window_start, row.window_end) == (start, end):
            gone = row.worker if is_gone else None
        elif row.window_end < end and row.lease_until >= moment and not is_gone:
            return None
    asked = {"of_model": model, "start": start, "end": end, "now": moment, "gone": gone}
    taken = connection.execute(_CLAIMED, {**asked, "lease": to_epoch(now + LEASE), "by": worker.name}).first()
    return None if taken is None else Claim(run_id=taken.run_id, attempt=taken.attempts)


def finish(
    connection: sa.Connection,
    claimed: Claim,
    status: Ending,
    *,
    now: datetime,
    reason: str = "",
    rows: int = 0,
) -> None:
    """Write how a window ended.

    Raises `LostClaimError` where another process holds the window by now.
    """
    _let_go(connection, claimed, status=status, reason=reason, rows=rows, finished_at=to_epoch(now))


def give_back(connection: sa.Connection, claimed: Claim) -> None:
    """Leave a window to whoever comes next, as when the user breaks off."""
    _let_go(connection, claimed, status="planned", attempts=claimed.attempt - 1, started_at=None)


def holds(connection: sa.Connection, claimed: Claim) -> bool:
    """Whether the window is still this claim's; on PostgreSQL nobody can take it over before the transaction ends."""
    row = connection.execute(_HELD, {"of_run": claimed.run_id}).first()
    return row is not None and row.attempts == claimed.attempt and row.status == "running"


def ended(
    connection: sa.Connection, model: str, *, since: datetime | None = None, until: datetime | None = None
) -> set[Window]:
    """The windows of a model that are done or skipped, of those that end within a stretch of time."""
    asked = {
        "of_model": model,
        "since": to_epoch(EPOCH if since is None else since),
        "until": LAST if until is None else to_epoch(until),
    }
    rows = connection.execute(_ENDED, asked)
    return {Window(from_epoch(row.window_start), from_epoch(row.window_end)) for row in rows}


def ended_without_gap(connection: sa.Connection, model: str, every: timedelta) -> set[Window]:
    """The windows of a model that are done or skipped; only the newest of each length where none before is missing.

    One that ends elsewhere than on a multiple of `every` is no part of that, and fills no gap.
    """
    step = every // timedelta(seconds=1)
    found = connection.execute(_COURSES, {"of_model": model, "every": step}).all()
    if any(one.last - one.first != (one.windows - 1) * step for one in found):
        return ended(connection, model)
    return {Window(from_epoch(one.last - one.length), from_epoch(one.last)) for one in found}


def newest_end(connection: sa.Connection, model: str) -> datetime | None:
    """When the newest window ends that is done or skipped."""
    found = connection.execute(_NEWEST_END, {"of_model": model}).scalar_one()
    return None if found is None else from_epoch(found)


def windows_touching(connection: sa.Connection, model: str, buckets: Collection[Window]) -> list[Window]:
    """The windows of a model that have ended, or are being measured, and contain any of these buckets, in order."""
    if not buckets:
        return []
    first, last = min(bucket.start for bucket in buckets), max(bucket.end for bucket in buckets)
    rows = connection.execute(
        sa.select(RUN.c.window_start, RUN.c.window_end).where(
            RUN.c.model == model,
            RUN.c.purpose == MEASURE,
            RUN.c.status.in_((*ENDED, "running")),
            RUN.c.window_end > to_epoch(first),
            RUN.c.window_start < to_epoch(last),
        )
    )
    windows = {Window(from_epoch(row.window_start), from_epoch(row.window_end)) for row in rows}
    in_order = sorted(buckets)
    return [window for window in sorted(windows) if contains_any(window, in_order)]


def contains_any(window: Window, buckets: Sequence[Window]) -> bool:
    """Whether a bucket lies wholly inside the window; the buckets are in order.

    >>> from monitor.window import utc
    >>> contains_any(Window(utc(2013), utc(2014)), [Window(utc(2012), utc(2015)), Window(utc(2013, 5), utc(2013, 6))])
    True
    """
    first = bisect_left(buckets, window.start, key=lambda bucket: bucket.start)
    last = bisect_left(buckets, window.end, key=lambda bucket: bucket.start)
    return any(buckets[place].end <= window.end for place in range(first, last))


def resting(connection: sa.Connection, model: str, now: datetime) -> set[Window]:
    """The windows of a model that failed a short while ago: each failure doubles the rest, up to an hour."""
    failed = connection.execute(
        sa.select(RUN.c.window_start, RUN.c.window_end, RUN.c.attempts, RUN.c.finished_at).where(
            RUN.c.model == model, RUN.c.purpose == MEASURE, RUN.c.status == "failed"
        )
    )
    return {
        Window(from_epoch(row.window_start), from_epoch(row.window_end))
        for row in failed
        if now < from_epoch(row.finished_at) + rest_after(row.attempts)
    }


def failing(connection: sa.Connection, model: str, length: timedelta) -> int:
    """How many windows of a model, of this length, could not be measured when it was tried last."""
    found = connection.execute(
        sa.select(sa.func.count()).where(
            RUN.c.model == model,
            RUN.c.purpose == MEASURE,
            RUN.c.status == "failed",
            RUN.c.window_end - RUN.c.window_start == int(length.total_seconds()),
        )
    )
    return int(found.scalar_one())


def rest_after(attempts: int) -> timedelta:
    """How long a window rests after so many failures.

    >>> [str(rest_after(attempts)) for attempts in (1, 2, 9)]
    ['0:01:00', '0:02:00', '1:00:00']
    """
    return min(FIRST_REST * (1 << min(attempts - 1, 10)), LONGEST_REST)


def _is(model: str, window: Window) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        RUN.c.model == model,
        RUN.c.purpose == MEASURE,
        RUN.c.window_start == to_epoch(window.start),
        RUN.c.window_end == to_epoch(window.end),
    )


def _let_go(connection: sa.Connection, claimed: Claim, **values: str | int | None) -> None:
    asked = {"of_run": claimed.run_id, "attempt": claimed.attempt, "lease_until": None, **values}
    written = connection.execute(_LET_GO, asked)
    if written.rowcount != 1:
        raise LostClaimError("another process has taken this window over")
