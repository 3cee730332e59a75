"""Messages: the body as Alertmanager sends it, and one message for each alert, model and window."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from builders.readings import day, event, resolved

from alerts.message import compose
from alerts.notification import Notification, Receiver
from alerts.state import AlertEvent

TEAM = Receiver(name="team", channel="webhook")
NOW = datetime(2013, 6, 3, 8, tzinfo=UTC)


def composed(*events: AlertEvent, receiver: Receiver = TEAM, base_url: str = "http://dash:8501") -> list[Notification]:
    return compose(events, receiver, now=NOW, base_url=base_url)


def test_the_body_is_the_one_that_alertmanager_sends() -> None:
    (notification,) = composed(event(column_name="dep_delay", window_seconds=604_800))
    fingerprint = event(column_name="dep_delay", window_seconds=604_800).identity.fingerprint
    labels = {
        "alertname": "AucDrop",
        "model": "late_arrival",
        "metric": "roc_auc",
        "column": "dep_delay",
        "window": "7d",
        "severity": "page",
    }
    annotations = {
        "summary": "late_arrival: roc_auc of dep_delay is 0.671 over 7 days, limit 0.7",
        "description": "roc_auc 0.671 is below 0.7",
        "silence": "seamark silence add --for 4h 'alertname=\"AucDrop\"' 'model=\"late_arrival\"' 'metric=\"roc_auc\"'"
        " 'column=\"dep_delay\"' 'window=\"7d\"'",
    }
    assert notification.payload == {
        "version": "4",
        "groupKey": '{}:{alertname="AucDrop", model="late_arrival"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "team",
        "groupLabels": {"alertname": "AucDrop", "model": "late_arrival"},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "http://dash:8501",
        "alerts": [
            {
                "status": "firing",
                "labels": labels,
                "annotations": annotations,
                "startsAt": "2013-06-01T00:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://dash:8501/model?model=late_arrival&metric=roc_auc&column=dep_delay&window=604800"
                "&end=2013-06-01T00:00:00Z",
                "fingerprint": fingerprint,
            }
        ],
    }
    assert (notification.receiver, notification.channel, notification.created_at) == ("team", "webhook", NOW)


def test_a_resolved_alert_ends_when_its_window_ended_and_starts_when_it_fired() -> None:
    (notification,) = composed(resolved(from_state="recovering"))
    (alert,) = notification.payload["alerts"]
    assert (notification.payload["status"], alert["status"]) == ("resolved", "resolved")
    assert (alert["startsAt"], alert["endsAt"]) == ("2013-06-01T00:00:00Z", "2013-06-03T00:00:00Z")
    assert alert["annotations"]["summary"] == (
        "AucDrop of late_arrival over 1 day resolved: roc_auc 0.73 is back above 0.7 since 2013-06-03"
    )


def test_the_end_of_an_alert_is_not_told_in_the_rules_words_for_its_beginning() -> None:
    words = {"summary": "AUC {value:.2f} < {limit}", "runbook_url": "https://example.org/{alert}"}
    (notification,) = composed(
        resolved(column_name="dep_delay", reason="it is well again", annotations=words),
        event(window_end=resolved().window_end, annotations=words),
    )
    fires, resolves = (alert["annotations"] for alert in notification.payload["alerts"])
    assert fires["summary"] == "AUC 0.67 < 0.7"
    assert resolves == {
        "summary": "AucDrop of dep_delay of late_arrival over 1 day resolved: it is well again",
        "description": "it is well again",
        "runbook_url": "https://example.org/AucDrop",
    }


def test_an_alert_that_ends_without_a_value_says_why_it_ended() -> None:
    (notification,) = composed(resolved(value=None, limit_value=None, reason="the rule is gone"))
    (alert,) = notification.payload["alerts"]
    assert alert["annotations"]["summary"] == "AucDrop of late_arrival over 1 day resolved: the rule is gone"


@pytest.mark.parametrize(
    ("from_state", "to_state"),
    [
        ("inactive", "pending"),
        ("pending", "inactive"),
        ("firing", "recovering"),
        ("recovering", "firing"),
    ],
)
def test_changes_that_concern_nobody_are_not_told(from_state: str, to_state: str) -> None:
    assert composed(event(from_state=from_state, to_state=to_state)) == []


def test_drift_on_forty_columns_of_one_model_is_one_message() -> None:
    events = [event(column_name=f"column_{number:02}") for number in range(40)]
    (notification,) = composed(*events)
    columns = [alert["labels"]["column"] for alert in notification.payload["alerts"]]
    assert columns == [f"column_{number:02}" for number in range(40)]
    assert "column" not in notification.payload["commonLabels"]
    assert notification.payload["commonLabels"]["metric"] == "roc_auc"
    assert notification.payload["commonAnnotations"] == {"description": "roc_auc 0.671 is below 0.7"}


def test_other_alerts_models_and_windows_are_other_messages() -> None:
    events = [event(), event(alert="AucVeryLow"), event(model="taxi_fare"), event(window_end=day(1), episode=2)]
    assert len(composed(*events)) == 4


def test_a_message_is_firing_as_long_as_one_of_its_alerts_is() -> None:
    (notification,) = composed(resolved(column_name="a"), event(column_name="b", window_end=day(2)))
    assert notification.payload["status"] == "firing"
    assert [alert["status"] for alert in notification.payload["alerts"]] == ["firing", "resolved"]


def test_the_key_of_a_message_depends_on_its_events_alone() -> None:
    events = [event(column_name="a"), event(column_name="b")]
    (one,) = composed(*events)
    (other,) = compose(reversed(events), TEAM, now=datetime(2020, 1, 1, tzinfo=UTC), base_url="http://elsewhere")
    assert one.dedup_key == other.dedup_key


def test_other_episodes_ends_and_receivers_have_other_keys() -> None:
    notifications = [
        *composed(event()),
        *composed(event(episode=2)),
        *composed(resolved()),
        *composed(event(), receiver=Receiver(name="boss", channel="webhook")),
        *composed(event(column_name="dep_delay")),
    ]
    assert len({notification.dedup_key for notification in notifications}) == len(notifications)


def test_annotations_of_the_rule_are_filled_and_stand_before_the_default_ones() -> None:
    annotations = {
        "summary": "AUC of {model} is {value:.3f}, limit {limit}",
        "runbook_url": "https://example.org/{alert}",
    }
    (notification,) = composed(event(annotations=annotations))
    found = notification.payload["alerts"][0]["annotations"]
    assert found["summary"] == "AUC of late_arrival is 0.671, limit 0.7"
    assert found["description"] == "roc_auc 0.671 is below 0.7"
    assert found["runbook_url"] == "https://example.org/AucDrop"


def test_an_alert_without_a_value_has_words_and_no_nan() -> None:
    annotations = {"detail": "{value:.3f} of {limit:.2f}"}
    nothing = event(value=None, limit_value=None, reason="12 rows, 200 are wanted", annotations=annotations)
    (notification,) = composed(nothing)
    (alert,) = notification.payload["alerts"]
    assert alert["annotations"]["summary"] == "late_arrival: roc_auc has no value over 1 day"
    assert alert["annotations"]["detail"] == "no value of no value"


def test_the_body_is_strict_json() -> None:
    (notification,) = composed(event(value=float("-inf")), event(column_name="π\n\"'"))
    assert json.loads(json.dumps(notification.payload, allow_nan=False)) == notification.payload


def test_links_lead_to_the_page_of_the_series_whatever_its_name() -> None:
    (notification,) = composed(event(column_name="a&b=c d"), base_url="http://dash:8501/")
    link = urlsplit(notification.payload["alerts"][0]["generatorURL"])
    assert (link.netloc, link.path) == ("dash:8501", "/model")
    assert parse_qs(link.query)["column"] == ["a&b=c d"]


def test_a_link_leads_to_the_window_of_the_event_however_late_it_is_opened() -> None:
    (notification,) = composed(resolved(window_end=day(2.25)))
    assert notification.payload["alerts"][0]["generatorURL"].endswith("&window=86400&end=2013-06-03T06:00:00Z")


def test_without_a_dashboard_there_are_no_links() -> None:
    (notification,) = composed(event(), base_url="")
    assert (notification.payload["externalURL"], notification.payload["alerts"][0]["generatorURL"]) == ("", "")
