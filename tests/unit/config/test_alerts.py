"""Receivers and the route to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from builders.readings import drift

from alerts.notification import Receiver
from monitor.calibration.budget import Budget
from monitor.config import ConsoleSettings, EmailSettings, Settings, WebhookSettings
from monitor.service.alerting import receiver_of

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]


def test_each_receiver_has_the_channel_that_it_names(settings: Reader) -> None:
    alerts = """{route: {receiver: a}, receivers: [
      {name: a, console: {}},
      {name: b, webhook: {url: 'https://example.org/hook'}},
      {name: c, email: {to: [ml@example.org], smtp: 'smtp://mail.example.org', from: me@example.org}}]}"""
    receivers = settings(alerts=alerts).alerts.receivers
    assert [type(it.channel) for it in receivers] == [ConsoleSettings, WebhookSettings, EmailSettings]
    assert receivers[2].email is not None
    assert receivers[2].email.sender == "me@example.org"


def test_a_receiver_says_whether_it_hears_of_ends_and_how_many_alerts_it_takes(settings: Reader) -> None:
    alerts = """{route: {receiver: a}, receivers: [
      {name: a, console: {}},
      {name: b, console: {}, send_resolved: false, max_alerts: 0}]}"""
    first, second = settings(alerts=alerts).alerts.receivers
    assert receiver_of(first) == Receiver("a", "console", send_resolved=True, max_alerts=50)
    assert receiver_of(second) == Receiver("b", "console", send_resolved=False, max_alerts=0)


def test_what_is_counted_one_by_one_is_not_cut_unless_told_to(settings: Reader) -> None:
    alerts = """{route: {receiver: a}, receivers: [
      {name: a, alertmanager: {urls: ['http://127.0.0.1:9093']}},
      {name: b, alertmanager: {urls: ['http://127.0.0.1:9093']}, max_alerts: 7}]}"""
    assert [receiver_of(it).max_alerts for it in settings(alerts=alerts).alerts.receivers] == [0, 7]


def test_without_alerts_there_are_default_rules_and_nobody_is_told(settings: Reader) -> None:
    alerts = settings().alerts
    assert (alerts.receivers, alerts.route) == ((), None)
    assert alerts.false_alarms == Budget(1, timedelta(days=30))
    assert {rule.alert for rule in alerts.rules} >= {"RowsMissing", "AccuracyWorse", "ScoreDrift", "ColumnDrift"}


def test_an_empty_list_of_rules_stays_empty(settings: Reader) -> None:
    assert settings(alerts="{rules: []}").alerts.rules == ()


def test_of_the_default_rules_those_of_columns_say_nothing_of_a_night_with_few_rows(settings: Reader) -> None:
    held = {rule.alert for rule in settings().alerts.rules if rule.on_missing == "hold"}
    assert held == {"RowsMissing", "AccuracyWorse", "AucWorse", "ErrorWorse"}


def test_of_the_default_rules_one_looks_at_a_column(settings: Reader) -> None:
    rules = [rule.rule() for rule in settings().alerts.rules]
    for column, name in (("score", "ScoreDrift"), ("prediction", "PredictionDrift"), ("carrier", "ColumnDrift")):
        looking = [rule.name for rule in rules if rule.matches(drift(column, 0.1))]
        assert looking == [name]


@pytest.mark.parametrize(
    ("alerts", "message"),
    [
        ("{route: {receiver: a}}", "alerts.route.receiver: no receiver is called `a`"),
        ("{receivers: [{name: a, console: {}}]}", "alerts: no route leads to the receivers; add route: {receiver: a}"),
        (
            "{rout: {receiver: a}, receivers: [{name: a, console: {}}]}",
            "alerts.rout: unknown key; did you mean `route`?",
        ),
        (
            "{route: {receiver: a}, receivers: [{name: a, consol: {}}]}",
            "alerts.receivers.0.consol: unknown key; did you mean `console`?",
        ),
        (
            "{route: {receiver: a}, receivers: [{name: a, console: {stream: out}}]}",
            "alerts.receivers.0.console.stream: unknown key",
        ),
        (
            "{route: {receiver: a}, receivers: [{name: a, email: {to: a@b, smtp: 'smtp://x'}}]}",
            "alerts.receivers.0.email.to: should be a list, such as [a, b], not text",
        ),
    ],
)
def test_a_way_that_leads_nowhere_is_told_once(faults: Faults, alerts: str, message: str) -> None:
    assert faults(alerts=alerts) == [message]


def test_a_receiver_that_is_wrong_can_still_be_routed_to(faults: Faults) -> None:
    told = faults(alerts="{route: {receiver: a}, receivers: [{name: a, webhook: {url: x}}]}")
    assert [line.partition(": ")[0] for line in told] == ["alerts.receivers.0.webhook.url"]
