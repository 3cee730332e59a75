"""Times of the day, week and year at which people are, or are not, to be told: Alertmanager's time intervals."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

Ranges = tuple[tuple[int, int], ...]  # both ends belong to a range


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInterval:
    """Moments that lie in one of the ranges of each kind that is given; one without ranges takes any.

    `times` are minutes of the day, the end of a range not part of it; `weekdays` count from 0 for Sunday; days of the
    month below 0 count from its end; those that a month does not have are not in it. All are those of the clock in
    `zone`.

    >>> night = TimeInterval(times=((22 * 60, 24 * 60), (0, 6 * 60)))
    >>> [night.contains(datetime(2026, 3, 1, hour, tzinfo=UTC)) for hour in (21, 22, 5, 6)]
    [False, True, True, False]
    """

    times: Ranges = ()
    weekdays: Ranges = ()
    days_of_month: Ranges = ()
    months: Ranges = ()
    years: Ranges = ()
    zone: tzinfo = UTC

    def contains(self, moment: datetime) -> bool:
        """Whether a moment lies in the interval."""
        there = moment.astimezone(self.zone)
        minute = there.hour * 60 + there.minute
        days = monthrange(there.year, there.month)[1]
        of_month = tuple((_day(start, days), _day(end, days)) for start, end in self.days_of_month)
        return (
            (not self.times or any(start <= minute < end for start, end in self.times))
            and _within(there.isoweekday() % 7, self.weekdays)
            and _within(there.day, of_month)
            and _within(there.month, self.months)
            and _within(there.year, self.years)
        )


Intervals = Mapping[str, Sequence[TimeInterval]]


def muted(intervals: Intervals, moment: datetime, *, mute: Iterable[str], active: Sequence[str]) -> str:
    """Why nobody is told at a moment; empty where somebody is."""
    for name in mute:
        if any(interval.contains(moment) for interval in intervals[name]):
            return f"muted in {name}"
    if active and not any(interval.contains(moment) for name in active for interval in intervals[name]):
        return f"muted outside of {' and '.join(active)}"
    return ""


def _day(day: int, days: int) -> int:
    """A day of a month with so many days; one that it does not have lies beyond its ends."""
    return day if day > 0 else days + 1 + day


def _within(value: int, ranges: Ranges) -> bool:
    return not ranges or any(start <= value <= end for start, end in ranges)
