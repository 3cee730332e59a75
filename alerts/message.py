"""Makes messages of events, for each group and receiver one."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from alerts.content import annotations_of, page_of
from alerts.notification import STILL_FIRING, Body, BodyAlert, Notification, Receiver
from alerts.silencing import with_config
from alerts.state import AlertEvent, Identity
from alerts.wording import timestamp

SMALLEST_LIMIT = 1e-9  # a limit of 0 has no share


class Group(Protocol):
    """Alerts that are told together: the key of the group, and the labels that they share by it."""

    @property
    def key(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...


def body(group: Group, events: Iterable[AlertEvent], receiver: Receiver, *, base_url: str, config: str = "") -> Body:
    """What a receiver reads of a group: each event as it was told when it happened, the worst first.

    What fires stands before what is over, what pages before tickets, then what is furthest past its limit. More
    alerts than the receiver takes are counted in `truncatedAlerts`. `config` is the path of a configuration that is not
    the default one.
    """
    told = sorted(events, key=_worst_first)
    if not told:
        raise ValueError("a message is about one alert or more")
    base_url = base_url.rstrip("/")
    shown = told[: receiver.max_alerts] if receiver.max_alerts else told
    alerts = [_body_alert(event, base_url, config) for event in shown]
    return Body(
        version="4",
        groupKey=group.key,
        truncatedAlerts=len(told) - len(shown),
        status="resolved" if all(event.resolves for event in told) else "firing",
        receiver=receiver.name,
        groupLabels=dict(group.labels),
        commonLabels=_common([alert["labels"] for alert in alerts]),
        commonAnnotations=_common([alert["annotations"] for alert in alerts]),
        externalURL=base_url,
        alerts=alerts,
    )


def compose(
    group: Group,
    events: Iterable[AlertEvent],
    receiver: Receiver,
    *,
    number: int,
    now: datetime,
    base_url: str,
    config: str = "",
) -> Notification:
    """The `number`th message of a group to a receiver; the same one has the same key, however often it is sent."""
    return Notification(
        receiver=receiver.name,
        channel=receiver.channel,
        dedup_key=hashlib.sha256(json.dumps([receiver.name, group.key, number]).encode()).hexdigest(),
        payload=body(group, events, receiver, base_url=base_url, config=config),
        created_at=now,
    )


def _worst_first(event: AlertEvent) -> tuple[bool, bool, float, Identity, int]:
    return event.resolves, event.severity != "page", -past_limit(event), event.identity, event.episode


def past_limit(event: AlertEvent) -> float:
    """How far a value is past its limit, as a share of the limit; without a value it is 0."""
    if event.value is None or event.limit_value is None or math.isnan(event.value):
        return 0.0
    return abs(event.value - event.limit_value) / max(abs(event.limit_value), SMALLEST_LIMIT)


def _body_alert(event: AlertEvent, base_url: str, config: str) -> BodyAlert:
    return BodyAlert(
        status="resolved" if event.resolves else "firing",
        labels=_labels(event),
        annotations=with_config(annotations_of(event), config),
        startsAt=timestamp(event.fired_at or event.window_end),
        endsAt=timestamp(event.window_end) if event.resolves else STILL_FIRING,
        generatorURL=page(event, base_url),
        fingerprint=event.identity.fingerprint,
    )


def _labels(event: AlertEvent) -> dict[str, str]:
    return dict(event.labels) or {**event.identity.labels(), "severity": event.severity}


def page(event: AlertEvent, base_url: str) -> str:
    """The dashboard page that shows the series up to this window; none without a dashboard."""
    if not base_url:
        return ""
    return f"{base_url}/{page_of(event)}"


def _common(maps: list[dict[str, str]]) -> dict[str, str]:
    """What all of them say alike."""
    first, *others = maps
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in others)}
