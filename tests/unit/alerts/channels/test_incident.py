"""Alerts as events of PagerDuty's."""

from __future__ import annotations

import json

import pytest
from builders.notifications import notification
from builders.readings import day, event, resolved

from alerts.channels.incident import Event, incident_event
from alerts.channels.post import json_body
from alerts.notification import Notification


def told(message: Notification) -> Event:
    """The event of the first alert."""
    return incident_event(message.payload["alerts"][0], message.payload, routing_key="k3y")


def test_firing_and_resolved_of_one_episode_have_one_key_and_the_next_has_another() -> None:
    first, over = told(notification(event())), told(notification(resolved()))
    again = told(notification(event(episode=2, fired_at=day(5), window_end=day(5))))
    assert (first["event_action"], over["event_action"]) == ("trigger", "resolve")
    assert first["dedup_key"] == over["dedup_key"] != again["dedup_key"]
    assert len(first["dedup_key"]) <= 255


def test_two_columns_are_two_incidents() -> None:
    assert (
        told(notification(event(column_name="a")))["dedup_key"]
        != told(notification(event(column_name="b")))["dedup_key"]
    )


@pytest.mark.parametrize(("severity", "expected"), [("page", "critical"), ("ticket", "warning"), ("", "warning")])
def test_the_severity_is_one_that_pagerduty_knows(severity: str, expected: str) -> None:
    assert told(notification(event(severity=severity)))["payload"]["severity"] == expected


def test_an_event_says_what_happened_where_and_since_when() -> None:
    message = notification(event(column_name="dep_delay", annotations={"runbook_url": "https://example.org/auc"}))
    sent = told(message)
    assert sent["payload"] | {"custom_details": None} == {
        "summary": "late_arrival: roc_auc of dep_delay is 0.671 over 1 day, limit 0.7",
        "source": "late_arrival",
        "severity": "critical",
        "timestamp": "2013-06-01T00:00:00Z",
        "component": "dep_delay",
        "group": "late_arrival",
        "class": "AucDrop",
        "custom_details": None,
    }
    details = sent["payload"]["custom_details"]
    assert details["description"] == "roc_auc 0.671 is below 0.7."
    assert details["label_window"] == "1d"
    assert [link["text"] for link in sent["links"]] == ["Dashboard", "Runbook"]
    assert sent["client_url"] == "http://dash:8501"


def test_without_a_dashboard_there_is_no_link_and_only_web_addresses_are_links() -> None:
    assert told(notification(event(annotations={"runbook_url": "wiki: auc"}), base_url=""))["links"] == []


def test_a_long_summary_is_cut_and_an_empty_one_is_filled() -> None:
    long = told(notification(event(annotations={"summary": "x" * 2000})))
    assert len(long["payload"]["summary"]) == 1024
    assert told(notification(event(annotations={"summary": " \n"})))["payload"]["summary"] != ""


def test_how_many_alerts_were_left_out_is_in_the_details() -> None:
    message = notification(event())
    message.payload["truncatedAlerts"] = 7
    assert told(message)["payload"]["custom_details"]["alerts_not_told"] == 7


@pytest.mark.parametrize("sign", ["x", "ü", "\\"])
def test_no_event_is_larger_than_pagerduty_takes(sign: str) -> None:
    sent = told(notification(event(reason=sign * 600_000)))
    assert len(json_body(sent)) < 512 * 1024
    assert json.loads(json_body(sent))["payload"]["custom_details"]["description"].startswith(sign * 4000)
