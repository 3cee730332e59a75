"""A store of alerts in memory, for what needs one and is not about SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from alerts.history import Claimed
from alerts.notification import Notification
from alerts.state import AlertEvent, AlertState, Identity

LAPSE = timedelta(minutes=5)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, time: datetime = datetime(2013, 6, 3, 8, tzinfo=UTC)) -> None:
        self.time = time

    def __call__(self) -> datetime:
        return self.time


@dataclass(slots=True)
class Row:
    """One message of the outbox."""

    notification: Notification
    due: datetime
    status: str = "planned"
    attempts: int = 0
    error: str = ""
    sent_at: datetime | None = None


@dataclass(slots=True)
class MemoryOutbox:
    """An outbox; `rows` by id."""

    rows: dict[int, Row] = field(default_factory=dict)

    def add(self, notifications: Sequence[Notification]) -> None:
        known = {row.notification.dedup_key for row in self.rows.values()}
        for notification in notifications:
            if notification.dedup_key not in known:
                self.rows[len(self.rows) + 1] = Row(notification, due=notification.created_at)

    def claim(self, now: datetime, limit: int, *, besides: Collection[str] = ()) -> Sequence[Claimed]:
        due = [
            id_
            for id_, row in self.rows.items()
            if row.status == "planned" and row.due <= now and row.notification.receiver not in besides
        ]
        return [self._claimed(id_, now) for id_ in due[:limit]]

    def _claimed(self, id_: int, now: datetime) -> Claimed:
        row = self.rows[id_]
        row.attempts += 1
        row.due = now + LAPSE
        return Claimed(id=id_, notification=row.notification, attempts=row.attempts)

    def sent(self, id: int, now: datetime) -> None:  # noqa: A002 - the word of the Protocol
        self.rows[id].status, self.rows[id].sent_at = "sent", now

    def retry(self, id: int, next_attempt_at: datetime, error: str) -> None:  # noqa: A002
        self.rows[id].due, self.rows[id].error = next_attempt_at, error

    def dead(self, id: int, error: str) -> None:  # noqa: A002
        self.rows[id].status, self.rows[id].error = "dead", error


@dataclass(slots=True)
class MemoryHistory:
    """A history."""

    kept: dict[Identity, AlertState] = field(default_factory=dict)
    events: list[AlertEvent] = field(default_factory=list)

    def states(self, model: str) -> Mapping[Identity, AlertState]:
        return {identity: state for identity, state in self.kept.items() if identity.model == model}

    def save(self, states: Sequence[AlertState], events: Sequence[AlertEvent]) -> None:
        self.kept.update({state.identity: state for state in states})
        self.events.extend(events)
