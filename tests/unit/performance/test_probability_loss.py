"""Losses of predicted probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.performance.expected_calibration_error import expected_calibration_error
from monitor.performance.probability_loss import brier_score, log_loss
from monitor.profile.score import ScoreProfile


@pytest.mark.parametrize("metric", [log_loss, brier_score, expected_calibration_error])
def test_scores_that_are_no_probabilities_are_a_reason(metric: object) -> None:
    assert callable(metric)
    percentages = np.array([0.0, 30.0, 99.0, 1.0])
    estimate = metric(ScoreProfile.of(np.array([False, False, True, True]), None, percentages))
    assert estimate.value is None
    assert estimate.rows == 4
    assert estimate.reason == "2 of 4 rows have scores that are no probabilities"


def test_a_coin_costs_one_bit() -> None:
    profile = ScoreProfile.of(np.array([True, False]), None, np.array([0.5, 0.5]))
    assert log_loss(profile).value == pytest.approx(np.log(2), rel=1e-15)
    assert brier_score(profile).value == 0.25


def test_the_limits_of_a_brier_score_stay_within_0_and_1() -> None:
    profile = ScoreProfile.of(np.array([True, False, True]), None, np.array([0.0, 1.0, 0.9]))
    estimate = brier_score(profile)
    assert estimate.upper == 1.0
    assert estimate.lower is not None
    assert estimate.lower > 0.0
