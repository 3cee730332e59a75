"""From the configuration's rules and receivers to those of the alerts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import sqlalchemy as sa

from alerts.channels.alertmanager import Alertmanager
from alerts.channels.apprise import Apprise
from alerts.channels.channel import Channel
from alerts.channels.console import Console
from alerts.channels.email import Email, Painter
from alerts.channels.pagerduty import EVENTS_URL, PagerDuty
from alerts.channels.webhook import Webhook
from alerts.notification import Receiver
from alerts.routing import Route
from monitor.config.alerts import AlertSettings
from monitor.config.receivers import (
    AlertmanagerSettings,
    AppriseSettings,
    ChannelSettings,
    ConsoleSettings,
    EmailSettings,
    PagerDutySettings,
    ReceiverSettings,
    WebhookSettings,
)
from monitor.config.secret import Secret
from monitor.config.settings import Settings
from monitor.service.pictures import StorePainter
from monitor.service.suppression import Suppression
from monitor.service.telling import Telling
from monitor.store.database import transaction

DEFAULT = Path("seamark.yaml")  # what the commands read where nothing is said
MAX_ALERTS = 50  # where a message is read by people; the rest is counted
ONE_BY_ONE = frozenset(("alertmanager", "pagerduty"))  # there each alert goes its own way: to cut it is to lose it


def channels_of(settings: AlertSettings, painter: Painter | None = None) -> Mapping[str, Channel]:
    """The channel of each receiver, by the receiver's name."""
    return {receiver.name: channel_of(receiver.channel, painter) for receiver in settings.receivers}


def channel_of(settings: ChannelSettings, painter: Painter | None = None) -> Channel:
    """A channel, ready to send; where it can show pictures, the painter makes them."""
    match settings:
        case ConsoleSettings():
            return Console(stream=sys.stderr)
        case WebhookSettings():
            return Webhook(url=settings.url.reveal(), secret=_revealed(settings.secret), now=_now)
        case EmailSettings():
            return Email(to=settings.to, smtp=settings.smtp.reveal(), sender=settings.sender, painter=painter)
        case PagerDutySettings():
            return PagerDuty(key=settings.key.reveal(), url=_revealed(settings.url) or EVENTS_URL, now=_now)
        case AlertmanagerSettings():
            return Alertmanager(urls=tuple(url.reveal() for url in settings.urls), now=_now)
        case AppriseSettings():
            return Apprise(url=settings.url.reveal())


def _revealed(secret: Secret | None) -> str | None:
    return secret.reveal() if secret else None


def _now() -> datetime:
    return datetime.now(UTC)


def route_of(settings: AlertSettings) -> Route | None:
    """Who is told of what; None where nobody is."""
    return None if settings.route is None else settings.route.route()


def telling_of(settings: Settings, store: sa.Engine, config: Path) -> Telling:
    """Who tells people, by a configuration; what they may run names its file, unless that is the default one."""
    return Telling(
        lambda: transaction(store),
        route_of(settings.alerts),
        receivers_of(settings.alerts),
        channels_of(settings.alerts, StorePainter(settings.store.reveal())),
        suppression=suppression_of(settings.alerts),
        base_url=settings.dashboards.url,
        config="" if config == DEFAULT else str(config.absolute()),
        jitter=Random(),  # noqa: S311 - spreads retries, guards nothing
    )


def suppression_of(settings: AlertSettings) -> Suppression:
    """What holds messages back, besides silences."""
    return Suppression(
        inhibit_rules=tuple(rule.rule() for rule in settings.inhibit_rules),
        intervals={
            name: [interval.interval() for interval in intervals] for name, intervals in settings.time_intervals.items()
        },
        tree=route_of(settings),
    )


def receivers_of(settings: AlertSettings) -> Mapping[str, Receiver]:
    """The receivers as the alerts see them, by name."""
    return {receiver.name: receiver_of(receiver) for receiver in settings.receivers}


def receiver_of(settings: ReceiverSettings) -> Receiver:
    """A receiver as the alerts see it."""
    by_default = 0 if settings.kind in ONE_BY_ONE else MAX_ALERTS
    max_alerts = by_default if settings.max_alerts is None else settings.max_alerts
    return Receiver(settings.name, settings.kind, send_resolved=settings.send_resolved, max_alerts=max_alerts)
