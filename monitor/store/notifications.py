"""The messages on their way: claimed, sent, tried again, or given up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from alerts.history import Claimed
from alerts.notification import Notification
from monitor.store.clock import store_time
from monitor.store.tables import NOTIFICATION, OUTBOX
from monitor.store.worker import this_worker
from monitor.window import from_epoch, to_epoch

_EARLIER = NOTIFICATION.alias("earlier")
_OVERTAKES = sa.exists().where(  # what resolves must not arrive before what fired
    _EARLIER.c.receiver == NOTIFICATION.c.receiver,
    _EARLIER.c.group_key == NOTIFICATION.c.group_key,
    _EARLIER.c.status == "planned",
    _EARLIER.c.notification_id < NOTIFICATION.c.notification_id,
)
_IS_DUE = (NOTIFICATION.c.status == "planned") & (NOTIFICATION.c.next_attempt_at <= sa.bindparam("now"))
_IS_OURS = (NOTIFICATION.c.notification_id == sa.bindparam("id")) & (NOTIFICATION.c.attempts == sa.bindparam("try"))

# Statements are made once: to put one together takes longer than to run it.
WHO = sa.select(NOTIFICATION.c.receiver).distinct().where(_IS_DUE)
WORKERS = (
    sa.select(NOTIFICATION.c.worker).distinct().where(NOTIFICATION.c.status == "planned", NOTIFICATION.c.worker != "")
)
NEXT = (
    sa.select(NOTIFICATION)
    .where(NOTIFICATION.c.receiver == sa.bindparam("to"), ~_OVERTAKES, _IS_DUE)
    .order_by(NOTIFICATION.c.notification_id)
    .limit(1)
)
OURS = sa.update(NOTIFICATION).where(_IS_OURS, NOTIFICATION.c.status == "planned")

Note = Callable[[sa.Connection, str, str], None]


def nothing(_connection: sa.Connection, _receiver: str, _error: str) -> None:
    """For those who need not know."""


@dataclass(frozen=True, slots=True)
class StoredOutbox:
    """The messages in the store; `transaction` opens what each call is done in.

    `note` is told, in that transaction, the receiver of a message that arrived, or was given up with an error.
    """

    transaction: Callable[[], AbstractContextManager[sa.Connection]]
    clock: Callable[[sa.Connection], datetime] = store_time
    note: Note = nothing

    def receivers(self) -> list[str]:
        """Who has a message that is due, those that a worker of this machine left behind when it died included."""
        with self.transaction() as connection:
            self._take_back(connection)
            return sorted(connection.scalars(WHO, {"now": to_epoch(self.clock(connection))}))

    def _take_back(self, connection: sa.Connection) -> None:
        me = this_worker()
        for worker in connection.scalars(WORKERS).all():
            if me.knows_to_be_gone(worker):
                connection.execute(
                    sa.update(NOTIFICATION)
                    .where(NOTIFICATION.c.worker == worker, NOTIFICATION.c.status == "planned")
                    .values(next_attempt_at=to_epoch(self.clock(connection)), lease_until=None, worker="")
                )

    def claim(self, receiver: str, lease: timedelta) -> Claimed | None:
        with self.transaction() as connection:
            now = self.clock(connection)
            row = connection.execute(NEXT, {"to": receiver, "now": to_epoch(now)}).first()
            if row is None:
                return None
            until = to_epoch(now + lease)
            taken = connection.execute(
                OURS.values(
                    attempts=NOTIFICATION.c.attempts + 1,
                    next_attempt_at=until,
                    lease_until=until,
                    worker=this_worker().name,
                ),
                {"id": row.notification_id, "try": row.attempts},
            )
            return _claimed(row) if taken.rowcount == 1 else None  # somebody else was quicker

    def sent(self, claimed: Claimed) -> bool:
        with self.transaction() as connection:
            now = to_epoch(self.clock(connection))
            return self._end(connection, claimed, "done", "", status="sent", sent_at=now)

    def retry(self, claimed: Claimed, after: timedelta, error: str) -> bool:
        with self.transaction() as connection:
            due = to_epoch(self.clock(connection) + after)
            return self._mark(connection, claimed, next_attempt_at=due, error=error)

    def dead(self, claimed: Claimed, error: str) -> bool:
        with self.transaction() as connection:
            return self._end(connection, claimed, "failed", error, status="dead")

    def _end(self, connection: sa.Connection, claimed: Claimed, entries: str, error: str, **values: Any) -> bool:
        """Mark a message that needs no further try, with the entries that it tells of."""
        is_ours = self._mark(connection, claimed, error=error, **values)
        if is_ours:
            told = (OUTBOX.c.notification_id == claimed.id) & (OUTBOX.c.status == "filed")
            connection.execute(sa.update(OUTBOX).where(told).values(status=entries, reason=error))
            self.note(connection, claimed.notification.receiver, error)
        return is_ours

    @staticmethod
    def _mark(connection: sa.Connection, claimed: Claimed, **values: Any) -> bool:
        """Note how a try ended; not, where a later try has begun."""
        ours = {"id": claimed.id, "try": claimed.attempts}
        marked = connection.execute(OURS.values(lease_until=None, worker="", **values), ours)
        return marked.rowcount == 1


def _claimed(row: sa.Row[Any]) -> Claimed:
    return Claimed(
        id=row.notification_id,
        attempts=row.attempts + 1,
        notification=Notification(
            receiver=row.receiver,
            channel=row.channel,
            dedup_key=row.dedup_key,
            payload=row.payload,
            created_at=from_epoch(row.created_at),
        ),
    )
