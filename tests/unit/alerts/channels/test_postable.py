"""Alerts as Alertmanager takes them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from builders.notifications import NOW, notification
from builders.readings import day, event, resolved
from hypothesis import given
from hypothesis import strategies as some

from alerts.channels.postable import label_name, postable, postables
from alerts.wording import timestamp


@given(some.text())
def test_every_name_becomes_one_that_prometheus_knows_and_stays_so(text: str) -> None:
    name = label_name(text)
    assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name)
    assert label_name(name) == name


def test_a_firing_alert_ends_days_from_now_unless_it_is_told_again() -> None:
    (alert,) = notification(event()).payload["alerts"]
    posted = postable(alert, NOW)
    assert posted["endsAt"] == (NOW + timedelta(days=4)).isoformat()
    assert posted["startsAt"] == alert["startsAt"]


@pytest.mark.parametrize("ahead", [-1, 1])
def test_a_resolved_alert_ends_when_it_did_but_never_ahead_of_the_clock(ahead: int) -> None:
    (alert,) = notification(resolved()).payload["alerts"]
    alert["endsAt"] = (NOW + timedelta(hours=ahead)).isoformat()
    assert postable(alert, NOW)["endsAt"] == (NOW + timedelta(hours=min(ahead, 0))).isoformat()


@pytest.mark.parametrize("turned", [False, True])
def test_of_one_alert_its_last_episode_is_posted(turned: bool) -> None:
    told = notification(event(window_end=day(3), fired_at=day(3), episode=2), resolved(), event(column_name="b"))
    alerts = told.payload["alerts"]
    posted = postables(alerts[::-1] if turned else alerts, day(4))
    assert sorted((one["labels"].get("column", ""), one["startsAt"]) for one in posted) == [
        ("", timestamp(day(3))),
        ("b", timestamp(day(0))),
    ]


def test_names_that_become_alike_are_kept_apart_and_the_proper_one_keeps_its_own() -> None:
    (alert,) = notification(event()).payload["alerts"]
    alert["labels"] = {"a b": "first", "a-b": "second", "a_b": "proper"}
    assert postable(alert, NOW)["labels"] == {"a_b": "proper", "a_b_": "first", "a_b__": "second"}
