"""The body of a group's message: order, cut, words that were kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from builders.readings import event, resolved

from alerts.content import content
from alerts.facts import Facts
from alerts.message import body, past_limit
from alerts.notification import Body, Receiver
from alerts.state import AlertEvent


@dataclass(frozen=True)
class Group:
    """A group as the routes make it."""

    key: str = '{}/{severity="page"}:{model="late_arrival"}'
    labels: Mapping[str, str] = field(default_factory=lambda: {"model": "late_arrival"})


def told(*events: AlertEvent, max_alerts: int = 50) -> Body:
    return body(Group(), events, Receiver("team", "webhook", max_alerts=max_alerts), base_url="http://dash:8501/")


def columns(found: Body) -> list[str]:
    return [alert["labels"]["column"] for alert in found["alerts"]]


def test_a_message_carries_the_key_and_the_labels_of_its_group() -> None:
    found = told(event(), event(alert="AucVeryLow"))
    assert found["groupKey"] == Group().key
    assert found["groupLabels"] == {"model": "late_arrival"}
    assert found["externalURL"] == "http://dash:8501"
    assert "alertname" not in found["commonLabels"]


def test_what_pages_and_is_furthest_past_its_limit_stands_first_and_what_is_over_last() -> None:
    found = told(
        resolved(column_name="over"),
        event(column_name="ticket", severity="ticket", value=0.1),
        event(column_name="near", value=0.69),
        event(column_name="far", value=0.2),
        event(column_name="nothing", value=None),
    )
    assert columns(found) == ["far", "near", "nothing", "ticket", "over"]


def test_what_a_message_has_no_room_for_is_counted_and_it_is_not_the_worst() -> None:
    found = told(*(event(column_name=f"c{number}", value=number / 10) for number in range(6)), max_alerts=2)
    assert (columns(found), found["truncatedAlerts"]) == (["c0", "c1"], 4)
    assert told(*(event(column_name=f"c{number}") for number in range(60)), max_alerts=0)["truncatedAlerts"] == 0


def test_the_command_to_silence_names_a_configuration_that_is_not_the_default_one() -> None:
    fired = replace(event(), content=content(event(), Facts()))
    receiver = Receiver("team", "webhook")
    [plain] = body(Group(), [fired], receiver, base_url="")["alerts"]
    [named] = body(Group(), [fired], receiver, base_url="", config="/etc/our watch.yaml")["alerts"]
    assert named["annotations"]["silence"] == f"{plain['annotations']['silence']} --config '/etc/our watch.yaml'"


def test_words_of_a_rule_are_nobodys_command() -> None:
    fired = event(annotations={"silence": "ask the team"})
    [told_so] = body(Group(), [fired], Receiver("team", "webhook"), base_url="", config="/etc/watch.yaml")["alerts"]
    assert told_so["annotations"]["silence"] == "ask the team"


def test_an_alert_that_was_cut_still_keeps_the_message_firing() -> None:
    assert told(event(column_name="a"), resolved(column_name="b"), max_alerts=1)["status"] == "firing"
    assert told(resolved())["status"] == "resolved"


def test_a_message_uses_the_words_and_labels_that_its_events_were_recorded_with() -> None:
    recorded = event(
        labels={"alertname": "AucDrop", "team": "ml", "severity": "page"},
        content={"annotations": {"summary": "as it was", "description": "then"}},
    )
    (alert,) = told(recorded)["alerts"]
    assert alert["labels"] == {"alertname": "AucDrop", "team": "ml", "severity": "page"}
    assert alert["annotations"] == {"summary": "as it was", "description": "then"}


def test_words_are_the_same_whether_they_were_recorded_or_not() -> None:
    plain = event(column_name="dep_delay", annotations={"runbook_url": "https://example.org/{alert}"})
    kept = event(column_name="dep_delay", content=content(plain, Facts()))
    assert told(kept) == told(plain)


def test_nothing_to_tell_is_no_message() -> None:
    with pytest.raises(ValueError, match="one alert or more"):
        told()


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [(0.3, 0.2, 0.5), (0.35, 0.7, 0.5), (None, 0.7, 0.0), (0.3, None, 0.0), (float("nan"), 1.0, 0.0)],
)
def test_how_far_a_value_is_past_its_limit_is_a_share_of_the_limit(
    value: float | None, limit: float | None, expected: float
) -> None:
    assert past_limit(event(value=value, limit_value=limit)) == pytest.approx(expected)
