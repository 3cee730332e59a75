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

from alerts.channels.channel import Channel
from alerts.couriers import Couriers
from alerts.deliver import deliver
from alerts.flush import flushed
from alerts.message import compose
from alerts.notification import Notification, Receiver
from alerts.routing import Route
from alerts.state import AlertEvent
from monitor.service.arriving import Arriving
from monitor.service.reminding import Reminding
from monitor.service.suppression import HeldBack
from monitor.store.clock import store_time
from monitor.store.groups import Group, close_turn, due_groups, entries_of, take_group
from monitor.store.notifications import StoredOutbox

logger = logging.getLogger(__name__)

LOOK_AGAIN_AFTER = 500  # turns: a silence that is set while thousands of groups speak holds the rest of them back


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
        self._outbox = StoredOutbox(transaction, clock, Arriving(route, base_url, clock).note)
        self._stop = Event()
        self._couriers = Couriers(self._errand, most=len(channels) + 1)  # and one for those who are gone
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
            some = found[:LOOK_AGAIN_AFTER]
            for group_id in some:
                self._speak(group_id, held_back, at_once=at_once)
            had_their_turn.update(some)

    def _speak(self, group_id: int, held_back: HeldBack, *, at_once: bool) -> None:
        """One turn of a group, in a transaction of its own."""
        with self._transaction() as connection:
            now = self._clock(connection)
            group = take_group(connection, group_id, now, at_once=at_once)
            if group is None:
                return
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
        deliver(receiver, self._outbox, self._channels, jitter=self._jitter, stop=self._stop.is_set)
        if not self._stop.is_set():
            self._reminding.remind(receiver)
