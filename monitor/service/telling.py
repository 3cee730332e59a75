"""Tells people: lets groups speak whose turn it is, and hands their messages over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from random import Random
from threading import Event
from typing import Protocol

import sqlalchemy as sa

from alerts import health
from alerts.channels.channel import Channel
from alerts.couriers import Couriers
from alerts.deliver import DeliveryReport, deliver
from alerts.evaluate import evaluation_of
from alerts.flush import flushed
from alerts.message import compose
from alerts.notification import Notification, Receiver
from alerts.pipeline import keep
from alerts.routing import Route
from alerts.state import AlertEvent, Identity
from monitor.service.reminding import Reminding
from monitor.service.suppression import HeldBack
from monitor.store.alerts import StoredHistory
from monitor.store.clock import store_time
from monitor.store.groups import Group, close_turn, due_groups, entries_of, take_group
from monitor.store.notifications import StoredOutbox
from monitor.store.outbox import StoredDesk
from monitor.store.turns import take_turn

logger = logging.getLogger(__name__)

ARRIVES_AGAIN = "a message arrived again"
NOT_DELIVERED = {"summary": "Messages to {receiver} do not arrive: {reason}"}


class Holding(Protocol):
    """What holds messages back."""

    def at(self, connection: sa.Connection, now: datetime) -> HeldBack:
        """What holds back at a moment: of a route and the labels of an alert, the reason or nothing."""


class Telling:
    """Groups, messages and couriers over one store."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sa.Connection]],
        route: Route | None,
        receivers: Mapping[str, Receiver],
        channels: Mapping[str, Channel],
        *,
        suppression: Holding,
        base_url: str,
        jitter: Random,
        clock: Callable[[sa.Connection], datetime] = store_time,
    ) -> None:
        self._transaction = transaction
        self._route = route
        self._receivers = receivers
        self._channels = channels
        self._suppression = suppression
        self._base_url = base_url
        self._jitter = jitter
        self._clock = clock
        self._outbox = StoredOutbox(transaction, clock)
        self._stop = Event()
        self._couriers = Couriers(self._errand)
        self._reminding = Reminding(transaction, channels, base_url=base_url, clock=clock)

    def tell(self, *, at_once: bool) -> None:
        """Let every group speak whose turn it is, `at_once` all that have something to say, and hand messages over.

        Couriers go out and are not waited for; see `finish`.
        """
        self.flush(at_once=at_once)
        self._couriers.send(dict.fromkeys([*self._outbox.receivers(), *self._reminding.due()]))

    def finish(self) -> None:
        """Wait until everybody was tried who is to be told now."""
        self._couriers.wait()

    def close(self) -> None:
        """Begin no message any more, and wait for those that are being sent."""
        self._stop.set()
        self._couriers.close()

    def flush(self, *, at_once: bool) -> None:
        """Make the messages of the groups whose turn it is."""
        had_their_turn: set[int] = set()
        while True:
            with self._transaction() as connection:
                now = self._clock(connection)
                found = due_groups(connection, now, at_once=at_once, besides=had_their_turn)
                if not found:
                    return
                held_back = self._suppression.at(connection, now)
            for group_id in found:
                self._speak(group_id, held_back)
            had_their_turn.update(found)

    def _speak(self, group_id: int, held_back: HeldBack) -> None:
        """One turn of a group, in a transaction of its own."""
        with self._transaction() as connection:
            group = take_group(connection, group_id)
            if group is None:
                return
            now = self._clock(connection)
            route = self._node(group)
            receiver = self._receivers.get(group.receiver) or Receiver(group.receiver, "")
            is_repeat = group.notified_at is not None and now >= group.notified_at + route.repeat_interval
            flush = flushed(entries_of(connection, group), receiver, held_back(route), is_repeat=is_repeat)
            message = self._message(group, receiver, [*flush.firing, *flush.resolved], now)
            close_turn(connection, group, flush, message, now=now, interval=route.group_interval)

    def _message(
        self, group: Group, receiver: Receiver, events: Sequence[AlertEvent], now: datetime
    ) -> Notification | None:
        if not events:
            return None
        return compose(group, events, receiver, number=group.messages + 1, now=now, base_url=self._base_url)

    def _node(self, group: Group) -> Route:
        """The node of the tree that a group belongs to; where the tree was changed meanwhile, a plain one."""
        nodes = () if self._route is None else self._route.all()
        found = (node for node in nodes if (node.key, node.receiver) == (group.route, group.receiver))
        return next(found, Route(receiver=group.receiver))

    def _errand(self, receiver: str) -> None:
        report = deliver(receiver, self._outbox, self._channels, jitter=self._jitter, stop=self._stop.is_set)
        if report.dead or report.sent:
            self._note(receiver, report)
        if not self._stop.is_set():
            self._reminding.remind(receiver)

    def _note(self, receiver: str, report: DeliveryReport) -> None:
        """Raise or end the alert that a receiver does not get its messages."""
        identity = Identity(health.NOT_DELIVERED, "", "", "", "", "", "", 0, receiver)
        with self._transaction() as connection:
            now = self._clock(connection)
            history = StoredHistory(connection, now)
            known = history.state(identity)
            if not report.dead and (known is None or not known.is_open):
                return
            take_turn(connection, "write", f"receiver {receiver}")
            before = {} if known is None else {identity: known}
            state = health.known(before, identity, {})
            after, events = (
                health.failed(state, report.error, now, annotations=NOT_DELIVERED)
                if report.dead
                else health.recovered(state, ARRIVES_AGAIN, now)
            )
            evaluation = evaluation_of({identity: after}, before, events)
            desk = StoredDesk(connection, now)
            keep((), evaluation, before, history, desk, self._route, notify=True, now=now, base_url=self._base_url)
