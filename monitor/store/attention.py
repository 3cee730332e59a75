"""Alerts as people who look after them see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alerts.state import AlertState
from monitor.store.alerts import state_of
from monitor.store.tables import ALERT, ALERT_SILENCE, SILENCE
from monitor.window import from_epoch, to_epoch

FIRING = ("firing", "recovering")


@dataclass(frozen=True, slots=True)
class AttendedAlert:
    """An alert, who looks after it, and the numbers of the silences that it is under now."""

    state: AlertState
    acknowledged_by: str
    acknowledged_at: datetime | None
    acknowledged_comment: str
    silenced_by: Sequence[int]


def attended(
    connection: sa.Connection,
    now: datetime,
    *,
    model: str | None = None,
    fingerprint: str = "",
    states: Sequence[str] = (),
) -> list[AttendedAlert]:
    """The alerts of a model, in one of some states, whose fingerprint begins so; each wish that is empty is none."""
    wanted = sa.select(ALERT).order_by(ALERT.c.model, ALERT.c.alert, ALERT.c.column_name, ALERT.c.fingerprint)
    if model is not None:
        wanted = wanted.where(ALERT.c.model == model)
    if states:
        wanted = wanted.where(ALERT.c.state.in_(states))
    if fingerprint:
        wanted = wanted.where(ALERT.c.fingerprint.startswith(fingerprint, autoescape=True))
    silenced = _silenced(connection, now)
    return [_attended(row, silenced) for row in connection.execute(wanted).mappings()]


def acknowledge(connection: sa.Connection, fingerprint: str, *, author: str, comment: str, now: datetime) -> bool:
    """Note who looks after an alert; False where it does not fire any more."""
    changed = connection.execute(
        sa.update(ALERT)
        .where(ALERT.c.fingerprint == fingerprint, ALERT.c.state.in_(FIRING))
        .values(acknowledged_by=author, acknowledged_at=to_epoch(now), acknowledged_comment=comment)
    )
    return changed.rowcount > 0


def _silenced(connection: sa.Connection, now: datetime) -> Mapping[str, Sequence[int]]:
    """The numbers of the silences that are on, by the alerts that they match."""
    on = sa.and_(
        SILENCE.c.expired_at.is_(None), SILENCE.c.starts_at <= to_epoch(now), SILENCE.c.ends_at > to_epoch(now)
    )
    pairs = sa.select(ALERT_SILENCE).join(SILENCE, SILENCE.c.silence_id == ALERT_SILENCE.c.silence_id).where(on)
    found: dict[str, list[int]] = {}
    for row in connection.execute(pairs.order_by(ALERT_SILENCE.c.silence_id)):
        found.setdefault(row.fingerprint, []).append(row.silence_id)
    return found


def _attended(row: sa.RowMapping, silenced: Mapping[str, Sequence[int]]) -> AttendedAlert:
    at = row["acknowledged_at"]
    return AttendedAlert(
        state=state_of(row),
        acknowledged_by=row["acknowledged_by"],
        acknowledged_at=None if at is None else from_epoch(at),
        acknowledged_comment=row["acknowledged_comment"],
        silenced_by=tuple(silenced.get(row["fingerprint"], ())),
    )
