"""Groups of alerts: which are due to speak, what they have to say, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from alerts.flush import Entry, Flush
from alerts.notification import Notification
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


def take_group(connection: sa.Connection, group_id: int, now: datetime, *, at_once: bool) -> Group | None:
    """A due group, kept from all others until the transaction ends; None where somebody else has or had its turn."""
    asked = sa.select(ALERT_GROUP).where(ALERT_GROUP.c.group_id == group_id, _is_due(now, at_once=at_once))
    row = connection.execute(asked.with_for_update(skip_locked=True, of=ALERT_GROUP)).first()
    if row is None:
        return None
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


def entries_of(connection: sa.Connection, group: Group) -> list[Entry]:
    """What is planned in a group, and the firings of the episodes that go on."""
    return _entries(connection, OUTBOX.c.group_id == group.id, (OUTBOX.c.status == "planned") | OUTBOX.c.is_open)


def standing(connection: sa.Connection, receiver: str, *, resolved_since: datetime) -> list[AlertEvent]:
    """What a receiver was told and still fires, and what it was told since then to have resolved."""
    told = (OUTBOX.c.receiver == receiver) & (OUTBOX.c.status == "done")
    lately = NOTIFICATION.c.sent_at >= to_epoch(resolved_since)
    message = sa.exists().where(NOTIFICATION.c.notification_id == OUTBOX.c.notification_id, lately)
    resolved = (ALERT_EVENT.c.to_state == "inactive") & message
    return [entry.event for entry in _entries(connection, told, OUTBOX.c.is_open | resolved)]


def firing_events(connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[AlertEvent]:
    """The beginnings that entries of the outbox are about, each once."""
    events = (entry.event for entry in _entries(connection, *wanted) if entry.event.fires)
    return [*{(event.identity, event.episode): event for event in events}.values()]


def _entries(connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[Entry]:
    beginning = ALERT_EVENT.alias("beginning")
    began = sa.select(sa.func.max(beginning.c.window_end)).where(
        beginning.c.fingerprint == ALERT_EVENT.c.fingerprint,
        beginning.c.episode == ALERT_EVENT.c.episode,
        beginning.c.to_state == "firing",
        beginning.c.from_state != "recovering",
    )
    own = (OUTBOX.c.outbox_id, OUTBOX.c.status, OUTBOX.c.reason.label("held"))
    columns = (*own, *ALERT_EVENT.c, began.scalar_subquery().label("began"))
    series = [ALERT.c[name] for name in IDENTITY]
    asked = (
        sa.select(*columns, *series)
        .join(ALERT_EVENT, ALERT_EVENT.c.event_id == OUTBOX.c.event_id)
        .join(ALERT, ALERT.c.fingerprint == ALERT_EVENT.c.fingerprint)
        .where(*wanted)
        .order_by(OUTBOX.c.outbox_id)
    )
    return [_entry(row) for row in connection.execute(asked).mappings()]


def close_turn(
    connection: sa.Connection,
    group: Group,
    flush: Flush,
    message: Notification | None,
    *,
    now: datetime,
    interval: timedelta,
) -> None:
    """Write what a turn decided: the message with its entries, what is held or skipped, and the next turn."""
    filed: dict[str, Any] = {"status": "filed", "reason": ""}
    if message is not None:
        filed["notification_id"] = _add(connection, group, message, now)
    _mark(connection, flush.filed, **filed)
    _mark(connection, flush.over, is_open=False)
    for status, reasons in (("skipped", flush.skipped), ("planned", flush.held)):
        for reason in set(reasons.values()):
            _mark(connection, [id_ for id_, why in reasons.items() if why == reason], status=status, reason=reason)
    values: dict[str, Any] = {"flush_at": to_epoch(now + interval) if flush.goes_on else None}
    if message is not None:
        values |= {"notified_at": to_epoch(now), "messages": group.messages + 1}
    connection.execute(sa.update(ALERT_GROUP).where(ALERT_GROUP.c.group_id == group.id).values(**values))


def _add(connection: sa.Connection, group: Group, message: Notification, now: datetime) -> int:
    added = connection.execute(
        sa.insert(NOTIFICATION)
        .values(
            receiver=message.receiver,
            channel=message.channel,
            dedup_key=message.dedup_key,
            group_key=group.key,
            status="planned",
            payload=message.payload,
            created_at=to_epoch(now),
            next_attempt_at=to_epoch(now),
        )
        .returning(NOTIFICATION.c.notification_id)
    )
    return int(added.scalar_one())


def _mark(connection: sa.Connection, ids: Sequence[int], **values: Any) -> None:
    for start in range(0, len(ids), 500):
        some = OUTBOX.c.outbox_id.in_(ids[start : start + 500])
        connection.execute(sa.update(OUTBOX).where(some).values(**values))


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
