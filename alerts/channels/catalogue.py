"""Every kind of channel by the name that it has in seamark.yaml."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alerts.channels.alertmanager import Alertmanager
from alerts.channels.apprise import Apprise
from alerts.channels.channel import Channel
from alerts.channels.console import Console
from alerts.channels.email import Email
from alerts.channels.pagerduty import PagerDuty
from alerts.channels.webhook import Webhook

CHANNELS: Mapping[str, Callable[..., Channel]] = {
    "alertmanager": Alertmanager,
    "apprise": Apprise,
    "console": Console,
    "email": Email,
    "pagerduty": PagerDuty,
    "webhook": Webhook,
}
