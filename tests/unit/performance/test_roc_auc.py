"""Area under the ROC curve."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from monitor.measurement import Estimate
from monitor.performance.ranking import NOT_RANKED
from monitor.performance.roc_auc import area_and_error, exponential_variance, roc_auc
from monitor.profile.arrays import BoolArray, FloatArray
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.score import ScoreProfile
from monitor.profile.score_bins import ScoreBins


def estimate(target: BoolArray, score: FloatArray) -> Estimate:
    return roc_auc(ScoreProfile.of(target, None, score))


def delong_error(target: BoolArray, score: FloatArray) -> float:
    """From mid-ranks of the raw scores."""
    one, zero = score[target], score[~target]
    ranks = rankdata(np.concatenate([one, zero]))
    of_ones = (ranks[: len(one)] - rankdata(one)) / len(zero)
    of_zeros = (ranks[len(one) :] - rankdata(zero)) / len(one)
    return math.sqrt(of_ones.var(ddof=1) / len(one) + of_zeros.var(ddof=1) / len(zero))


def test_the_standard_error_is_delongs() -> None:
    rng = np.random.default_rng(1)
    target = np.arange(900) < 200
    score = np.round(np.where(target, rng.normal(0.55, 0.25, 900), rng.normal(0.5, 0.1, 900)).clip(0, 1), 2)
    _, error = area_and_error(ScoreBins.of(target, score))
    assert exponential_variance(roc_auc_score(target, score), 200, 700) < error**2
    assert error == pytest.approx(delong_error(target, score), rel=1e-12)


def test_few_positives_get_the_wider_interval() -> None:
    rng = np.random.default_rng(2)
    target = np.arange(300) < 6
    score = np.where(target, rng.uniform(0.7, 1.0, 300), rng.beta(1, 3, 300))
    _, error = area_and_error(ScoreBins.of(target, score))
    assert error > delong_error(target, score)


def test_equal_scores_count_half() -> None:
    assert estimate(np.array([True, False] * 50), np.full(100, 0.3)).value == 0.5


def test_margins_outside_0_and_1_are_ranked_too() -> None:
    rng = np.random.default_rng(3)
    target = rng.random(10_000) < 0.3
    score = rng.normal(2.0 * target - 1.0, 2.0)
    assert estimate(target, score).value == pytest.approx(roc_auc_score(target, score), abs=0.0005)


def test_one_class_has_no_area() -> None:
    assert estimate(np.ones(10, dtype=np.bool_), np.linspace(0, 1, 10)).reason == "all targets are of one class"


def test_perfect_separation_is_not_certain_to_last() -> None:
    target = np.arange(100) < 10
    found = estimate(target, np.where(target, 0.9, 0.1))
    assert found.value == found.upper == 1.0
    assert found.lower is not None
    assert 0.5 < found.lower < 0.9


def test_scores_that_crowd_in_a_corner_of_a_wide_range_are_refused_rather_than_wrong() -> None:
    rng = np.random.default_rng(4)
    target = rng.random(100_000) < 0.3
    crowd = 0.013 + 1e-5 * rng.normal(size=100_000) + 1e-5 * target
    score = np.where(rng.random(100_000) < 0.9, crowd, rng.random(100_000))
    assert estimate(target, score).reason == NOT_RANKED


def test_many_classes_give_the_macro_average_of_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    log_odds = rng.normal([0.0, 0.5, -1.0], 1.0, (10_000, 3))
    target = (log_odds + rng.gumbel(size=(10_000, 3))).argmax(axis=1)
    scores = softmax(log_odds, axis=1)
    found = roc_auc(MulticlassProfile.of(("a", "b", "c"), target, None, scores))
    expected = roc_auc_score(target, scores, multi_class="ovr", average="macro")
    assert found.value == pytest.approx(expected, abs=0.0005)


def test_a_class_without_targets_is_left_out_of_the_average() -> None:
    rng = np.random.default_rng(6)
    target = rng.integers(0, 2, 500)
    scores = rng.dirichlet([1, 1, 1], 500)
    found = roc_auc(MulticlassProfile.of(("a", "b", "c"), target, None, scores))
    expected = np.mean([roc_auc_score(target == code, scores[:, code]) for code in (0, 1)])
    assert found.value == pytest.approx(expected, abs=0.001)
