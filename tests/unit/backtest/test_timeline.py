"""Lines of blocks: how many fire at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders.readings import DAY, DRIFT, day, drift

from alerts.state import Identity
from monitor.backtest.episodes import Episode
from monitor.backtest.timeline import WEEK, blocks, firing_at_once, months, step_for
from monitor.window import Window, utc

YEAR = Window(utc(2013), utc(2014))


def lasting(start: float, end: float) -> Episode:
    identity = Identity.of(DRIFT, drift("a", 0.3))
    return Episode(identity, "ticket", day(start), day(end), day(end), 0.3, 0.2, "")


@pytest.mark.parametrize(
    ("length", "most", "step"),
    [(365 * DAY, 60, WEEK), (365 * DAY, 20, 4 * WEEK), (30 * DAY, 60, DAY), (2 * DAY, 60, timedelta(hours=1)),
     (3650 * DAY, 20, 183 * DAY)],
)  # fmt: skip
def test_a_period_fits_into_its_cells(length: timedelta, most: int, step: timedelta) -> None:
    period = Window(utc(2013), utc(2013) + length)
    assert step_for(period, most) == step
    assert len(firing_at_once([], period, step)) <= most


def test_a_cell_counts_all_that_touch_it() -> None:
    period = Window(day(0), day(5))
    assert firing_at_once([lasting(1, 3), lasting(2, 2), lasting(4, 9), lasting(-3, 0)], period, DAY) == [1, 1, 2, 1, 1]


def test_the_most_are_a_full_block_and_one_is_never_taken_for_none() -> None:
    assert blocks([0, 1, 14, 7]) == "·▁█▄"
    assert blocks([0, 0]) == "··"
    assert blocks([]) == ""
    assert blocks(list(range(9))) == "·▁▂▃▄▅▆▇█"


def test_months_stand_where_they_begin_and_never_run_into_each_other() -> None:
    line = months(YEAR, WEEK, 53)
    assert len(line) == 53
    assert line.startswith("Jan  Feb Mar")
    assert months(YEAR, 4 * WEEK, 14).split() == ["Jan", "May", "Sep"] or "  " not in months(YEAR, 4 * WEEK, 14).strip()
    assert months(Window(day(0), day(1)), timedelta(hours=1), 24).startswith("Jun 01")
