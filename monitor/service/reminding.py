"""Tells those again what fires who forget what they are not told again, as an Alertmanager does."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from alerts.channels.channel import Channel, DeliveryError
from alerts.message import body
from alerts.notification import Notification, Receiver
from monitor.store.groups import standing

logger = logging.getLogger(__name__)

RESOLVED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Everything:
    """All that a receiver was told, as one group."""

    key: str = "{}"
    labels: Mapping[str, str] = field(default_factory=dict)


class Reminding:
    """What was told and still fires, and what has resolved lately, again and again; the outbox knows nothing of it."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sa.Connection]],
        channels: Mapping[str, Channel],
        *,
        base_url: str,
        config: str = "",
        clock: Callable[[sa.Connection], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transaction = transaction
        self._channels = {name: channel for name, channel in channels.items() if channel.resend_every is not None}
        self._base_url = base_url
        self._config = config
        self._clock = clock
        self._monotonic = monotonic
        self._last: dict[str, float] = {}

    def due(self) -> list[str]:
        """Who is to be told again now."""
        now = self._monotonic()
        return [name for name in self._channels if now >= self._next(name)]

    def remind(self, receiver: str) -> None:
        """Tell a receiver again, if it is time; what does not arrive is tried with the next time."""
        channel = self._channels.get(receiver)
        if channel is None or self._monotonic() < self._next(receiver):
            return
        self._last[receiver] = self._monotonic()
        with self._transaction() as connection:
            now = self._clock(connection)
            events = standing(connection, receiver, resolved_since=now - RESOLVED_FOR)
        if not events:
            return
        everybody = Receiver(receiver, "", max_alerts=0)
        key = hashlib.sha256(json.dumps([receiver, now.isoformat()]).encode()).hexdigest()
        payload = body(_Everything(), events, everybody, base_url=self._base_url, config=self._config)
        try:
            channel.send(Notification(receiver, "", key, payload, now))
        except DeliveryError as error:
            logger.warning("receiver %s could not be reminded of %d alerts: %s", receiver, len(events), error)

    def _next(self, receiver: str) -> float:
        every = self._channels[receiver].resend_every
        last = self._last.get(receiver)
        return float("-inf") if last is None or every is None else last + every.total_seconds()
