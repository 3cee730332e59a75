"""How far scores lie from the shares that come true."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import foldnorm
from sklearn.calibration import calibration_curve

from monitor.performance.expected_calibration_error import chance_gap, expected_calibration_error
from monitor.performance.interval import Z
from monitor.profile.score import ScoreProfile


def test_the_gaps_are_those_of_the_calibration_curve_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    score = rng.beta(2.0, 3.0, 5_000)
    target = rng.random(5_000) < score**2
    true, predicted = calibration_curve(target, score, n_bins=10)
    weights = np.histogram(score, np.linspace(0, 1, 11))[0]
    expected = np.abs(true - predicted) @ weights[weights > 0] / 5_000
    assert expected_calibration_error(ScoreProfile.of(target, None, score)).value == pytest.approx(expected, rel=1e-12)


def test_a_calibrated_model_has_a_lower_limit_of_0_in_nearly_all_samples() -> None:
    rng = np.random.default_rng(2)
    at_zero = 0
    for _ in range(200):
        score = rng.beta(2.0, 3.0, 500)
        at_zero += expected_calibration_error(ScoreProfile.of(rng.random(500) < score, None, score)).lower == 0.0
    assert at_zero >= 195


def test_a_model_that_is_off_has_a_lower_limit_above_0() -> None:
    rng = np.random.default_rng(3)
    score = rng.beta(2.0, 3.0, 500)
    estimate = expected_calibration_error(ScoreProfile.of(rng.random(500) < score**2, None, score))
    assert estimate.lower is not None
    assert estimate.lower > 0.05


def test_scores_of_0_and_1_that_are_right_have_no_error_and_little_doubt() -> None:
    target = np.arange(400) % 2 == 0
    estimate = expected_calibration_error(ScoreProfile.of(target, None, target.astype(np.float64)))
    assert estimate.value == estimate.lower == 0.0
    assert estimate.upper == pytest.approx(Z / 400, rel=1e-12)


def test_the_gap_by_chance_is_the_excess_of_a_folded_normal_mean() -> None:
    gaps, errors = np.array([0.0, 0.05, 0.2]), np.array([0.02, 0.02, 0.08])
    smallest = np.maximum(gaps - Z * errors, 0.0)
    expected = foldnorm.mean(smallest / errors, scale=errors) - smallest
    assert chance_gap(gaps, errors) == pytest.approx(expected, rel=1e-9)
