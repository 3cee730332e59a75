"""Two Alertmanagers that forget: what fires is told again, and nothing is resolved that was not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.alertmanager import RealAlertmanager
from builders.readings import drift
from builders.telling import Desk

from alerts.channels.alertmanager import Alertmanager
from monitor.service.reminding import Reminding
from monitor.store.database import migrate, open_store, transaction


class Monotonic:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[list[RealAlertmanager]]:
    found = [RealAlertmanager(tmp_path / name) for name in ("one", "two")]
    for alertmanager in found:
        alertmanager.start()
    yield found
    for alertmanager in found:
        alertmanager.kill()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sa.Engine]:
    store = open_store(f"sqlite:///{tmp_path}/seamark.db")
    migrate(store)
    yield store
    store.dispose()


def known(alertmanager: RealAlertmanager) -> list[str]:
    return sorted(alert["labels"]["column"] for alert in alertmanager.alerts())  # type: ignore[index]


class ToAlertmanagers(Desk):
    """A desk whose receiver is a pair of Alertmanagers."""

    channel: Alertmanager

    def _channel(self, _url: str) -> Alertmanager:
        return self.channel


def test_an_alertmanager_that_was_killed_hears_again_what_fires_and_of_no_end_that_was_none(
    store: sa.Engine, pair: list[RealAlertmanager]
) -> None:
    desk = ToAlertmanagers(store, {"hook": ""})
    desk.channel = Alertmanager(urls=tuple(one.url for one in pair), now=lambda: datetime.now(UTC))
    clock = Monotonic()
    reminding = Reminding(
        lambda: transaction(store), {"hook": desk.channel}, base_url="", clock=desk.clock, monotonic=clock
    )
    desk.measured(drift("a", 0.3), drift("b", 0.3))
    desk.settle()
    assert [known(one) for one in pair] == [["a", "b"]] * 2

    pair[0].kill()
    desk.measured(drift("a", 0.3, number=1), drift("b", 0.1, number=1), drift("c", 0.3, number=1))
    desk.settle()
    assert known(pair[1]) == ["a", "c"]
    pair[0].start()
    assert known(pair[0]) == []

    reminding.remind("hook")
    assert [known(one) for one in pair] == [["a", "c"]] * 2
    clock.seconds += 59
    assert reminding.due() == []
    clock.seconds += 1
    assert reminding.due() == ["hook"]


def test_an_alert_that_fires_again_is_not_ended_by_the_episode_before(
    store: sa.Engine, pair: list[RealAlertmanager]
) -> None:
    desk = ToAlertmanagers(store, {"hook": ""})
    desk.channel = Alertmanager(urls=(pair[0].url,), now=lambda: datetime.now(UTC))
    desk.measured(drift("a", 0.3))
    desk.settle()
    desk.measured(drift("a", 0.1, number=1))
    desk.measured(drift("a", 0.3, number=2))
    desk.settle()
    assert desk.rows("SELECT count(*) FROM notification") == [(2,)]
    assert known(pair[0]) == ["a"]
    Reminding(lambda: transaction(store), {"hook": desk.channel}, base_url="", clock=desk.clock).remind("hook")
    assert known(pair[0]) == ["a"]


def test_what_has_resolved_is_told_again_for_a_quarter_of_an_hour(store: sa.Engine) -> None:
    got: list[list[tuple[str, str]]] = []

    class Forgetful:
        resend_every = timedelta(minutes=1)

        def send(self, notification: object) -> None:
            alerts = notification.payload["alerts"]  # type: ignore[attr-defined]
            got.append([(alert["labels"]["column"], alert["status"]) for alert in alerts])

    class ToForgetful(Desk):
        def _channel(self, _url: str) -> Forgetful:  # type: ignore[override]
            return Forgetful()

    desk = ToForgetful(store, {"hook": ""}, now=datetime(2026, 3, 1, 12, tzinfo=UTC))
    clock = Monotonic()
    reminding = Reminding(
        lambda: transaction(store), {"hook": Forgetful()}, base_url="", clock=desk.clock, monotonic=clock
    )
    desk.measured(drift("a", 0.3), drift("b", 0.3))
    desk.settle()
    desk.measured(drift("a", 0.1, number=1), drift("b", 0.3, number=1))
    desk.settle()
    got.clear()
    for _ in range(3):
        reminding.remind("hook")
        assert desk.now
        desk.now += timedelta(minutes=10)
        clock.seconds += 600
    assert got == [[("b", "firing"), ("a", "resolved")]] * 2 + [[("b", "firing")]]
