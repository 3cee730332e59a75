"""How alerts stand and how they changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.state import AlertEvent, AlertState, Identity, labels_of
from monitor.store.silences import match_alerts
from monitor.store.tables import ALERT, ALERT_EVENT
from monitor.store.turns import take_turn
from monitor.store.upsert import Insert, Rows, insert
from monitor.window import from_epoch, to_epoch

IDENTITY = tuple(field.name for field in fields(Identity))
STATE = tuple(field.name for field in fields(AlertState) if field.name != "identity")
MOMENTS = frozenset({"active_since", "fired_at", "recovering_since", "resolved_at", "last_window_end", "judged_until"})
UNACKNOWLEDGED = {"acknowledged_by": "", "acknowledged_at": None, "acknowledged_comment": ""}


def _replace_state(statement: Insert) -> Insert:
    """An acknowledgement belongs to the episode that somebody saw."""
    goes_on = ALERT.c.episode == statement.excluded.episode
    replaced: dict[str, sa.ColumnElement[Any]] = {name: statement.excluded[name] for name in STATE}
    replaced |= {name: sa.case((goes_on, ALERT.c[name]), else_=none) for name, none in UNACKNOWLEDGED.items()}
    return statement.on_conflict_do_update(index_elements=[ALERT.c.fingerprint], set_=replaced)


_OF_MODEL = sa.select(ALERT).where(ALERT.c.model == sa.bindparam("of_model"))
_ALERTS = Rows(ALERT, ("fingerprint", *IDENTITY, *STATE), _replace_state)


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """The alerts' history, inside one transaction of the store."""

    connection: sa.Connection
    now: datetime

    def states(self, model: str) -> Mapping[Identity, AlertState]:
        take_turn(self.connection, "alert", model)  # what is decided by them stands until it is saved
        rows = self.connection.execute(_OF_MODEL, {"of_model": model}).mappings()
        states = (state_of(row) for row in rows)
        return {state.identity: state for state in states}

    def state(self, identity: Identity) -> AlertState | None:
        """How one alert stands; None if nothing is known of it."""
        take_turn(self.connection, "alert", identity.model)
        found = self.connection.execute(sa.select(ALERT).where(ALERT.c.fingerprint == identity.fingerprint))
        row = found.mappings().first()
        return None if row is None else state_of(row)

    def save(self, states: Sequence[AlertState], events: Sequence[AlertEvent]) -> None:
        if states:
            _ALERTS.write(self.connection, [_row(state) for state in states])
            match_alerts(self.connection, states)
        if events:
            self.connection.execute(
                insert(self.connection, ALERT_EVENT).on_conflict_do_nothing(),
                [_event_row(event, self.now) for event in events],
            )


def is_open(connection: sa.Connection, identity: Identity) -> bool:
    """Whether an alert is open now; nobody is kept from changing that."""
    found = sa.select(ALERT.c.state).where(ALERT.c.fingerprint == identity.fingerprint, ALERT.c.state != "inactive")
    return connection.execute(found).first() is not None


def open_receivers(connection: sa.Connection) -> list[str]:
    """The receivers that an open alert is about."""
    about = sa.select(ALERT.c.receiver).where(ALERT.c.receiver != "", ALERT.c.state != "inactive")
    return [*connection.scalars(about.order_by(ALERT.c.receiver))]


def models_with_alerts(connection: sa.Connection) -> list[str]:
    """The models that any alert is known of, in order."""
    return [*connection.scalars(sa.select(ALERT.c.model).distinct().where(ALERT.c.model != "").order_by(ALERT.c.model))]


def state_of(row: sa.RowMapping) -> AlertState:
    """An alert as its row has it."""
    values: dict[str, Any] = {name: row[name] for name in STATE}
    values.update({name: from_epoch(row[name]) for name in MOMENTS if row[name] is not None})
    return AlertState(identity=Identity(**{name: row[name] for name in IDENTITY}), **values)


def _row(state: AlertState) -> dict[str, object]:
    row: dict[str, Any] = {name: getattr(state.identity, name) for name in IDENTITY}
    row.update({name: getattr(state, name) for name in STATE})
    row.update({name: to_epoch(row[name]) for name in MOMENTS if row[name] is not None})
    return {"fingerprint": state.identity.fingerprint, **row, "labels": dict(state.labels)}


def _event_row(event: AlertEvent, now: datetime) -> dict[str, object]:
    return {
        "fingerprint": event.identity.fingerprint,
        "number": event.number,
        "labels": dict(event.labels),
        "content": dict(event.content),
        "severity": event.severity,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "reason": event.reason,
        "value": event.value,
        "limit_value": event.limit_value,
        "window_end": to_epoch(event.window_end),
        "episode": event.episode,
        "created_at": to_epoch(now),
    }


def firing_labels(connection: sa.Connection) -> list[dict[str, str]]:
    """The labels of every alert that fires."""
    firing = sa.select(ALERT).where(ALERT.c.state.in_(("firing", "recovering")))
    return [labels_of(state_of(row)) for row in connection.execute(firing).mappings()]
