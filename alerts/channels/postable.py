"""An alert as Alertmanager takes it over its API, version 2."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from alerts.notification import BodyAlert

FIRES_UNTIL = timedelta(days=4)  # a weekend without Seamark ends no alert


class PostableAlert(TypedDict, total=False):
    """One alert; Alertmanager knows it again by its labels."""

    labels: dict[str, str]
    annotations: dict[str, str]
    startsAt: str
    endsAt: str
    generatorURL: str


def postables(alerts: Iterable[BodyAlert], now: datetime) -> list[PostableAlert]:
    """Alerts with one episode each, the last: Alertmanager knows no other, and would end the last by the first."""
    last: dict[tuple[tuple[str, str], ...], PostableAlert] = {}
    for alert in alerts:
        posted = postable(alert, now)
        labels = tuple(sorted(posted["labels"].items()))
        if labels not in last or last[labels]["startsAt"] < posted["startsAt"]:
            last[labels] = posted
    return list(last.values())


def postable(alert: BodyAlert, now: datetime) -> PostableAlert:
    """An alert that fires until days from now, so that silence ends it only then; or one that ended."""
    posted = PostableAlert(
        labels=_named(alert["labels"]),
        annotations=_named(alert["annotations"]),
        startsAt=alert["startsAt"],
        endsAt=_end(alert, now),
    )
    if alert["generatorURL"]:
        posted["generatorURL"] = alert["generatorURL"]
    return posted


def _end(alert: BodyAlert, now: datetime) -> str:
    """The end of a resolved alert is never ahead of the clock: until then it would fire."""
    if alert["status"] == "firing":
        return (now + FIRES_UNTIL).astimezone(UTC).isoformat()
    return min(datetime.fromisoformat(alert["endsAt"]), now).astimezone(UTC).isoformat()


def label_name(text: str) -> str:
    """A name that Prometheus understands: letters, digits and `_`, no digit at the beginning.

    >>> label_name("carrier code"), label_name("95th"), label_name("größe"), label_name("")
    ('carrier_code', '_95th', 'gr__e', '_')
    """
    name = re.sub(r"[^a-zA-Z0-9_]", "_", text)
    return name if re.match(r"[a-zA-Z_]", name) else f"_{name}"


def _named(texts: dict[str, str]) -> dict[str, str]:
    """Texts under names that Prometheus understands; names that become alike are kept apart."""
    named: dict[str, str] = {}
    for plain, text in sorted(texts.items(), key=lambda pair: (label_name(pair[0]) != pair[0], pair[0])):
        name = label_name(plain)
        while name in named:
            name += "_"
        named[name] = text
    return named
