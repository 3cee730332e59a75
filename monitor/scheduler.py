"""Which windows are due, and the ticks that look for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.window import Window, ceiling, floor

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

CATCH_UP = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The windows of a model: their lengths, how far each slides, and how long after its end one is closed."""

    windows: tuple[timedelta, ...]
    every: timedelta
    delay: timedelta

    def closed(self, now: datetime) -> datetime:
        """The end of the newest window that is closed."""
        return floor(now - self.delay, self.every)


def windows_within(schedule: Schedule, start: datetime, end: datetime) -> Iterator[Window]:
    """Every window that lies wholly between two moments, in order of its end, short ones first.

    >>> from monitor.window import utc
    >>> schedule = Schedule(windows=(timedelta(days=1), timedelta(days=2)), every=timedelta(days=1), delay=timedelta(0))
    >>> [str(window.length) for window in windows_within(schedule, utc(2013, 4, 1), utc(2013, 4, 3))]
    ['1 day, 0:00:00', '1 day, 0:00:00', '2 days, 0:00:00']
    """
    window_end = ceiling(start, schedule.every)
    while window_end <= end:
        for length in sorted(schedule.windows):
            if window_end - length >= start:
                yield Window(window_end - length, window_end)
        window_end += schedule.every


def due_windows(schedule: Schedule, ended: set[Window], now: datetime) -> list[Window]:
    """What `run` has to do: for each length, all that closed since the first one that ended, a month at most.

    Where none has ended yet only the newest is due; history is what a backfill is for.
    """
    closed = schedule.closed(now)
    due: list[Window] = []
    for length in schedule.windows:
        done = {window.end for window in ended if window.length == length}
        window_end = max(min(done, default=closed), ceiling(closed - CATCH_UP, schedule.every))
        while window_end <= closed:
            if window_end not in done:
                due.append(Window(window_end - length, window_end))
            window_end += schedule.every
    return sorted(due, key=lambda window: (window.end, window.length))


def start_ticking(jobs: Sequence[tuple[timedelta, Callable[[], None]]], *, now: datetime) -> BackgroundScheduler:
    """Call each job at once and then every so often, never twice at a time; all state is in the store."""
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    for every, job in jobs:
        scheduler.add_job(job, "interval", seconds=every.total_seconds(), next_run_time=now)
    scheduler.start()
    return scheduler
