"""A store of alerts in memory, for what needs one and is not about SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from alerts.history import Address, Claimed
from alerts.notification import Notification
from alerts.state import AlertEvent, AlertState, Identity


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


@dataclass(slots=True)
class MemoryOutbox:
    """An outbox; `rows` by id."""

    clock: Clock
    rows: dict[int, Row] = field(default_factory=dict)

    def add(self, notification: Notification) -> None:
        self.rows[len(self.rows) + 1] = Row(notification, due=notification.created_at)

    def claim(self, receiver: str, lease: timedelta) -> Claimed | None:
        for id_, row in self.rows.items():
            is_due = row.status == "planned" and row.due <= self.clock()
            if is_due and row.notification.receiver == receiver:
                row.attempts += 1
                row.due = self.clock() + lease
                return Claimed(id=id_, notification=row.notification, attempts=row.attempts)
        return None

    def sent(self, claimed: Claimed) -> bool:
        return self._mark(claimed, "sent", "")

    def retry(self, claimed: Claimed, after: timedelta, error: str) -> bool:
        self.rows[claimed.id].due = self.clock() + after
        return self._mark(claimed, "planned", error)

    def dead(self, claimed: Claimed, error: str) -> bool:
        return self._mark(claimed, "dead", error)

    def _mark(self, claimed: Claimed, status: str, error: str) -> bool:
        row = self.rows[claimed.id]
        if row.attempts != claimed.attempts:
            return False
        row.status, row.error = status, error
        return True


@dataclass(slots=True)
class MemoryDesk:
    """A desk that keeps what was planned: receiver, group and event of each entry."""

    entries: list[tuple[str, str, AlertEvent]] = field(default_factory=list)

    def plan(self, firing: Sequence[tuple[AlertEvent, Sequence[Address]]], resolved: Sequence[AlertEvent]) -> None:
        for event, addresses in firing:
            for address in addresses:
                self.entries.append((address.receiver, address.group_key, event))
        for event in resolved:
            for receiver, group, fired in list(self.entries):
                if fired.fires and (fired.identity, fired.episode) == (event.identity, event.episode):
                    self.entries.append((receiver, group, event))


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
