"""Matchers and time intervals mean what Alertmanager's own code takes them to mean.

The answers are those of its packages for chosen random questions (see alertmanager/ask.go). Left out are what Seamark
alone refuses, such as values without quotes that hold braces, and the months in whose course clocks go forward:
Alertmanager takes them to be a day shorter than they are.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from alerts.matcher import MatcherError, read_matchers
from monitor.config.intervals import IntervalSettings

LINES = (Path(__file__).parent / "alertmanager" / "answers.jsonl").read_text("utf-8").splitlines()
ANSWERS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
MATCHERS = [answer for answer in ANSWERS if "matchers" in answer]
INTERVALS = [answer for answer in ANSWERS if "interval" in answer]


@pytest.mark.parametrize("answer", MATCHERS, ids=lambda answer: answer["matchers"])
def test_matchers_take_the_same_values(answer: dict[str, Any]) -> None:
    if answer["holds"] is None:
        with pytest.raises(MatcherError):
            read_matchers(answer["matchers"])
        return
    matchers = read_matchers(answer["matchers"])
    taken = [all(matcher.matches({"x": value}) for matcher in matchers) for value in answer["values"]]
    assert taken == answer["holds"]


@pytest.mark.parametrize("answer", INTERVALS, ids=lambda answer: answer["interval"])
def test_intervals_hold_the_same_moments(answer: dict[str, Any]) -> None:
    settings = yaml.safe_load(answer["interval"])
    if answer["holds"] is None:
        with pytest.raises(ValidationError):
            IntervalSettings.model_validate(settings)
        return
    interval = IntervalSettings.model_validate(settings).interval()
    assert [interval.contains(datetime.fromtimestamp(moment, UTC)) for moment in answer["moments"]] == answer["holds"]


def test_a_month_whose_clocks_go_forward_has_its_last_day() -> None:
    march = IntervalSettings.model_validate({"days_of_month": ["-1"], "location": "Europe/Berlin"}).interval()
    assert march.contains(datetime(2026, 3, 31, 12, tzinfo=UTC))
    assert not march.contains(datetime(2026, 3, 30, 12, tzinfo=UTC))
