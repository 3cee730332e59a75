"""Stretches of event time, all in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Half-open stretch of time `[start, end)`.

    >>> Window(utc(2013, 4, 1), utc(2013, 4, 2)).length
    datetime.timedelta(days=1)
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs times with a zone")
        if self.start >= self.end:
            raise ValueError(f"a window ends after it starts, not {self.start} to {self.end}")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ}/{self.end:%Y-%m-%dT%H:%M:%SZ}"


def utc(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def floor(moment: datetime, step: timedelta) -> datetime:
    """The latest multiple of `step` since the epoch that is not after `moment`.

    >>> floor(utc(2013, 4, 1, 10, 59), timedelta(hours=1)).hour
    10
    """
    return moment - (moment - EPOCH) % step


def ceiling(moment: datetime, step: timedelta) -> datetime:
    """The earliest multiple of `step` since the epoch that is not before `moment`."""
    return moment + (EPOCH - moment) % step


def buckets(window: Window, granularity: timedelta) -> Iterator[Window]:
    """The buckets that make up a window.

    >>> [bucket.start.hour for bucket in buckets(Window(utc(2013, 4, 1), utc(2013, 4, 1, 3)), timedelta(hours=1))]
    [0, 1, 2]
    """
    start = floor(window.start, granularity)
    while start < window.end:
        yield Window(start, start + granularity)
        start += granularity


def from_epoch(seconds: int) -> datetime:
    """The moment that lies so many seconds after the epoch."""
    return EPOCH + timedelta(seconds=seconds)


def to_epoch(moment: datetime) -> int:
    """Whole seconds since the epoch."""
    return (moment - EPOCH) // timedelta(seconds=1)
