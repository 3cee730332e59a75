"""What every channel promises."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from alerts.notification import Notification


class DeliveryError(Exception):
    """A message did not arrive, as far as is known; its text holds no secret.

    `permanent` says that trying again makes no sense, `retry_after` how long the receiver wants to be left alone.
    """

    def __init__(self, message: str, *, permanent: bool, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class Channel(Protocol):
    """A way to reach people or machines. It tries once and never decides whether to try again."""

    @property
    def resend_every(self) -> timedelta | None:
        """How often it wants to hear again of what fires, because it forgets; None if once is enough."""

    def send(self, notification: Notification) -> None:
        """Hand over a message, or raise DeliveryError."""
