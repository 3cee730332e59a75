"""Messages, as the alerts compose them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.message import compose
from alerts.notification import Notification, Receiver
from alerts.routing import label_set
from alerts.state import AlertEvent

NOW = datetime(2013, 6, 3, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GroupOf:
    """A group by its labels."""

    labels: Mapping[str, str]

    @property
    def key(self) -> str:
        return f"{{}}:{label_set(self.labels)}"


def notification(
    *events: AlertEvent,
    base_url: str = "http://dash:8501",
    receiver: str = "team",
    channel: str = "webhook",
    max_alerts: int = 50,
    number: int = 1,
) -> Notification:
    """The one message about these events, by default the first of its group."""
    identity = events[0].identity
    group = GroupOf({"alertname": identity.alert, "model": identity.model})
    to = Receiver(receiver, channel, max_alerts=max_alerts)
    return compose(group, events, to, number=number, now=NOW, base_url=base_url)
