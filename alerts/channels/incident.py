"""An alert as an event of PagerDuty's Events API, version 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from alerts.channels.episode import episode_key
from alerts.channels.post import json_body
from alerts.notification import Body, BodyAlert
from alerts.wording import printable

SEVERITIES: Mapping[str, str] = {"page": "critical", "ticket": "warning"}
LONGEST_SUMMARY = 1024
LARGEST_EVENT = 512 * 1024
LARGEST_WHEN_CUT = 4096  # characters of the description where an event would be too large


class Link(TypedDict):
    """Where to read on."""

    href: str
    text: str


class Event(TypedDict):
    """One event; its names are PagerDuty's.

    https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
    """

    routing_key: str
    event_action: Literal["trigger", "resolve"]
    dedup_key: str
    client: str
    client_url: str
    links: list[Link]
    payload: dict[str, object]


def incident_event(alert: BodyAlert, body: Body, *, routing_key: str) -> Event:
    """What opens an incident of an episode, or closes the same."""
    event = Event(
        routing_key=routing_key,
        event_action="resolve" if alert["status"] == "resolved" else "trigger",
        dedup_key=episode_key(alert),
        client="Seamark",
        client_url=body["externalURL"],
        links=_links(alert),
        payload=_payload(alert, body),
    )
    if len(json_body(event)) > LARGEST_EVENT:
        description = alert["annotations"]["description"][:LARGEST_WHEN_CUT]
        event["payload"]["custom_details"] = {"description": description, "cut": "the details are too large"}
        event["links"] = []
    return event


def _payload(alert: BodyAlert, body: Body) -> dict[str, object]:
    labels = alert["labels"]
    details: dict[str, object] = {**alert["annotations"], **{f"label_{name}": text for name, text in labels.items()}}
    if body["truncatedAlerts"]:
        details["alerts_not_told"] = body["truncatedAlerts"]
    return {
        "summary": printable(alert["annotations"]["summary"])[:LONGEST_SUMMARY] or "an alert without a summary",
        "source": printable(labels.get("model", "")) or "seamark",
        "severity": SEVERITIES.get(labels.get("severity", ""), "warning"),
        "timestamp": alert["endsAt"] if alert["status"] == "resolved" else alert["startsAt"],
        "component": labels.get("column") or labels.get("metric", ""),
        "group": labels.get("model", ""),
        "class": labels.get("alertname", ""),
        "custom_details": details,
    }


def _links(alert: BodyAlert) -> list[Link]:
    """The dashboard page and the runbook, where there are any."""
    found = {"Dashboard": alert["generatorURL"], "Runbook": alert["annotations"].get("runbook_url", "")}
    return [Link(href=url, text=text) for text, url in found.items() if url.startswith(("https://", "http://"))]
