"""Writes messages as lines that people read: to a terminal or a log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, TextIO

from alerts.channels.channel import DeliveryError
from alerts.channels.lines import lines
from alerts.notification import Notification


@dataclass(frozen=True, slots=True)
class Console:
    """Writes to an open text stream."""

    stream: TextIO
    resend_every: ClassVar[timedelta | None] = None

    def send(self, notification: Notification) -> None:
        try:
            self.stream.write(lines(notification.payload))
            self.stream.flush()
        except (OSError, ValueError) as error:  # ValueError is what a closed stream raises
            raise DeliveryError(f"the stream cannot be written: {error}", permanent=False) from error
