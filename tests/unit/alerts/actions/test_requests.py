"""What begins to fire asks for the actions of its rule, once for each episode."""

from __future__ import annotations

import json
from dataclasses import replace

from builders.actions import AUC, request
from builders.outbox import Clock, MemoryDesk, MemoryHistory
from builders.readings import Seen, day, event, resolved

from alerts.actions.action import ActionRequest
from alerts.actions.requests import requests
from alerts.pipeline import alert
from alerts.routing import Route


class MemoryPlans:
    """Keeps what was asked for, by key."""

    def __init__(self) -> None:
        self.kept: dict[str, ActionRequest] = {}

    def plan(self, requests: list[ActionRequest]) -> None:
        for one in requests:
            self.kept.setdefault(one.key, one)


def test_a_request_says_what_happened_in_words_that_json_has() -> None:
    asked = request(event(column_name="größe"))
    assert ActionRequest(**json.loads(json.dumps(asked.body))) == asked
    assert asked.labels["alertname"] == "AucDrop"
    assert asked.labels["severity"] == "page"
    assert (asked.value, asked.limit, asked.window_end) == (0.671, 0.7, "2013-06-01T00:00:00Z")
    assert asked.reason == "roc_auc 0.671 is below 0.7"
    assert asked.link.startswith("https://seamark.example.org/model?model=late_arrival")


def test_the_key_is_that_of_the_action_the_alert_and_the_episode() -> None:
    same = {request(event()).key, request(event(value=0.5, window_end=day(3))).key}
    others = {
        request(event(), start="other").key,
        request(event(model="other")).key,
        request(event(episode=2)).key,
        request(event(fired_at=day(9))).key,
    }
    assert len(same) == 1
    assert len(same | others) == 5


def test_an_end_and_a_way_back_from_recovering_start_nothing() -> None:
    again = event(from_state="recovering")
    assert requests([AUC], [resolved(), again], base_url="") == []


def test_a_rule_may_start_nothing_or_several_actions() -> None:
    assert requests([replace(AUC, start=())], [event()], base_url="") == []
    both = requests([replace(AUC, start=("a", "b"))], [event()], base_url="")
    assert [one.action for one in both] == ["a", "b"]
    assert both[0].link == ""


def run(plans: MemoryPlans, history: MemoryHistory, value: float, number: int, *, notify: bool, told: bool) -> None:
    alert(
        [AUC],
        [Seen(value=value, window_end=day(number))],
        dict(history.kept),
        history,
        MemoryDesk(),
        Route(receiver="team") if told else None,
        notify=notify,
        now=Clock(day(30))(),
        base_url="",
        actions=plans,
    )


def test_each_episode_is_planned_once_even_where_nobody_is_told() -> None:
    for told in (True, False):
        plans, history = MemoryPlans(), MemoryHistory()
        for number, value in enumerate([0.6, 0.6, 0.8, 0.6]):
            run(plans, history, value, number, notify=True, told=told)
        assert [one.episode for one in plans.kept.values()] == [1, 2]


def test_a_backfill_that_tells_nobody_starts_nothing_until_a_later_window_still_fires() -> None:
    plans, history = MemoryPlans(), MemoryHistory()
    run(plans, history, 0.6, 0, notify=False, told=True)
    assert plans.kept == {}
    run(plans, history, 0.6, 1, notify=True, told=True)
    assert [one.episode for one in plans.kept.values()] == [1]
