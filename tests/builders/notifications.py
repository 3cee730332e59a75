"""Messages, as the alerts compose them."""

from __future__ import annotations

from datetime import UTC, datetime

from alerts.message import compose
from alerts.notification import Notification, Receiver
from alerts.state import AlertEvent

NOW = datetime(2013, 6, 3, 8, tzinfo=UTC)


def notification(
    *events: AlertEvent, base_url: str = "http://dash:8501", receiver: str = "team", channel: str = "webhook"
) -> Notification:
    """The one message about these events."""
    (composed,) = compose(events, Receiver(receiver, channel), now=NOW, base_url=base_url)
    return composed
