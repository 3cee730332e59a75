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
        """Who has a message that is due."""
        with self.transaction() as connection:
            asked = sa.select(NOTIFICATION.c.receiver).distinct().where(*self._due(connection))
            return sorted(connection.scalars(asked))

    def claim(self, receiver: str, lease: timedelta) -> Claimed | None:
        earlier = NOTIFICATION.alias("earlier")
        overtakes = sa.exists().where(  # what resolves must not arrive before what fired
            earlier.c.receiver == NOTIFICATION.c.receiver,
            earlier.c.group_key == NOTIFICATION.c.group_key,
            earlier.c.status == "planned",
            earlier.c.notification_id < NOTIFICATION.c.notification_id,
        )
        with self.transaction() as connection:
            now = self.clock(connection)
            due = sa.select(NOTIFICATION).where(NOTIFICATION.c.receiver == receiver, ~overtakes, *self._due(connection))
            row = connection.execute(due.order_by(NOTIFICATION.c.notification_id).limit(1)).first()
            if row is None:
                return None
            taken = connection.execute(
                sa.update(NOTIFICATION)
                .where(
                    NOTIFICATION.c.notification_id == row.notification_id,
                    NOTIFICATION.c.attempts == row.attempts,
                    NOTIFICATION.c.status == "planned",
                )
                .values(
                    attempts=row.attempts + 1,
                    next_attempt_at=to_epoch(now + lease),
                    lease_until=to_epoch(now + lease),
                    worker=this_worker().name,
                )
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

    def _due(self, connection: sa.Connection) -> list[sa.ColumnElement[bool]]:
        return [
            NOTIFICATION.c.status == "planned",
            NOTIFICATION.c.next_attempt_at <= to_epoch(self.clock(connection)),
        ]

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
        marked = connection.execute(
            sa.update(NOTIFICATION)
            .where(
                NOTIFICATION.c.notification_id == claimed.id,
                NOTIFICATION.c.attempts == claimed.attempts,
                NOTIFICATION.c.status == "planned",
            )
            .values(lease_until=None, worker="", **values)
        )
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
