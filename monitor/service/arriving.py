"""Whether messages arrive: the alert about a receiver who does not get them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alerts import health
from alerts.evaluate import evaluation_of
from alerts.machine import Moved
from alerts.pipeline import keep
from alerts.routing import Route
from alerts.state import AlertState, Identity
from monitor.store.alerts import StoredHistory, is_open
from monitor.store.outbox import StoredDesk

ARRIVES_AGAIN = "a message arrived again"
NOT_DELIVERED = {"summary": "Messages to {receiver} do not arrive: {reason}"}


@dataclass(frozen=True, slots=True)
class Arriving:
    """Raises and ends the alert in the transaction that marks the message: neither is there without the other."""

    route: Route | None
    base_url: str
    clock: Callable[[sa.Connection], datetime]

    def note(self, connection: sa.Connection, receiver: str, error: str) -> None:
        """Note that a message was given up, or, without an error, that one arrived."""
        if error:
            self._keep(
                connection, receiver, lambda state, now: health.failed(state, error, now, annotations=NOT_DELIVERED)
            )
        else:
            self.end(connection, receiver, ARRIVES_AGAIN)

    def end(self, connection: sa.Connection, receiver: str, reason: str) -> None:
        """End the alert about a receiver, if it is open."""
        if is_open(connection, _identity(receiver)):
            self._keep(connection, receiver, lambda state, now: health.recovered(state, reason, now))

    def _keep(self, connection: sa.Connection, receiver: str, move: Callable[[AlertState, datetime], Moved]) -> None:
        now, identity = self.clock(connection), _identity(receiver)
        history = StoredHistory(connection, now)
        stored = history.state(identity)
        before = {} if stored is None else {identity: stored}
        after, events = move(health.known(before, identity, {}), now)
        keep(
            (),
            evaluation_of({identity: after}, before, events),
            before,
            history,
            StoredDesk(connection, now),
            self.route,
            notify=True,
            now=now,
            base_url=self.base_url,
        )


def _identity(receiver: str) -> Identity:
    return Identity(health.NOT_DELIVERED, "", "", "", "", "", "", 0, receiver)
