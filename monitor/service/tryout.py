"""Tries a receiver: a message that says it is a try-out goes through the real channel."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from alerts.channels.channel import Channel, DeliveryError
from alerts.notification import STILL_FIRING, Body, BodyAlert, Notification, Receiver
from monitor.config.faults import did_you_mean
from monitor.errors import ConfigError, Fault, WorldError
from monitor.service.alerting import channel_of, receiver_of
from monitor.service.settings import read_settings

ALERT = "SeamarkTryOut"


def try_receiver(config: Path, name: str, *, resolved: bool) -> str:
    """Send a try-out and say so; WorldError if it did not arrive, ConfigError if there is no such receiver."""
    settings = read_settings(config)
    receivers = {receiver.name: receiver for receiver in settings.alerts.receivers}
    if name not in receivers:
        message = f"no receiver is called `{name}`{did_you_mean(name, receivers)}"
        raise ConfigError([Fault(str(config), None, "alerts.receivers", message)])
    chosen = receivers[name]
    base_url = settings.dashboards.url or ""
    told = try_out(receiver_of(chosen), now=datetime.now(UTC), base_url=base_url, resolved=resolved)
    return send_try_out(channel_of(chosen.channel), told, resolved=resolved)


def send_try_out(channel: Channel, told: Notification, *, resolved: bool) -> str:
    """Send it and say so; WorldError if it did not arrive."""
    try:
        channel.send(told)
    except DeliveryError as error:
        later = "trying again makes no sense" if error.permanent else "a real message would be tried again"
        raise WorldError(f"{told.receiver} ({told.channel}): {error}; {later}", permanent=error.permanent) from error
    over = "" if resolved else "; end it with --resolved"
    return f"{told.receiver} ({told.channel}) took the {'end of the try-out' if resolved else f'try-out{over}'}"


def try_out(receiver: Receiver, *, now: datetime, base_url: str, resolved: bool) -> Notification:
    """A message about an alert of nothing, the same one all day, so that its end finds its beginning."""
    alert = _alert(receiver, now=now, base_url=base_url, resolved=resolved)
    labels = {"alertname": ALERT, "model": alert["labels"]["model"]}
    return Notification(
        receiver=receiver.name,
        channel=receiver.channel,
        dedup_key=hashlib.sha256(json.dumps([ALERT, receiver.name, now.isoformat()]).encode()).hexdigest(),
        payload=Body(
            version="4",
            groupKey=f'{{}}:{{alertname="{ALERT}"}}',
            truncatedAlerts=0,
            status=alert["status"],
            receiver=receiver.name,
            groupLabels=labels,
            commonLabels=alert["labels"],
            commonAnnotations=alert["annotations"],
            externalURL=base_url,
            alerts=[alert],
        ),
        created_at=now,
    )


def _alert(receiver: Receiver, *, now: datetime, base_url: str, resolved: bool) -> BodyAlert:
    labels = {"alertname": ALERT, "model": "try-out", "receiver": receiver.name, "severity": "ticket"}
    state = "is over" if resolved else "has begun"
    return BodyAlert(
        status="resolved" if resolved else "firing",
        labels=labels,
        annotations={
            "summary": f"Try-out: a message to {receiver.name} {state}",
            "description": "Somebody tried out this receiver by hand; nothing is wrong with any model.",
        },
        startsAt=_timestamp(now.replace(hour=0, minute=0, second=0, microsecond=0)),
        endsAt=_timestamp(now.replace(microsecond=0)) if resolved else STILL_FIRING,
        generatorURL=base_url,
        fingerprint=hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest(),
    )


def _timestamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
