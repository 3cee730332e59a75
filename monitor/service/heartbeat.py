"""Tells a scheduler that works from one that hangs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True)
class Heartbeat:
    """Beats with every tick and every window; long silence means that something hangs, as a frozen database."""

    clock: Callable[[], datetime]
    last: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.beat()

    def beat(self) -> None:
        self.last = self.clock()

    def is_silent_for(self, length: timedelta) -> bool:
        return self.clock() - self.last > length
