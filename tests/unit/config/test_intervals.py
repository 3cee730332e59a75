"""Time intervals as people write them become those that routes are muted in."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from alerts.muting import TimeInterval
from monitor.config.intervals import IntervalSettings


def interval(**settings: object) -> TimeInterval:
    return IntervalSettings.model_validate(settings).interval()


def test_an_interval_with_everything_is_read() -> None:
    found = interval(
        times=[{"start_time": "00:00", "end_time": "06:30"}, {"start_time": "22:00", "end_time": "24:00"}],
        weekdays=["monday:friday", "Sunday"],
        days_of_month=["1:5", "-3:-1", "20:-1", 10],
        months=["december", "1:3", 7],
        years=["2026:2028", 2030],
        location="Europe/Berlin",
    )
    assert found == TimeInterval(
        times=((0, 390), (1320, 1440)),
        weekdays=((1, 5), (0, 0)),
        days_of_month=((1, 5), (-3, -1), (20, -1), (10, 10)),
        months=((12, 12), (1, 3), (7, 7)),
        years=((2026, 2028), (2030, 2030)),
        zone=ZoneInfo("Europe/Berlin"),
    )


def test_an_interval_that_says_no_zone_is_in_utc() -> None:
    assert interval(weekdays=["monday"]).zone.utcoffset(None) == UTC.utcoffset(None)


@pytest.mark.parametrize(
    "settings",
    [
        {"times": [{"start_time": "22:00", "end_time": "06:00"}]},
        {"times": [{"start_time": "06:00", "end_time": "06:00"}]},
        {"times": [{"start_time": "06:00"}]},
        {"times": [{"start_time": "6:00", "end_time": "07:00"}]},
        {"times": [{"start_time": "06:00", "end_time": "24:01"}]},
        {"weekdays": ["friday:monday"]},
        {"weekdays": [1]},
        {"days_of_month": [0]},
        {"days_of_month": [32]},
        {"days_of_month": ["-3:5"]},
        {"days_of_month": ["-1:-3"]},
        {"days_of_month": ["20:-15"]},
        {"months": ["december:january"]},
        {"months": [0]},
        {"months": [True]},
        {"years": ["2028:2026"]},
    ],
)
def test_what_would_never_hold_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        interval(**settings)
