"""Messages: the body as Alertmanager sends it, of everything that a group has to say."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from builders.notifications import NOW, notification
from builders.readings import day, event, resolved


def test_the_body_is_the_one_that_alertmanager_sends() -> None:
    message = notification(event(column_name="dep_delay", window_seconds=604_800))
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
        "description": "roc_auc 0.671 is below 0.7.",
        "silence": "seamark silence add --for 4h --comment 'being looked into'"
        " 'alertname=\"AucDrop\"' 'model=\"late_arrival\"' 'metric=\"roc_auc\"'"
        " 'column=\"dep_delay\"' 'window=\"7d\"'",
    }
    assert message.payload == {
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
    assert (message.receiver, message.channel, message.created_at) == ("team", "webhook", NOW)


def test_a_resolved_alert_ends_when_its_window_ended_and_starts_when_it_fired() -> None:
    message = notification(resolved(from_state="recovering"))
    (alert,) = message.payload["alerts"]
    assert (message.payload["status"], alert["status"]) == ("resolved", "resolved")
    assert (alert["startsAt"], alert["endsAt"]) == ("2013-06-01T00:00:00Z", "2013-06-03T00:00:00Z")
    assert alert["annotations"]["summary"] == (
        "AucDrop of late_arrival over 1 day resolved: roc_auc 0.73 is back above 0.7 since 2013-06-03"
    )


def test_the_end_of_an_alert_is_not_told_in_the_rules_words_for_its_beginning() -> None:
    words = {"summary": "AUC {value:.2f} < {limit}", "runbook_url": "https://example.org/{alert}"}
    message = notification(
        resolved(column_name="dep_delay", reason="it is well again", annotations=words),
        event(window_end=resolved().window_end, annotations=words),
    )
    fires, resolves = (alert["annotations"] for alert in message.payload["alerts"])
    assert fires["summary"] == "AUC 0.67 < 0.7"
    assert resolves == {
        "summary": "AucDrop of dep_delay of late_arrival over 1 day resolved: it is well again",
        "description": "it is well again. It fired for 2 days, from 2013-06-01 00:00 UTC to 2013-06-03 00:00 UTC.",
        "runbook_url": "https://example.org/AucDrop",
    }


def test_an_alert_that_ends_without_a_value_says_why_it_ended() -> None:
    message = notification(resolved(value=None, limit_value=None, reason="the rule is gone"))
    (alert,) = message.payload["alerts"]
    assert alert["annotations"]["summary"] == "AucDrop of late_arrival over 1 day resolved: the rule is gone"


def test_drift_on_forty_columns_of_one_model_is_one_message() -> None:
    events = [event(column_name=f"column_{number:02}") for number in range(40)]
    message = notification(*events)
    columns = [alert["labels"]["column"] for alert in message.payload["alerts"]]
    assert columns == [f"column_{number:02}" for number in range(40)]
    assert "column" not in message.payload["commonLabels"]
    assert message.payload["commonLabels"]["metric"] == "roc_auc"
    assert message.payload["commonAnnotations"] == {"description": "roc_auc 0.671 is below 0.7."}


def test_a_message_is_firing_as_long_as_one_of_its_alerts_is() -> None:
    message = notification(resolved(column_name="a"), event(column_name="b", window_end=day(2)))
    assert message.payload["status"] == "firing"
    assert [alert["status"] for alert in message.payload["alerts"]] == ["firing", "resolved"]


def test_the_key_of_a_message_is_its_place_in_its_group() -> None:
    one, again = notification(event(column_name="a")), notification(event(column_name="b"), base_url="http://elsewhere")
    others = [notification(event(), number=2), notification(event(), receiver="boss"), notification(event(model="x"))]
    assert one.dedup_key == again.dedup_key
    assert len({one.dedup_key, *(other.dedup_key for other in others)}) == 4


def test_what_a_receiver_does_not_take_is_counted_and_the_worst_come_first() -> None:
    events = [event(column_name=f"c{number}", value=0.7 - number / 100, limit_value=0.7) for number in range(5)]
    ticket = event(column_name="ticket", value=0.1, limit_value=0.7, severity="ticket")
    message = notification(ticket, *events, max_alerts=3)
    shown = [alert["labels"]["column"] for alert in message.payload["alerts"]]
    assert (shown, message.payload["truncatedAlerts"]) == (["c4", "c3", "c2"], 3)


def test_annotations_of_the_rule_are_filled_and_stand_before_the_default_ones() -> None:
    annotations = {
        "summary": "AUC of {model} is {value:.3f}, limit {limit}",
        "runbook_url": "https://example.org/{alert}",
    }
    message = notification(event(annotations=annotations))
    found = message.payload["alerts"][0]["annotations"]
    assert found["summary"] == "AUC of late_arrival is 0.671, limit 0.7"
    assert found["description"] == "roc_auc 0.671 is below 0.7."
    assert found["runbook_url"] == "https://example.org/AucDrop"


def test_an_alert_without_a_value_has_words_and_no_nan() -> None:
    annotations = {"detail": "{value:.3f} of {limit:.2f}"}
    nothing = event(value=None, limit_value=None, reason="12 rows, 200 are wanted", annotations=annotations)
    message = notification(nothing)
    (alert,) = message.payload["alerts"]
    assert alert["annotations"]["summary"] == "late_arrival: roc_auc has no value over 1 day"
    assert alert["annotations"]["detail"] == "no value of no value"


def test_the_body_is_strict_json() -> None:
    message = notification(event(value=float("-inf")), event(column_name="π\n\"'"))
    assert json.loads(json.dumps(message.payload, allow_nan=False)) == message.payload


def test_links_lead_to_the_page_of_the_series_whatever_its_name() -> None:
    message = notification(event(column_name="a&b=c d"), base_url="http://dash:8501/")
    link = urlsplit(message.payload["alerts"][0]["generatorURL"])
    assert (link.netloc, link.path) == ("dash:8501", "/model")
    assert parse_qs(link.query)["column"] == ["a&b=c d"]


def test_a_link_leads_to_the_window_of_the_event_however_late_it_is_opened() -> None:
    message = notification(resolved(window_end=day(2.25)))
    assert message.payload["alerts"][0]["generatorURL"].endswith("&window=86400&end=2013-06-03T06:00:00Z")


def test_without_a_dashboard_there_are_no_links() -> None:
    message = notification(event(), base_url="")
    assert (message.payload["externalURL"], message.payload["alerts"][0]["generatorURL"]) == ("", "")
