"""What groups of alerts decided when they spoke: the messages, what became of their entries, and their next turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.flush import Flush
from alerts.notification import Notification
from monitor.store.groups import Group
from monitor.store.tables import ALERT_GROUP, NOTIFICATION, OUTBOX
from monitor.window import to_epoch


@dataclass(frozen=True, slots=True)
class Turn:
    """What a group decided in its turn: what becomes of its entries, the message if there is one, the next turn."""

    group: Group
    flush: Flush
    message: Notification | None
    next_at: datetime


def close_turns(connection: sa.Connection, turns: Sequence[Turn], now: datetime) -> None:
    """Write what turns decided."""
    messages = _add(connection, turns, now)
    entries = [entry for turn in turns for entry in _entries_after(turn, messages.get(turn.group.id))]
    _update(connection, OUTBOX, OUTBOX.c.outbox_id, entries)
    over = [{"key": id_, "is_open": False} for turn in turns for id_ in turn.flush.over]
    _update(connection, OUTBOX, OUTBOX.c.outbox_id, over)
    _update(connection, ALERT_GROUP, ALERT_GROUP.c.group_id, [_group_after(turn, now) for turn in turns])


def postpone(connection: sa.Connection, group_id: int, until: datetime) -> None:
    """Give a group its next turn at a later moment."""
    one = ALERT_GROUP.c.group_id == group_id
    connection.execute(sa.update(ALERT_GROUP).where(one).values(flush_at=to_epoch(until)))


def _entries_after(turn: Turn, message: int | None) -> Iterator[dict[str, Any]]:
    """How entries stand after a turn."""
    for id_ in turn.flush.filed:
        yield {"key": id_, "status": "filed", "reason": "", "notification_id": message}
    for status, reasons in (("skipped", turn.flush.skipped), ("planned", turn.flush.held)):
        for id_, reason in reasons.items():
            yield {"key": id_, "status": status, "reason": reason, "notification_id": None}


def _group_after(turn: Turn, now: datetime) -> dict[str, Any]:
    notified_at = now if turn.message else turn.group.notified_at
    return {
        "key": turn.group.id,
        "flush_at": to_epoch(turn.next_at) if turn.flush.goes_on else None,
        "notified_at": None if notified_at is None else to_epoch(notified_at),
        "messages": turn.group.messages + (turn.message is not None),
    }


def _update(connection: sa.Connection, table: sa.Table, key: sa.Column[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Set what each row says besides its key."""
    if rows:
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in rows[0] if name != "key"}
        named = [{f"new_{name}": value for name, value in row.items()} for row in rows]
        connection.execute(sa.update(table).where(key == sa.bindparam("new_key")).values(**values), named)


def _add(connection: sa.Connection, turns: Sequence[Turn], now: datetime) -> Mapping[int, int]:
    """The ids of the new messages, by group."""
    rows = [(turn.group.id, _row(turn.group, turn.message, now)) for turn in turns if turn.message]
    if not rows:
        return {}
    added = sa.insert(NOTIFICATION).returning(NOTIFICATION.c.notification_id, sort_by_parameter_order=True)
    ids = connection.execute(added, [row for _, row in rows]).scalars()
    return dict(zip((group_id for group_id, _ in rows), ids, strict=True))


def _row(group: Group, message: Notification, now: datetime) -> dict[str, Any]:
    return {
        "receiver": message.receiver,
        "channel": message.channel,
        "dedup_key": message.dedup_key,
        "group_key": group.key,
        "status": "planned",
        "payload": message.payload,
        "created_at": to_epoch(now),
        "next_attempt_at": to_epoch(now),
    }
