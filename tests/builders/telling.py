"""Alerts on a real store that are told to real receivers, with a process that can be killed at any point."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

import sqlalchemy as sa
from builders.readings import DRIFT, Seen, drift

from alerts.channels.channel import Channel
from alerts.channels.webhook import Webhook
from alerts.evaluate import Evaluation
from alerts.notification import Notification, Receiver
from alerts.pipeline import alert
from alerts.routing import Route
from alerts.rule import Rule
from monitor.service.suppression import HeldBack, Suppression
from monitor.service.telling import Telling
from monitor.store.alerts import StoredHistory
from monitor.store.database import open_store, transaction
from monitor.store.outbox import StoredDesk
from monitor.window import from_epoch

Point = Literal["", "before the commit", "before the send", "before the mark"]
AT_ONCE = Route(receiver="hook", group_wait=timedelta(0), group_interval=timedelta(0))


@dataclass
class Desk:
    """A store with alerts, a route, and webhooks by the receivers' names."""

    store: sa.Engine
    urls: Mapping[str, str]
    route: Route = AT_ONCE
    rules: Sequence[Rule] = (DRIFT,)
    receivers: Mapping[str, Receiver] = field(default_factory=dict)
    quiet: Callable[[Mapping[str, str]], str] | None = None
    suppression: Suppression = field(default_factory=Suppression)
    now: datetime | None = None
    point: Point = ""
    time_out: timedelta = timedelta(seconds=2)
    readings: list[Seen] = field(default_factory=list)

    def clock(self, _connection: sa.Connection) -> datetime:
        return self.now or datetime.now(UTC).replace(microsecond=0)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        with transaction(self.store) as connection:
            yield connection

    def measured(self, *readings: Seen) -> Evaluation:
        """What a window does to the alerts, in its one transaction."""
        self.readings += readings
        with self.transaction() as connection:
            now = self.clock(connection)
            history = StoredHistory(connection, now)
            models = sorted({reading.model for reading in readings})
            before = {identity: state for model in models for identity, state in history.states(model).items()}
            evaluation = alert(
                self.rules,
                readings,
                before,
                history,
                StoredDesk(connection, now),
                self.route,
                notify=True,
                now=now,
                base_url="https://seamark.example.org",
            )
            if self.point == "before the commit":
                die()
        return evaluation

    def telling(self) -> Telling:
        return Telling(
            self.transaction,
            self.route,
            self.receivers or {name: Receiver(name, "webhook") for name in self.urls},
            {name: self._channel(url) for name, url in self.urls.items()},
            suppression=self.suppression if self.quiet is None else Quiet(self.quiet),
            base_url="https://seamark.example.org",
            jitter=Random(1),
            clock=self.clock,
        )

    def tell(self) -> None:
        """One tick, and wait for those who are out."""
        telling = self.telling()
        try:
            telling.tell(at_once=False)
            telling.finish()
        finally:
            telling.close()

    def settle(self, *, step: timedelta = timedelta(minutes=2), most: int = 500) -> None:
        """Tick on, a clock that is ours moving along, until nothing waits any more."""
        for _ in range(most):
            self.tell()
            if not self.waits():
                return
            if self.now is not None:
                self.now += step
        raise AssertionError("messages still wait")

    def waits(self) -> bool:
        count = sa.text(
            "SELECT (SELECT count(*) FROM outbox WHERE status IN ('planned', 'filed'))"
            " + (SELECT count(*) FROM notification WHERE status = 'planned')"
        )
        with self.store.begin() as connection:
            return bool(connection.execute(count).scalar_one())

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.store.begin() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]

    def _channel(self, url: str) -> Channel:
        hook = Webhook(url=url, now=lambda: datetime.now(UTC), time_out=self.time_out)
        return Deadly(hook, self.point) if self.point else hook


@dataclass(frozen=True)
class Quiet:
    """Holds back what it is told to."""

    reason: Callable[[Mapping[str, str]], str]

    def at(self, _connection: sa.Connection, _now: datetime) -> HeldBack:
        return lambda _route: self.reason


@dataclass(frozen=True)
class Deadly:
    """A channel that ends its process, the hard way."""

    channel: Channel
    point: Point
    resend_every: None = None

    def send(self, notification: Notification) -> None:
        if self.point == "before the send":
            die()
        self.channel.send(notification)
        if self.point == "before the mark":
            die()


def die() -> None:
    """What kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def worker(store: str, url: str, point: Point, values: Sequence[float], first: int, now: int) -> list[str]:
    """The command of a process that measures windows and tells, and dies at a point of that."""
    return [sys.executable, "-m", "builders.telling", store, url, point, str(now), str(first), *map(str, values)]


def main(store: str, url: str, point: Point, now: int, first: int, values: Sequence[float]) -> None:
    desk = Desk(open_store(store), {"hook": url}, now=from_epoch(now), point=point)
    for number, value in enumerate(values, start=first):
        desk.measured(drift("a", value, number=number), drift("b", value, number=number))
    desk.tell()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), list(map(float, sys.argv[6:])))  # type: ignore[arg-type]
