"""Tells people: lets groups speak whose turn it is, and hands their messages over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from random import Random
from threading import Event

import sqlalchemy as sa

from alerts.channels.channel import Channel
from alerts.couriers import Couriers
from alerts.deliver import deliver
from alerts.notification import Receiver
from alerts.routing import Route
from monitor.service.arriving import Arriving
from monitor.service.reminding import Reminding
from monitor.service.speaking import Holding, Speaking
from monitor.store.clock import store_time
from monitor.store.notifications import StoredOutbox


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
        config: str = "",
        clock: Callable[[sa.Connection], datetime] = store_time,
    ) -> None:
        self._channels = channels
        self._jitter = jitter
        self._speaking = Speaking(transaction, route, receivers, suppression, base_url, clock, config)
        self._outbox = StoredOutbox(transaction, clock, Arriving(route, base_url, clock).note)
        self._stop = Event()
        self._couriers = Couriers(self._errand, most=len(channels) + 1)  # and one for those who are gone
        self._reminding = Reminding(transaction, channels, base_url=base_url, config=config, clock=clock)

    def tell(self, *, at_once: bool) -> None:
        """Let every group speak whose turn it is, `at_once` all that have something to say, and hand messages over.

        Couriers go out and are not waited for; see `finish`.
        """
        self._speaking.speak(at_once=at_once)
        self._couriers.send(dict.fromkeys([*self._outbox.receivers(), *self._reminding.due()]))

    @property
    def is_to_remind(self) -> bool:
        """Whether somebody is to be told again of what still fires."""
        return bool(self._reminding.due())

    def finish(self) -> None:
        """Wait until everybody was tried who is to be told now."""
        self._couriers.wait()

    def close(self) -> None:
        """Begin no message any more, and wait for those that are being sent."""
        self._stop.set()
        self._couriers.close()

    def _errand(self, receiver: str) -> None:
        deliver(receiver, self._outbox, self._channels, jitter=self._jitter, stop=self._stop.is_set)
        if not self._stop.is_set():
            self._reminding.remind(receiver)
