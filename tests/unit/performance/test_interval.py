"""Intervals from counts and sums."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from monitor.measurement import Estimate
from monitor.performance.interval import (
    Z,
    fisher_interval,
    logit_interval,
    loss_estimate,
    mean_estimate,
    wilson_interval,
)
from monitor.profile.moments import Moments


def test_z_is_the_quantile_of_the_normal_distribution() -> None:
    assert pytest.approx(stats.norm.ppf(0.975), rel=1e-15) == Z


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (0, 10), (1, 10), (37, 80), (10, 10), (999, 1000)])
def test_the_interval_of_a_proportion_is_that_of_scipy(successes: int, trials: int) -> None:
    expected = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    assert wilson_interval(successes, trials) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_proportion_always_lies_in_its_interval() -> None:
    for trials in (1, 3, 7, 49, 1_000_003):
        for successes in {0, 1, trials // 3, trials - 1, trials}:
            low, high = wilson_interval(successes, trials)
            assert 0.0 <= low <= successes / trials <= high <= 1.0


def test_the_logit_interval_stays_within_0_and_1() -> None:
    for value in (1e-12, 0.001, 0.5, 0.999, 1 - 1e-12):
        for error in (1e-9, 0.1, 10.0, 1e9):
            low, high = logit_interval(value, error, 10)
            assert 0.0 <= low <= value <= high <= 1.0


def test_the_logit_interval_is_the_plain_one_where_errors_are_small() -> None:
    low, high = logit_interval(0.7, 1e-6, 10)
    assert (high - low) / 2 == pytest.approx(Z * 1e-6, rel=1e-4)


@pytest.mark.parametrize("value", [0.0, 1.0, 0.4])
def test_without_any_spread_the_logit_interval_is_that_of_a_proportion(value: float) -> None:
    assert logit_interval(value, 0.0, 20) == wilson_interval(value * 20, 20)


def test_the_interval_of_a_correlation_is_that_of_scipy() -> None:
    rng = np.random.default_rng(1)
    one = rng.normal(size=50)
    found = stats.pearsonr(one, one + rng.normal(size=50))
    expected = found.confidence_interval()
    error = (1 - found.statistic**2) / math.sqrt(47)
    assert fisher_interval(found.statistic, error) == pytest.approx((expected.low, expected.high), rel=1e-12)


def test_a_perfect_correlation_has_no_room() -> None:
    assert fisher_interval(1.0, 0.1) == (1.0, 1.0)


def test_the_interval_of_a_mean_uses_its_standard_error() -> None:
    values = np.random.default_rng(2).normal(3.0, 2.0, 400)
    estimate = mean_estimate(Moments.of(values))
    expected = stats.norm.interval(0.95, values.mean(), stats.sem(values))
    assert (estimate.lower, estimate.upper) == pytest.approx(expected, rel=1e-12)
    assert estimate.rows == 400


def test_the_interval_of_a_loss_is_one_of_equal_ratios() -> None:
    estimate = loss_estimate(Moments.of(np.random.default_rng(3).exponential(2.0, 50)))
    assert estimate.value is not None
    assert estimate.lower is not None
    assert estimate.upper is not None
    assert estimate.value / estimate.lower == pytest.approx(estimate.upper / estimate.value, rel=1e-12)


def test_a_loss_never_exceeds_its_most() -> None:
    assert loss_estimate(Moments.of(np.array([0.1, 0.9])), most=1.0).upper == 1.0


@pytest.mark.parametrize("estimate", [mean_estimate, loss_estimate])
def test_one_row_has_a_value_and_no_interval(estimate: object) -> None:
    assert callable(estimate)
    assert estimate(Moments.of(np.array([0.3]))) == Estimate(0.3, rows=1)


def test_a_loss_of_zero_everywhere_is_an_interval_of_zero() -> None:
    assert loss_estimate(Moments.of(np.zeros(5))) == Estimate(0.0, 0.0, 0.0, rows=5)
