"""From the configuration's rules and receivers to those of the alerts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from alerts.channels.channel import Channel
from alerts.channels.console import Console
from alerts.channels.email import Email
from alerts.channels.webhook import Webhook
from alerts.notification import Receiver
from monitor.config.alerts import AlertSettings
from monitor.config.receivers import (
    ChannelSettings,
    ConsoleSettings,
    EmailSettings,
    ReceiverSettings,
    WebhookSettings,
)

MAX_ALERTS = 50  # where a message is read by people; the rest is counted


def channels_of(settings: AlertSettings) -> Mapping[str, Channel]:
    """The channel of each receiver, by the receiver's name."""
    return {receiver.name: channel_of(receiver.channel) for receiver in settings.receivers}


def channel_of(settings: ChannelSettings) -> Channel:
    """A channel, ready to send."""
    match settings:
        case WebhookSettings():
            secret = settings.secret.reveal() if settings.secret else None
            return Webhook(url=settings.url.reveal(), secret=secret, now=lambda: datetime.now(UTC))
        case EmailSettings():
            return Email(to=settings.to, smtp=settings.smtp.reveal(), sender=settings.sender)
        case ConsoleSettings():
            return Console(stream=sys.stderr)


def receivers_of(settings: AlertSettings) -> tuple[Receiver, ...]:
    """Who is told: the one receiver of the route."""
    if settings.route is None:
        return ()
    chosen = {receiver.name: receiver for receiver in settings.receivers}[settings.route.receiver]
    return (receiver_of(chosen),)


def receiver_of(settings: ReceiverSettings) -> Receiver:
    """A receiver as the alerts see it."""
    max_alerts = MAX_ALERTS if settings.max_alerts is None else settings.max_alerts
    return Receiver(settings.name, settings.kind, send_resolved=settings.send_resolved, max_alerts=max_alerts)
