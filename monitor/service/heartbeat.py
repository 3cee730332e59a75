"""Tells a scheduler that works from one that hangs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event


@dataclass(slots=True)
class Heartbeat:
    """Beats with every tick and every window; long silence means that something hangs, as a frozen database.

    `is_idle` is set between two ticks.
    """

    clock: Callable[[], datetime]
    last: datetime = field(init=False)
    is_idle: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.is_idle.set()
        self.beat()

    def beat(self) -> None:
        self.last = self.clock()

    def is_silent_for(self, length: timedelta) -> bool:
        return self.clock() - self.last > length
