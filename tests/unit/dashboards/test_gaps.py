"""Where windows are missing."""

from __future__ import annotations

import pandas as pd

from dashboards.charts.gaps import GAP_WIDTH, long_stretches, stretch_numbers, time_scale, usual_step

DAY = 86_400


def days(*numbers: int) -> pd.Series:
    return pd.Series([number * DAY for number in numbers])


def test_one_missing_window_does_not_change_the_usual_step():
    assert usual_step(days(1, 2, 3, 5, 6)) == DAY


def test_a_single_window_has_no_step_and_no_gap():
    assert usual_step(days(4)) == 0
    assert len(long_stretches(days(4))) == 1


def test_a_missing_window_begins_a_new_stretch():
    assert list(stretch_numbers(days(1, 2, 4, 5), DAY)) == [0, 0, 1, 1]


def test_windows_that_come_a_little_late_belong_together():
    assert stretch_numbers(pd.Series([0, 10, 24, 34]), 10).nunique() == 1


def test_a_short_gap_stays_true_to_scale():
    assert len(long_stretches(days(*range(30), *range(35, 60)))) == 1


def test_the_windows_of_two_versions_do_not_make_gaps():
    assert len(long_stretches(days(*sorted([*range(30), *range(30)])))) == 1


def test_years_without_windows_take_a_fixed_part_of_the_axis():
    stretches = long_stretches(days(*range(1, 31), *range(5_001, 5_011)))
    places = [float(place["expr"].removeprefix("width * ")) for place in time_scale(stretches).to_dict()["range"]]

    assert [(part.end - part.start) // DAY for part in stretches] == [30, 10]
    assert round(places[2] - places[1], 4) == GAP_WIDTH
    assert round((places[1] - places[0]) / (places[3] - places[2]), 4) == 3
    assert (places[0], places[3]) == (0, 1)
