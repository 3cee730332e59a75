"""Lets groups of alerts speak whose turn it is: makes their messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from alerts.flush import Entry, flushed
from alerts.message import compose
from alerts.notification import Notification, Receiver
from alerts.routing import Route
from alerts.state import AlertEvent
from monitor.errors import SeamarkError
from monitor.service.suppression import HeldBack
from monitor.store.groups import Group, due_groups, entries_of, take_groups
from monitor.store.spoken import Turn, close_turns, postpone

logger = logging.getLogger(__name__)

TOGETHER = 100  # groups that speak in one transaction
RETRY_AFTER = timedelta(minutes=5)  # at the least, of what was refused and still fires
LOOK_AGAIN_AFTER = 500  # turns: a silence that is set while thousands of groups speak holds the rest of them back


class Holding(Protocol):
    """What holds messages back."""

    def at(self, connection: sa.Connection, now: datetime) -> HeldBack:
        """What holds back at a moment: of a route and the labels of an alert, the reason or nothing."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """Groups over one store, by one configuration."""

    transaction: Callable[[], AbstractContextManager[sa.Connection]]
    route: Route | None
    receivers: Mapping[str, Receiver]
    holding: Holding
    base_url: str
    clock: Callable[[sa.Connection], datetime]
    config: str = ""

    def speak(self, *, at_once: bool) -> None:
        """Make the messages of the groups whose turn it is, `at_once` of all that have something to say."""
        had_their_turn: set[int] = set()
        while True:
            with self.transaction() as connection:
                now = self.clock(connection)
                found = due_groups(connection, now, at_once=at_once, besides=had_their_turn)
                if not found:
                    return
                held_back = self.holding.at(connection, now)
            some = found[:LOOK_AGAIN_AFTER]
            for start in range(0, len(some), TOGETHER):
                self._take_turns(some[start : start + TOGETHER], held_back, at_once=at_once)
            had_their_turn.update(some)

    def _take_turns(self, ids: Sequence[int], held_back: HeldBack, *, at_once: bool) -> None:
        """Turns of groups, in one transaction; where that fails each has its own, so that one fault harms no other."""
        try:
            with self.transaction() as connection:
                now = self.clock(connection)
                groups = take_groups(connection, ids, now, at_once=at_once)
                entries = entries_of(connection, groups)
                close_turns(connection, [self._turn(group, entries[group.id], held_back, now) for group in groups], now)
        except SeamarkError:
            raise
        except Exception:
            if len(ids) == 1:
                logger.exception("the group %d cannot speak: it is tried again later", ids[0])
                with self.transaction() as connection:
                    postpone(connection, ids[0], self.clock(connection) + Route(receiver="").group_interval)
                return
            for group_id in ids:
                self._take_turns([group_id], held_back, at_once=at_once)

    def _turn(self, group: Group, entries: Sequence[Entry], held_back: HeldBack, now: datetime) -> Turn:
        route = self._node(group)
        receiver = self.receivers.get(group.receiver) or Receiver(group.receiver, "")
        is_repeat = group.notified_at is not None and now >= group.notified_at + route.repeat_interval
        is_retry = group.notified_at is not None and now >= group.notified_at + max(route.group_interval, RETRY_AFTER)
        flush = flushed(entries, receiver, held_back(route), is_repeat=is_repeat, is_retry=is_retry)
        message = self._message(group, receiver, [*flush.firing, *flush.resolved], now)
        return Turn(group, flush, message, next_at=now + route.group_interval)

    def _message(
        self, group: Group, receiver: Receiver, events: Sequence[AlertEvent], now: datetime
    ) -> Notification | None:
        if not events:
            return None
        number = group.messages + 1
        return compose(group, events, receiver, number=number, now=now, base_url=self.base_url, config=self.config)

    def _node(self, group: Group) -> Route:
        """The node of the tree that a group belongs to; where the tree was changed meanwhile, a plain one."""
        nodes = () if self.route is None else self.route.all()
        found = (node for node in nodes if (node.key, node.receiver) == (group.route, group.receiver))
        return next(found, Route(receiver=group.receiver))
