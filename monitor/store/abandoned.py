"""What waits for receivers who are not there any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from alerts.state import AlertEvent
from monitor.store.groups import firing_events
from monitor.store.tables import ALERT, ALERT_EVENT, ALERT_GROUP, NOTIFICATION, OUTBOX
from monitor.store.turns import take_turn

HAS_GONE = "the receiver is not there any more"


def left_behind(connection: sa.Connection, receivers: Collection[str]) -> Sequence[AlertEvent]:
    """What fires and is to be told, or was told, to somebody who is not among these receivers; then it is nobody's.

    What waits for them is left out, and messages to them are given up. Nobody else moves these alerts until the
    transaction ends, so that whoever is told now that they fire will be told of their end.
    """
    gone = OUTBOX.c.receiver.not_in(receivers)
    waits = gone & (OUTBOX.c.status.in_(("planned", "filed")) | OUTBOX.c.is_open)
    of_model = (
        sa.select(ALERT.c.model)
        .join(ALERT_EVENT, ALERT_EVENT.c.fingerprint == ALERT.c.fingerprint)
        .join(OUTBOX, OUTBOX.c.event_id == ALERT_EVENT.c.event_id)
    )
    models = [*connection.scalars(of_model.where(waits).distinct().order_by(ALERT.c.model))]
    if not models:
        return ()
    for model in models:
        take_turn(connection, "alert", model)
    events = firing_events(connection, gone, OUTBOX.c.is_open)
    connection.execute(sa.update(ALERT_GROUP).where(ALERT_GROUP.c.receiver.not_in(receivers)).values(flush_at=None))
    waiting = NOTIFICATION.c.receiver.not_in(receivers) & (NOTIFICATION.c.status == "planned")
    given_up = {"status": "dead", "error": HAS_GONE, "lease_until": None, "worker": ""}
    connection.execute(sa.update(NOTIFICATION).where(waiting).values(**given_up))
    for status, becomes in (("planned", "skipped"), ("filed", "failed")):
        of_status = gone & (OUTBOX.c.status == status)
        connection.execute(sa.update(OUTBOX).where(of_status).values(status=becomes, reason=HAS_GONE))
    connection.execute(sa.update(OUTBOX).where(gone, OUTBOX.c.is_open).values(is_open=False))
    return events
