"""Incidents opened and closed at a stand-in that answers as PagerDuty documents it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from builders.http_receiver import HttpReceiver, hang
from builders.notifications import NOW, notification
from builders.pagerduty import ROUTING_KEY, PagerDutyStandIn
from builders.readings import day, event, resolved

from alerts.channels.channel import DeliveryError
from alerts.channels.pagerduty import PagerDuty
from alerts.notification import Notification

SHORT = timedelta(seconds=0.3)


@pytest.fixture
def duty() -> Iterator[PagerDutyStandIn]:
    with PagerDutyStandIn() as running:
        yield running


def pagerduty(url: str, **settings: object) -> PagerDuty:
    return PagerDuty(**{"key": ROUTING_KEY, "url": url, "now": lambda: NOW, "time_out": 10 * SHORT} | settings)


def refusal(channel: PagerDuty, message: Notification) -> DeliveryError:
    """The error of a message that does not arrive as a whole."""
    with pytest.raises(DeliveryError) as caught:
        channel.send(message)
    return caught.value


def many(count: int) -> Notification:
    return notification(*(event(column_name=f"column_{number:04}") for number in range(count)), max_alerts=0)


def test_the_end_of_an_episode_closes_what_its_beginning_opened(duty: PagerDutyStandIn) -> None:
    channel = pagerduty(duty.url)
    for told in (event(), resolved(), event(episode=2, fired_at=day(5), window_end=day(5))):
        channel.send(notification(told))
    assert (len(duty.open), len(duty.closed)) == (1, 1)
    assert not duty.closed & set(duty.open)


def test_each_alert_of_a_message_is_an_incident_of_its_own_over_one_connection(duty: PagerDutyStandIn) -> None:
    pagerduty(duty.url).send(many(300))
    assert len(duty.open) == 300
    assert duty.connections == 1


def test_the_same_message_twice_opens_nothing_twice(duty: PagerDutyStandIn) -> None:
    channel = pagerduty(duty.url)
    channel.send(many(3))
    channel.send(many(3))
    assert (len(duty.events), len(duty.open)) == (6, 3)


def test_what_pages_goes_first(duty: PagerDutyStandIn) -> None:
    told = [event(column_name=f"c{number}", severity="page" if number % 2 else "ticket") for number in range(6)]
    pagerduty(duty.url).send(notification(*told))
    severities = [sent["payload"]["severity"] for sent in duty.events]
    assert severities == ["critical"] * 3 + ["warning"] * 3


def test_a_throttled_message_goes_on_where_it_was_stopped(duty: PagerDutyStandIn) -> None:
    channel, message = pagerduty(duty.url), many(300)
    for allowed in (120, 240):
        duty.limit = allowed
        error = refusal(channel, message)
        assert (error.permanent, error.retry_after) == (False, timedelta(seconds=17))
        assert "throttle exceeded" in str(error)
        assert f"({allowed} alerts were taken)" in str(error)
    duty.limit = None
    channel.send(message)
    assert (len(duty.events), len(duty.open)) == (300, 300)


def test_one_bad_alert_drops_no_good_one_and_is_named(duty: PagerDutyStandIn) -> None:
    message = many(20)
    message.payload["alerts"][4]["labels"]["model"] = "refused"
    error = refusal(pagerduty(duty.url), message)
    assert error.permanent
    assert str(error).startswith("1 of 20 alerts: 'late_arrival: roc_auc of column_0004 is 0.671")
    assert "'payload.source' is invalid" in str(error)
    assert len(duty.open) == 19


def test_a_wrong_key_is_told_after_a_few_events_and_not_repeated(duty: PagerDutyStandIn) -> None:
    error = refusal(pagerduty(duty.url, key="hunter2"), many(200))
    assert error.permanent
    assert "Length of 'routing_key' is incorrect" in str(error)
    assert "hunter2" not in str(error)
    assert duty.events == []


def test_a_message_has_one_time_for_all_its_alerts() -> None:
    with HttpReceiver() as slow:
        slow.behave = hang
        error = refusal(pagerduty(slow.url(), longest=SHORT), many(5))
        assert len(slow.got) == 1
    assert not error.permanent
    assert "did not answer within 0.3 s" in str(error)


def test_an_event_that_would_be_too_large_is_cut(duty: PagerDutyStandIn) -> None:
    message = notification(event(reason="ü" * 400_000))
    pagerduty(duty.url).send(message)
    (sent,) = duty.open.values()
    assert sent["payload"]["custom_details"]["cut"] == "the details are too large"
