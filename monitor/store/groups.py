"""Groups of alerts: which are due to speak, and what they have to say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.flush import Entry
from alerts.state import AlertEvent, Identity
from monitor.store.alerts import IDENTITY
from monitor.store.tables import ALERT, ALERT_EVENT, ALERT_GROUP, NOTIFICATION, OUTBOX
from monitor.window import from_epoch, to_epoch


@dataclass(frozen=True, slots=True)
class Group:
    """A group whose turn it is; `messages` counts those that it sent so far."""

    id: int
    receiver: str
    key: str
    route: str
    labels: Mapping[str, str]
    notified_at: datetime | None
    messages: int


def due_groups(connection: sa.Connection, now: datetime, *, at_once: bool, besides: Collection[int] = ()) -> list[int]:
    """The groups whose time has come, longest due first; `at_once` all that have something to say.

    A group whose last message is still on its way waits: what comes meanwhile is told together once that arrived.
    """
    asked = sa.select(ALERT_GROUP.c.group_id).where(_is_due(now, at_once=at_once))
    found = connection.scalars(asked.order_by(ALERT_GROUP.c.flush_at, ALERT_GROUP.c.group_id))
    return [group_id for group_id in found if group_id not in besides]


def take_groups(connection: sa.Connection, ids: Sequence[int], now: datetime, *, at_once: bool) -> list[Group]:
    """Due groups, kept from all others until the transaction ends; without those that somebody else has or had."""
    asked = sa.select(ALERT_GROUP).where(ALERT_GROUP.c.group_id.in_(ids), _is_due(now, at_once=at_once))
    asked = asked.order_by(ALERT_GROUP.c.group_id).with_for_update(skip_locked=True, of=ALERT_GROUP)
    return [_group(row) for row in connection.execute(asked)]


def _group(row: sa.Row[Any]) -> Group:
    notified_at = None if row.notified_at is None else from_epoch(row.notified_at)
    return Group(row.group_id, row.receiver, row.group_key, row.route, row.labels, notified_at, row.messages)


def _is_due(now: datetime, *, at_once: bool) -> sa.ColumnElement[bool]:
    on_its_way = sa.exists().where(
        NOTIFICATION.c.receiver == ALERT_GROUP.c.receiver,
        NOTIFICATION.c.group_key == ALERT_GROUP.c.group_key,
        NOTIFICATION.c.status == "planned",
    )
    is_due = ALERT_GROUP.c.flush_at <= to_epoch(now)
    if at_once:
        planned = sa.exists().where(OUTBOX.c.group_id == ALERT_GROUP.c.group_id, OUTBOX.c.status == "planned")
        is_due = is_due | (ALERT_GROUP.c.flush_at.is_not(None) & planned)
    return is_due & ~on_its_way


def entries_of(connection: sa.Connection, groups: Sequence[Group]) -> Mapping[int, Sequence[Entry]]:
    """What is planned in each group, and the firings of the episodes that go on."""
    found: dict[int, list[Entry]] = {group.id: [] for group in groups}
    of_groups = OUTBOX.c.group_id.in_(found)
    for group_id, entry in _entries(connection, of_groups, (OUTBOX.c.status == "planned") | OUTBOX.c.is_open):
        found[group_id].append(entry)
    return found


def standing(connection: sa.Connection, receiver: str, *, resolved_since: datetime) -> list[AlertEvent]:
    """What a receiver was told and still fires, and what it was told since then to have resolved."""
    told = (OUTBOX.c.receiver == receiver) & (OUTBOX.c.status == "done")
    lately = NOTIFICATION.c.sent_at >= to_epoch(resolved_since)
    message = sa.exists().where(NOTIFICATION.c.notification_id == OUTBOX.c.notification_id, lately)
    resolved = (ALERT_EVENT.c.to_state == "inactive") & message
    return [entry.event for _, entry in _entries(connection, told, OUTBOX.c.is_open | resolved)]


def firing_events(connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[AlertEvent]:
    """The beginnings that entries of the outbox are about, each once."""
    events = (entry.event for _, entry in _entries(connection, *wanted) if entry.event.fires)
    return [*{(event.identity, event.episode): event for event in events}.values()]


def _entries(connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[tuple[int, Entry]]:
    beginning = ALERT_EVENT.alias("beginning")
    began = sa.select(sa.func.max(beginning.c.window_end)).where(
        beginning.c.fingerprint == ALERT_EVENT.c.fingerprint,
        beginning.c.episode == ALERT_EVENT.c.episode,
        beginning.c.to_state == "firing",
        beginning.c.from_state != "recovering",
    )
    own = (OUTBOX.c.outbox_id, OUTBOX.c.group_id, OUTBOX.c.status, OUTBOX.c.reason.label("held"))
    columns = (*own, *ALERT_EVENT.c, began.scalar_subquery().label("began"))
    series = [ALERT.c[name] for name in IDENTITY]
    asked = (
        sa.select(*columns, *series)
        .join(ALERT_EVENT, ALERT_EVENT.c.event_id == OUTBOX.c.event_id)
        .join(ALERT, ALERT.c.fingerprint == ALERT_EVENT.c.fingerprint)
        .where(*wanted)
        .order_by(OUTBOX.c.outbox_id)
    )
    return [(row["group_id"], _entry(row)) for row in connection.execute(asked).mappings()]


def _entry(row: sa.RowMapping) -> Entry:
    event = AlertEvent(
        identity=Identity(**{name: row[name] for name in IDENTITY}),
        severity=row["severity"],
        from_state=row["from_state"],
        to_state=row["to_state"],
        reason=row["reason"],
        value=row["value"],
        limit_value=row["limit_value"],
        window_end=from_epoch(row["window_end"]),
        episode=row["episode"],
        fired_at=from_epoch(row["window_end"] if row["began"] is None else row["began"]),
        number=row["number"],
        labels=row["labels"],
        content=row["content"],
    )
    return Entry(row["outbox_id"], event, row["status"], row["held"])
