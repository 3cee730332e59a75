"""The place of a window in the day or in the week."""

from __future__ import annotations

from datetime import timedelta

from monitor.window import EPOCH, Window

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def phase_of(window: Window) -> int:
    """Of a window shorter than a day the hour of the day that it ends in, of a day the day of the week (UTC); else 0.

    >>> from monitor.window import utc
    >>> phase_of(Window(utc(2013, 4, 1, 5), utc(2013, 4, 1, 6))), phase_of(Window(utc(2013, 4, 1), utc(2013, 4, 2)))
    (6, 5)
    """
    since = window.end - EPOCH
    if window.length < DAY:
        return int(since % DAY // HOUR)
    return int(since % WEEK // DAY) if window.length < WEEK else 0
