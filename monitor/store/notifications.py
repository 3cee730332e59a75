"""The outbox: messages that wait, were delivered, or were given up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from alerts.history import Claimed
from alerts.notification import Notification
from monitor.store.tables import NOTIFICATION
from monitor.store.upsert import insert
from monitor.window import from_epoch, to_epoch

CLAIM_LAPSES_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StoredOutbox:
    """The outbox in the store; `transaction` opens what each call is done in."""

    transaction: Callable[[], AbstractContextManager[sa.Connection]]

    @classmethod
    def within(cls, connection: sa.Connection) -> StoredOutbox:
        """The outbox inside a transaction that is open already."""
        return cls(lambda: nullcontext(connection))

    def add(self, notifications: Sequence[Notification]) -> None:
        rows = [
            {
                "receiver": notification.receiver,
                "channel": notification.channel,
                "dedup_key": notification.dedup_key,
                "group_key": notification.payload["groupKey"],
                "status": "planned",
                "payload": notification.payload,
                "created_at": to_epoch(notification.created_at),
                "next_attempt_at": to_epoch(notification.created_at),
            }
            for notification in notifications
        ]
        if rows:
            with self.transaction() as connection:
                connection.execute(insert(connection, NOTIFICATION).on_conflict_do_nothing(), rows)

    def claim(self, now: datetime, limit: int, *, besides: Collection[str] = ()) -> Sequence[Claimed]:
        earlier = NOTIFICATION.alias("earlier")
        overtakes = sa.exists().where(  # what resolves must not arrive before what fired
            earlier.c.receiver == NOTIFICATION.c.receiver,
            earlier.c.group_key == NOTIFICATION.c.group_key,
            earlier.c.status == "planned",
            earlier.c.notification_id < NOTIFICATION.c.notification_id,
        )
        due = (
            sa.select(NOTIFICATION)
            .where(NOTIFICATION.c.status == "planned", NOTIFICATION.c.next_attempt_at <= to_epoch(now))
            .where(NOTIFICATION.c.receiver.not_in(list(besides)), ~overtakes)
            .order_by(NOTIFICATION.c.notification_id)
            .limit(limit)
        )
        with self.transaction() as connection:
            return [_claimed(row) for row in connection.execute(due).all() if self._take(connection, row, now)]

    def sent(self, id: int, now: datetime) -> None:  # noqa: A002 - the word of the Protocol
        self._mark(id, status="sent", sent_at=to_epoch(now), error="")

    def retry(self, id: int, next_attempt_at: datetime, error: str) -> None:  # noqa: A002
        self._mark(id, next_attempt_at=to_epoch(next_attempt_at), error=error)

    def dead(self, id: int, error: str) -> None:  # noqa: A002
        self._mark(id, status="dead", error=error)

    @staticmethod
    def _take(connection: sa.Connection, row: sa.Row[tuple[object, ...]], now: datetime) -> bool:
        """Whether nobody else took the message since it was read."""
        taken = connection.execute(
            sa.update(NOTIFICATION)
            .where(
                NOTIFICATION.c.notification_id == row.notification_id,
                NOTIFICATION.c.attempts == row.attempts,
                NOTIFICATION.c.status == "planned",
            )
            .values(attempts=row.attempts + 1, next_attempt_at=to_epoch(now + CLAIM_LAPSES_AFTER))
        )
        return taken.rowcount == 1

    def _mark(self, notification_id: int, **values: str | int) -> None:
        with self.transaction() as connection:
            connection.execute(
                sa.update(NOTIFICATION)
                .where(NOTIFICATION.c.notification_id == notification_id, NOTIFICATION.c.status == "planned")
                .values(**values)
            )


def _claimed(row: sa.Row[tuple[object, ...]]) -> Claimed:
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
