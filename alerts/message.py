"""Makes messages of events: one for each alert name, model and window end, to each receiver."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from urllib.parse import urlencode

from alerts.notification import STILL_FIRING, Body, BodyAlert, Notification, Receiver
from alerts.placeholders import fill
from alerts.state import AlertEvent, Identity
from alerts.wording import length, number


def compose(events: Iterable[AlertEvent], receiver: Receiver, *, now: datetime, base_url: str) -> list[Notification]:
    """The messages that a receiver gets about these events: of what fires and what resolves, of nothing else."""
    told = sorted((event for event in events if event.fires or event.resolves), key=_order)
    return [
        _notification(list(group), receiver, now=now, base_url=base_url.rstrip("/"))
        for _, group in groupby(told, key=_group)
    ]


def _group(event: AlertEvent) -> tuple[str, str, datetime]:
    return event.identity.alert, event.identity.model, event.window_end


def _order(event: AlertEvent) -> tuple[tuple[str, str, datetime], bool, object, int]:
    """Groups together; within a group what fires first."""
    return _group(event), event.resolves, event.identity, event.episode


def _notification(events: list[AlertEvent], receiver: Receiver, *, now: datetime, base_url: str) -> Notification:
    identity = events[0].identity
    alerts = [_body_alert(event, base_url) for event in events]
    group_labels = {"alertname": identity.alert, "model": identity.model}
    body = Body(
        version="4",
        groupKey=f"{{}}:{_label_set(group_labels)}",
        truncatedAlerts=0,
        status="firing" if any(event.fires for event in events) else "resolved",
        receiver=receiver.name,
        groupLabels=group_labels,
        commonLabels=_common([alert["labels"] for alert in alerts]),
        commonAnnotations=_common([alert["annotations"] for alert in alerts]),
        externalURL=base_url,
        alerts=alerts,
    )
    return Notification(
        receiver=receiver.name,
        channel=receiver.channel,
        dedup_key=_dedup_key(events, receiver),
        payload=body,
        created_at=now,
    )


def _body_alert(event: AlertEvent, base_url: str) -> BodyAlert:
    return BodyAlert(
        status="resolved" if event.resolves else "firing",
        labels={**event.identity.labels(), "severity": event.severity},
        annotations=_annotations(event),
        startsAt=_timestamp(event.fired_at or event.window_end),
        endsAt=_timestamp(event.window_end) if event.resolves else STILL_FIRING,
        generatorURL=page(event, base_url),
        fingerprint=event.identity.fingerprint,
    )


def _annotations(event: AlertEvent) -> dict[str, str]:
    identity = event.identity
    values: dict[str, str | float | None] = {
        "alert": identity.alert,
        "model": identity.model,
        "version": identity.version,
        "metric": identity.metric,
        "column": identity.column_name,
        "segment": identity.segment,
        "window": length(identity.window_seconds),
        "value": event.value,
        "limit": event.limit_value,
        "severity": event.severity,
        "reason": event.reason,
    }
    filled = {key: fill(text, values) for key, text in event.annotations.items()}
    if event.resolves:
        filled["summary"] = _end(event)  # the rule's own words say that something is wrong
    return {"summary": _summary(event), "description": event.reason} | filled


def _summary(event: AlertEvent) -> str:
    """What happened, in one line, where the rule has no words of its own."""
    identity = event.identity
    series = " of ".join(part for part in (identity.metric, identity.column_name, *_rows(identity)) if part)
    over = f"over {length(identity.window_seconds)}"
    if event.value is None:
        return f"{identity.model}: {series} has no value {over}"
    limit = "" if event.limit_value is None else f", limit {number(event.limit_value)}"
    return f"{identity.model}: {series} is {number(event.value)} {over}{limit}"


def _end(event: AlertEvent) -> str:
    """That an alert is over, and why, in one line."""
    identity = event.identity
    about = " of ".join(part for part in (identity.alert, identity.column_name, *_rows(identity)) if part)
    return f"{about} of {identity.model} over {length(identity.window_seconds)} resolved: {event.reason}"


def _rows(identity: Identity) -> tuple[str, str]:
    """Which rows an alert is about, where it is not all of them."""
    return identity.segment, f"version {identity.version}" if identity.version else ""


def page(event: AlertEvent, base_url: str) -> str:
    """The dashboard page that shows the series up to this window; none without a dashboard."""
    if not base_url:
        return ""
    identity = event.identity
    query = {
        "model": identity.model,
        "metric": identity.metric,
        "column": identity.column_name,
        "window": identity.window_seconds,
        "end": _timestamp(event.window_end),
    }
    return f"{base_url}/model?{urlencode(query, safe=':')}"


def _dedup_key(events: list[AlertEvent], receiver: Receiver) -> str:
    told = sorted((event.identity.fingerprint, event.episode, event.resolves) for event in events)
    return hashlib.sha256(json.dumps([receiver.name, told]).encode()).hexdigest()


def _common(maps: list[dict[str, str]]) -> dict[str, str]:
    """What all of them say alike."""
    first, *others = maps
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in others)}


def _label_set(labels: dict[str, str]) -> str:
    """Labels as Prometheus prints them.

    >>> _label_set({"alertname": "AucDrop", "model": "late_arrival"})
    '{alertname="AucDrop", model="late_arrival"}'
    """
    pairs = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in sorted(labels.items()))
    return f"{{{', '.join(pairs)}}}"


def _timestamp(time: datetime) -> str:
    """RFC 3339 in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
