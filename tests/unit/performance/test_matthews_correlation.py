"""Correlation of predicted and true class."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from monitor.performance.accuracy import accuracy
from monitor.performance.matthews_correlation import matthews_correlation
from monitor.profile.score import ScoreProfile

HALF = np.arange(200) % 2 == 0
ALL = np.ones(200, dtype=np.bool_)


def test_for_two_classes_it_is_the_ordinary_correlation() -> None:
    rng = np.random.default_rng(1)
    target = rng.random(500) < 0.3
    predicted = target ^ (rng.random(500) < 0.2)
    estimate = matthews_correlation(ScoreProfile.of(target, predicted, None))
    assert estimate.value == pytest.approx(stats.pearsonr(target, predicted).statistic, rel=1e-12)


def test_targets_of_one_class_have_no_correlation() -> None:
    assert matthews_correlation(ScoreProfile.of(ALL, HALF, None)).reason == "all targets are of one class"


def test_predictions_of_one_class_have_no_correlation() -> None:
    assert matthews_correlation(ScoreProfile.of(HALF, ALL, None)).reason == "all predictions are of one class"


def test_perfect_predictions_are_not_certain_to_stay_perfect() -> None:
    estimate = matthews_correlation(ScoreProfile.of(HALF, HALF, None))
    assert estimate.value == estimate.upper == 1.0
    assert estimate.lower is not None
    assert 0.9 < estimate.lower < 1.0


def test_perfectly_wrong_predictions_reach_minus_1() -> None:
    assert matthews_correlation(ScoreProfile.of(HALF, ~HALF, None)).value == pytest.approx(-1.0, abs=1e-15)


def test_it_sees_through_a_model_that_knows_only_the_share() -> None:
    rng = np.random.default_rng(2)
    target, predicted = rng.random(100_000) < 0.05, rng.random(100_000) < 0.02
    profile = ScoreProfile.of(target, predicted, None)
    assert accuracy(profile).value == pytest.approx(0.93, abs=0.01)
    assert matthews_correlation(profile).value == pytest.approx(0.0, abs=0.01)
