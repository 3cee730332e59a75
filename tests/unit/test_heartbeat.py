"""A scheduler that hangs falls silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.service.heartbeat import Heartbeat
from monitor.window import utc

MINUTE = timedelta(minutes=1)


def test_silence_is_counted_from_the_last_beat() -> None:
    now: list[datetime] = [utc(2024)]
    heartbeat = Heartbeat(clock=lambda: now[0])
    now[0] += 5 * MINUTE
    assert heartbeat.is_silent_for(4 * MINUTE)
    heartbeat.beat()
    assert not heartbeat.is_silent_for(4 * MINUTE)
    now[0] += 4 * MINUTE
    assert not heartbeat.is_silent_for(4 * MINUTE)
