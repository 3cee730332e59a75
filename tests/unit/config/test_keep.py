"""How long what is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.config import KeepSettings, Settings

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]
DAY = timedelta(days=1)
ROLLING = "{last: 60 days, ending: 30 days ago}"


def test_what_is_left_out_has_a_default(settings: Reader) -> None:
    assert settings().keep == KeepSettings(profiles=90 * DAY, measurements=400 * DAY, runs=400 * DAY, hourly=30 * DAY)


def test_what_is_written_is_kept_so_long(settings: Reader) -> None:
    keep = settings(keep="{profiles: 5 days, hourly: 6 days, runs: 1 day, measurements: 12 hours}").keep
    assert (keep.profiles, keep.hourly, keep.runs, keep.measurements) == (5 * DAY, 6 * DAY, DAY, DAY / 2)


def test_what_is_left_out_is_raised_to_what_the_models_need(settings: Reader) -> None:
    keep = settings(reference=ROLLING, model="{windows: [28 days], lateness: 10 days}", keep="{runs: 1 day}").keep
    assert (keep.profiles, keep.hourly) == (129 * DAY, 129 * DAY)
    assert (keep.runs, keep.measurements) == (DAY, 400 * DAY)


@pytest.mark.parametrize(
    ("reference", "model", "least"),
    [
        ("{table: t}", "{}", 5),
        ("{table: t}", "{delay: 0 s}", 4),
        ("{table: t}", "{delay: 0 s, lateness: 0 s}", 1),
        ("{table: t}", "{windows: [1 day, 7 days], delay: 0 s}", 10),
        ("{last: 28 days, ending: 7 days ago}", "{delay: 0 s}", 39),
    ],
)
def test_what_is_written_has_to_reach_as_far_as_windows_late_rows_and_reference(
    settings: Reader, faults: Faults, reference: str, model: str, least: int
) -> None:
    parts = {"reference": reference, "model": model}
    keep = "{{profiles: {0} hours, hourly: {0} hours}}"
    assert settings(keep=keep.format(24 * least), **parts).keep.profiles == least * DAY
    days = "1 day" if least == 1 else f"{least} days"
    assert faults(keep=keep.format(24 * least - 1), **parts) == [
        f"keep.{key}: too short for the windows, late rows and reference of `late_arrival`; should be at least {days}"
        for key in ("profiles", "hourly")
    ]


def test_where_no_bucket_is_shorter_than_a_day_nothing_hourly_is_needed(settings: Reader) -> None:
    keep = settings(model="{granularity: 1 day, windows: [100 days]}", keep="{hourly: 2 hours}").keep
    assert (keep.profiles, keep.hourly) == (104 * DAY, timedelta(hours=2))
