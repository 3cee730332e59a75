"""Limits that would have kept a budget: as tight as may be, never silly, rounded away from what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from builders.limits import limits_of
from builders.readings import DAY, DRIFT, day

from alerts.bounds import Bounds
from alerts.evaluate import evaluate
from alerts.rule import Rule
from monitor.backtest.replay import Replay
from monitor.backtest.suggest import (
    NO_NUMBER,
    NO_VALUES,
    NOT_BY_A_LIMIT,
    Proposal,
    Suggestion,
    alarms_in,
    as_calibrated,
    rounded,
    suggestions,
    tightest,
)
from monitor.calibration.budget import Budget
from monitor.calibration.kinds import Calibrated
from monitor.measure import Wanted
from monitor.measurement import Estimate, Measurement
from monitor.window import Window

WANTED = Wanted("none", (DRIFT.metric,), (), min_rows=1, has_targets=False)
MONTHLY = Budget(1, 30 * DAY)
QUIET = [0.05, 0.06, 0.04, 0.07, 0.05]


def replay(rule: Rule, values: Sequence[float | None], *, bounds: Bounds | None = None) -> Replay:
    """A rule over one value a day."""
    readings = [
        Measurement(
            "m",
            rule.metric,
            Window(day(number), day(number + 1)),
            Estimate(value, rows=500),
            bounds={rule.name: bounds} if bounds else {},
        )
        for number, value in enumerate(values)
    ]
    events = evaluate([rule], readings, {}).events
    period = Window(day(0), day(len(values)))
    return Replay("m", limits_of(WANTED, [rule]), period, len(values), 0, (), readings, events)


def suggested(rule: Rule, values: Sequence[float | None], budget: Budget = MONTHLY) -> Suggestion:
    (found,) = suggestions(budget, [replay(rule, values)], [])
    return found


def test_a_limit_lies_on_the_highest_value_where_no_alarm_is_borne() -> None:
    found = suggested(DRIFT, QUIET * 4)
    assert (found.allowed, found.fires) == (0, 0)
    assert found.proposal == Proposal(high=0.07)


def test_as_many_alarms_as_are_borne_may_be_passed_over() -> None:
    values = [*QUIET * 6, 0.5, *QUIET * 6, 0.9, *QUIET * 6]
    found = suggested(DRIFT, values)
    assert (found.allowed, found.fired, found.fires) == (3, 2, 2)
    assert found.proposal is not None
    assert found.proposal.high == 0.07
    tight = suggested(DRIFT, values, Budget(1, 80 * DAY))
    assert (tight.allowed, tight.fires, tight.proposal) == (1, 1, Proposal(high=0.5))


def test_an_alert_that_always_fires_is_one_alarm_and_no_limit() -> None:
    found = suggested(DRIFT, [0.05] * 20 + [0.3 + number / 1000 for number in range(40)])
    assert found.allowed == 2
    assert found.proposal is not None
    assert found.proposal.high is not None
    assert found.proposal.high > 0.33


def test_a_low_limit_is_rounded_down_and_its_clear_keeps_its_distance() -> None:
    rule = Rule(name="Auc", metric="roc_auc", below=0.7, clear_below=0.72)
    assert suggested(rule, [0.87512, 0.9, 0.88]).proposal == Proposal(low=0.875, clear_low=0.895)


def test_a_high_limit_takes_its_clear_along_in_proportion() -> None:
    rule = Rule(name="Drift", metric=DRIFT.metric, above=0.2, clear_above=0.1)
    assert suggested(rule, QUIET).proposal == Proposal(high=0.07, clear_high=0.035)
    assert suggested(rule, [0.0] * 5).proposal == Proposal(high=0.0, clear_high=0.0)


def test_a_range_is_widened_from_the_middle_of_the_values() -> None:
    rule = Rule(name="Rows", metric="row_count", above=900, below=800)
    found = suggested(rule, [500.0, 505.0, 495.0, 520.0, 480.0])
    assert found.proposal is not None
    assert found.proposal.low is not None
    assert found.proposal.high is not None
    assert 460 < found.proposal.low <= 480
    assert 520 <= found.proposal.high < 540
    assert found.fires == 0


def test_what_no_limit_can_mend_is_said() -> None:
    rule = Rule(name="Auc", metric="roc_auc", below=0.7, on_missing="fire")
    found = suggested(rule, [0.9, None, 0.9, None, 0.9])
    assert (found.proposal, found.reason) == (None, NOT_BY_A_LIMIT)
    assert suggested(DRIFT, [None, None]).reason == NO_VALUES
    assert suggested(DRIFT, [float("nan"), float("inf")]).reason == NO_VALUES


def test_a_learned_limit_stays_and_is_told() -> None:
    rule = Rule(name="Learned", metric=DRIFT.metric, learned=True)
    learnt = replay(rule, QUIET, bounds=Bounds(high=0.08))
    (found,) = suggestions(MONTHLY, [learnt], [learnt])
    assert (found.proposal, found.reason, found.learnt) == (None, NO_NUMBER, (0.08, 0.08))
    unlearnt = replay(rule, QUIET, bounds=Bounds(reason="too few windows"))
    (found,) = suggestions(MONTHLY, [learnt], [unlearnt])
    assert (found.learnt, found.unlearnt) == (None, "too few windows")


def test_numbers_become_calibrated_limits_with_a_share_of_the_budget() -> None:
    both = Rule(name="Both", metric="row_count", above=9, below=1, clear_above=5)
    learned = Rule(name="Learned", metric=DRIFT.metric, learned=True)
    asked = limits_of(WANTED, [DRIFT, both, learned], {"Learned": Calibrated("above")})
    found = as_calibrated(asked, Budget(3, 30 * DAY))
    assert found.kinds == {
        "FeatureDrift": Calibrated("above", Budget(1, 30 * DAY)),
        "Both": Calibrated("outside", Budget(1, 30 * DAY)),
        "Learned": Calibrated("above"),
    }
    assert all(rule.learned for rule in found.rules)


def test_paused_rules_take_no_share() -> None:
    paused = Rule(name="Paused", metric="roc_auc", below=0.5, paused=True)
    one = replay(DRIFT, QUIET * 13)
    two = Replay("m", limits_of(WANTED, [DRIFT, paused]), one.period, 65, 0, (), one.readings, one.events)
    assert [(each.rule, each.allowed) for each in suggestions(MONTHLY, [two], [])] == [("FeatureDrift", 2)]


def test_a_budget_is_that_of_each_model() -> None:
    one = replay(DRIFT, QUIET * 12)
    assert alarms_in(MONTHLY, [one]) == 2
    assert alarms_in(MONTHLY, [one, one]) == 4
    assert alarms_in(Budget(1, timedelta(days=365)), [one]) == 0


@pytest.mark.parametrize("first", range(10))
def test_halving_finds_the_first_that_keeps_it(first: int) -> None:
    candidates = [Proposal(high=float(number)) for number in range(10)]
    found = tightest(candidates, lambda one: one.high is not None and one.high >= first)
    assert found == candidates[first]
    assert tightest(candidates, lambda _: False) is None


@pytest.mark.parametrize(
    ("value", "up", "found"),
    [(0.0, True, 0.0), (1.0, True, 1.0), (0.1, False, 0.1), (-0.12345, True, -0.123), (-0.12345, False, -0.124),
     (123456.0, False, 123000.0), (1e-7, True, 1e-7), (0.29999999999999998, True, 0.3)],
)  # fmt: skip
def test_rounding_moves_away_from_what_is_allowed_and_only_if_it_must(value: float, up: bool, found: float) -> None:
    assert rounded(value, up=up) == found
