"""Whom to tell of which event: the entries that are planned with it, by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.history import Address
from alerts.state import AlertEvent
from monitor.store.tables import ALERT_EVENT, ALERT_GROUP, OUTBOX
from monitor.store.upsert import insert
from monitor.window import to_epoch

AT_ONCE = 400  # alerts that one statement asks for: SQLite counts parameters


@dataclass(frozen=True, slots=True)
class StoredDesk:
    """The desk in the store, inside one transaction."""

    connection: sa.Connection
    now: datetime

    def plan(self, firing: Sequence[tuple[AlertEvent, Sequence[Address]]], resolved: Sequence[AlertEvent]) -> None:
        self._plan_firing([(event, addresses) for event, addresses in firing if addresses])
        self._plan_resolved(resolved)

    def _plan_firing(self, firing: Sequence[tuple[AlertEvent, Sequence[Address]]]) -> None:
        if not firing:
            return
        groups = self._groups([address for _, addresses in firing for address in addresses])
        events = self._firing_events([event for event, _ in firing])
        rows = [
            self._row(
                events[event.identity.fingerprint, event.episode],
                address.receiver,
                groups[address.receiver, address.group_key],
            )
            for event, addresses in firing
            for address in addresses
        ]
        self.connection.execute(
            insert(self.connection, OUTBOX).on_conflict_do_nothing(), [{**row, "is_open": True} for row in rows]
        )

    def _plan_resolved(self, resolved: Sequence[AlertEvent]) -> None:
        """A resolve goes to those whose entry of the firing is open, into the same group."""
        ends = {(event.identity.fingerprint, event.episode): event for event in resolved}
        rows: list[dict[str, object]] = []
        touched: set[int] = set()
        for some in _some(sorted({fingerprint for fingerprint, _ in ends})):
            ids = self._ids(some)
            began = (
                sa.select(OUTBOX.c.receiver, OUTBOX.c.group_id, ALERT_EVENT.c.fingerprint, ALERT_EVENT.c.episode)
                .join(ALERT_EVENT, ALERT_EVENT.c.event_id == OUTBOX.c.event_id)
                .where(OUTBOX.c.is_open, ALERT_EVENT.c.fingerprint.in_(some))
            )
            for row in self.connection.execute(began):
                event = ends.get((row.fingerprint, row.episode))
                if event is not None:
                    rows.append(self._row(ids[row.fingerprint, event.number], row.receiver, row.group_id))
                    touched.add(row.group_id)
        if rows:
            self.connection.execute(insert(self.connection, OUTBOX).on_conflict_do_nothing(), rows)
        for some_groups in _some(sorted(touched)):
            idle = ALERT_GROUP.c.group_id.in_(some_groups) & ALERT_GROUP.c.flush_at.is_(None)
            self.connection.execute(sa.update(ALERT_GROUP).where(idle).values(flush_at=to_epoch(self.now)))

    def _groups(self, addresses: Iterable[Address]) -> Mapping[tuple[str, str], int]:
        """The groups' ids; a new or idle one is told of after its wait, any other when its turn comes."""
        known = {(address.receiver, address.group_key): address for address in addresses}
        rows = [
            {
                "receiver": receiver,
                "group_key": group_key,
                "route": known[receiver, group_key].route,
                "labels": dict(known[receiver, group_key].labels),
                "flush_at": to_epoch(self.now + known[receiver, group_key].wait),
            }
            for receiver, group_key in sorted(known)
        ]
        statement = insert(self.connection, ALERT_GROUP)
        statement = statement.on_conflict_do_update(
            index_elements=[ALERT_GROUP.c.receiver, ALERT_GROUP.c.group_key],
            set_={
                "flush_at": sa.func.coalesce(ALERT_GROUP.c.flush_at, statement.excluded.flush_at),
                "route": statement.excluded.route,
            },
        )
        self.connection.execute(statement, rows)
        found: dict[tuple[str, str], int] = {}
        for some in _some(sorted({group_key for _, group_key in known})):
            asked = sa.select(ALERT_GROUP.c.group_id, ALERT_GROUP.c.receiver, ALERT_GROUP.c.group_key)
            for row in self.connection.execute(asked.where(ALERT_GROUP.c.group_key.in_(some))):
                found[row.receiver, row.group_key] = row.group_id
        return found

    def _firing_events(self, events: Sequence[AlertEvent]) -> Mapping[tuple[str, int], int]:
        """The ids of the events that began these episodes."""
        found: dict[tuple[str, int], int] = {}
        wanted = {(event.identity.fingerprint, event.episode) for event in events}
        for some in _some(sorted({fingerprint for fingerprint, _ in wanted})):
            asked = sa.select(ALERT_EVENT.c.event_id, ALERT_EVENT.c.fingerprint, ALERT_EVENT.c.episode).where(
                ALERT_EVENT.c.fingerprint.in_(some),
                ALERT_EVENT.c.to_state == "firing",
                ALERT_EVENT.c.from_state != "recovering",
            )
            for row in self.connection.execute(asked.order_by(ALERT_EVENT.c.number)):
                if (row.fingerprint, row.episode) in wanted:
                    found[row.fingerprint, row.episode] = row.event_id
        return found

    def _ids(self, fingerprints: Sequence[str]) -> Mapping[tuple[str, int], int]:
        asked = sa.select(ALERT_EVENT.c.event_id, ALERT_EVENT.c.fingerprint, ALERT_EVENT.c.number).where(
            ALERT_EVENT.c.fingerprint.in_(fingerprints), ALERT_EVENT.c.to_state == "inactive"
        )
        return {(row.fingerprint, row.number): row.event_id for row in self.connection.execute(asked)}

    def _row(self, event_id: int, receiver: str, group_id: int) -> dict[str, object]:
        return {
            "event_id": event_id,
            "receiver": receiver,
            "group_id": group_id,
            "status": "planned",
            "is_open": False,
            "created_at": to_epoch(self.now),
        }


def _some(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
