"""A line of blocks for each rule: how many series fire at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.backtest.episodes import Episode
from monitor.window import Window

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
STEPS = (HOUR, 6 * HOUR, DAY, 2 * DAY, WEEK, 2 * WEEK, 4 * WEEK)
QUIET = "·"
BLOCKS = "▁▂▃▄▅▆▇█"


def step_for(period: Window, most: int) -> timedelta:
    """The time of one cell, such that a period has at most so many cells.

    >>> from monitor.window import utc
    >>> str(step_for(Window(utc(2013, 4, 1), utc(2014, 1, 1)), 60))
    '7 days, 0:00:00'
    """
    fitting = (step for step in STEPS if period.length <= most * step)
    return next(fitting, -(-period.length // (most * DAY)) * DAY)


def firing_at_once(found: Sequence[Episode], period: Window, step: timedelta) -> list[int]:
    """How many episodes touch each cell of a period."""
    cells = [0] * -(-period.length // step)
    for one in found:
        first = max((one.start - period.start) // step, 0)
        last = (one.until - period.start) // step
        for place in range(first, min(last, len(cells) - 1) + 1):
            cells[place] += 1
    return cells


def blocks(cells: Sequence[int]) -> str:
    """A letter for each cell: the more fire, the higher; one alone is a low block, the most there are a full one.

    >>> blocks([0, 1, 2, 4, 0]), blocks([0, 1])
    ('·▁▃█·', '·█')
    """
    most = max(cells, default=0)
    return "".join(_block(count, most) for count in cells)


def _block(count: int, most: int) -> str:
    if not count:
        return QUIET
    return BLOCKS[-1] if most == 1 else BLOCKS[(count - 1) * (len(BLOCKS) - 1) // (most - 1)]


def months(period: Window, step: timedelta, cells: int) -> str:
    """A line of dates that stands under the cells: each at the first cell of a month, where there is room.

    >>> from monitor.window import utc
    >>> months(Window(utc(2013, 4, 1), utc(2013, 7, 1)), WEEK, 13)
    'Apr May Jun '
    """
    line = [" "] * cells
    free, last = 0, ""
    for place in range(cells):
        name = _name(period.start + place * step, step)
        if name != last and place >= free and place + len(name) <= cells:
            line[place : place + len(name)] = name
            free = place + len(name) + 1
        last = name
    return "".join(line)


def _name(moment: datetime, step: timedelta) -> str:
    return f"{moment:%b %d}" if step < DAY else f"{moment:%b}"
