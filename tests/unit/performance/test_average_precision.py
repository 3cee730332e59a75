"""Area under the precision-recall curve."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from monitor.performance.average_precision import area, average_precision, standard_error
from monitor.performance.ranking import NOT_RANKED
from monitor.profile.score import ScoreProfile
from monitor.profile.score_bins import ScoreBins


@pytest.mark.parametrize("share", [0.5, 0.1])
@pytest.mark.parametrize("scale", [1.0, 0.02, 1e-5])
def test_it_agrees_with_scikit_learn_wherever_the_scores_lie(share: float, scale: float) -> None:
    rng = np.random.default_rng(1)
    target = rng.random(20_000) < share
    score = scale * rng.beta(1 + 2 * target, 4)
    assert area(ScoreBins.of(target, score)) == pytest.approx(average_precision_score(target, score), abs=0.001)


def test_scores_with_few_values_give_exactly_the_value_of_scikit_learn() -> None:
    rng = np.random.default_rng(2)
    score = np.round(rng.random(5_000), 2)
    target = rng.random(5_000) < score
    assert area(ScoreBins.of(target, score)) == pytest.approx(average_precision_score(target, score), rel=1e-12)


def test_the_standard_error_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(3)
    values, errors = [], []
    for _ in range(300):
        target = rng.random(1_000) < 0.3
        bins = ScoreBins.of(target, rng.beta(1 + 2 * target, 3))
        values.append(area(bins))
        errors.append(standard_error(bins))
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.12)


def test_few_positives_are_at_least_as_uncertain_as_so_many_trials() -> None:
    rng = np.random.default_rng(4)
    target = np.arange(1_000) < 8
    bins = ScoreBins.of(target, rng.beta(1 + 4 * target, 3))
    value = area(bins)
    assert standard_error(bins) >= np.sqrt(value * (1 - value) / 8) * (1 - 1e-12)


def test_constant_scores_give_the_share_of_positives() -> None:
    target = np.arange(100) < 20
    assert average_precision(ScoreProfile.of(target, None, np.full(100, 0.4))).value == pytest.approx(0.2, rel=1e-12)


def test_one_class_has_no_average_precision() -> None:
    profile = ScoreProfile.of(np.zeros(10, dtype=np.bool_), None, np.linspace(0, 1, 10))
    assert average_precision(profile).reason == "all targets are of one class"


def test_scores_that_crowd_in_a_corner_of_a_wide_range_are_refused_rather_than_wrong() -> None:
    rng = np.random.default_rng(5)
    target = rng.random(100_000) < 0.3
    crowd = 0.013 + 1e-5 * rng.normal(size=100_000) + 1e-5 * target
    score = np.where(rng.random(100_000) < 0.9, crowd, rng.random(100_000))
    assert average_precision(ScoreProfile.of(target, None, score)).reason == NOT_RANKED
