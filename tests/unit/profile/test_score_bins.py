"""Scores by bin: exact sums, and nothing lost that a ranking needs."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from monitor.profile.arrays import BoolArray, FloatArray
from monitor.profile.score_bins import CalibrationBins, ScoreBins, position

Shape = Callable[[np.random.Generator, BoolArray], FloatArray]

SHAPES: dict[str, Shape] = {
    "wide": lambda rng, y: expit(rng.normal(size=len(y)) + 1.5 * y - 1.0),
    "below 0.02": lambda rng, y: 0.02 * rng.beta(1 + 2 * y, 4),
    "below 0.00001": lambda rng, y: 1e-5 * rng.beta(1 + 2 * y, 4),
    "around one half": lambda rng, y: 0.5 + 0.002 * (rng.normal(size=len(y)) + 1.5 * y),
    "above 0.999": lambda rng, y: 1 - 0.001 * rng.beta(4, 1 + 2 * y),
    "at both ends": lambda rng, y: rng.beta(0.3 + 0.5 * y, 0.5),
    "in a band, with a few outliers": lambda rng, y: np.where(
        rng.random(len(y)) < 0.98, 0.5 + 0.002 * (rng.normal(size=len(y)) + 1.5 * y), rng.random(len(y))
    ),
    "margins": lambda rng, y: 3 * rng.normal(size=len(y)) + 3 * y,
    "per cent": lambda rng, y: 100 * rng.beta(1 + y, 3),
}


def area(bins: ScoreBins) -> float:
    below = np.cumsum(bins.negatives) - bins.negatives / 2
    return float(bins.positives @ below / bins.positives.sum() / bins.negatives.sum())


def contents(bins: ScoreBins) -> tuple[object, ...]:
    return (
        bins.level,
        bins.most,
        *(part.tolist() for part in (bins.lowest, bins.highest, bins.positives, bins.negatives)),
    )


@pytest.mark.parametrize("share", [0.5, 0.1, 0.02])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_area_under_the_roc_curve_is_kept_wherever_the_scores_lie(shape: Shape, share: float) -> None:
    rng = np.random.default_rng(5)
    for count in (10_000, 40_000):
        target = rng.random(count) < share
        score = shape(rng, target)
        assert area(ScoreBins.of(target, score)) == pytest.approx(roc_auc_score(target, score), abs=0.0005)


def test_up_to_a_thousand_different_scores_are_all_kept_apart() -> None:
    rng = np.random.default_rng(6)
    score = np.round(rng.random(20_000), 3).clip(max=0.999)
    target = rng.random(20_000) < score
    bins = ScoreBins.of(target, score)
    assert len(bins.lowest) == len(np.unique(score))
    assert bins.ties.all()
    assert area(bins) == pytest.approx(roc_auc_score(target, score), rel=1e-12)


def test_no_more_bins_are_kept_than_allowed() -> None:
    rng = np.random.default_rng(7)
    bins = ScoreBins.of(rng.random(50_000) < 0.5, rng.random(50_000), most=100)
    assert 50 < len(bins.lowest) <= 100
    assert bins.rows == 50_000


scores = st.lists(st.floats(-2.0, 3.0) | st.floats(0.0, 1.0) | st.sampled_from([math.inf, -math.inf, 0.0, 1.0]))


@given(scores, scores, scores)
@settings(max_examples=200, deadline=None)
def test_parts_add_up_to_exactly_the_whole_in_any_order(one: list[float], two: list[float], three: list[float]) -> None:
    def bins(values: list[float]) -> ScoreBins:
        array = np.array(values, dtype=np.float64)
        return ScoreBins.of(np.round(array * 1e3) % 2 == 0, array, most=4)

    with np.errstate(invalid="ignore"):
        whole = contents(bins(one + two + three))
        a, b, c = bins(one), bins(two), bins(three)
        assert contents(a + b + c) == contents(a + (b + c)) == contents(c + a + b) == whole


def test_an_empty_profile_changes_nothing() -> None:
    bins = ScoreBins.of(np.array([True, False]), np.array([0.2, 0.7]))
    assert contents(bins + ScoreBins.empty()) == contents(ScoreBins.empty() + bins) == contents(bins)


def test_profiles_with_different_limits_do_not_add() -> None:
    with pytest.raises(ValueError, match="do not add"):
        ScoreBins.empty(most=10) + ScoreBins.empty(most=20)


def test_bins_survive_pickling() -> None:
    bins = ScoreBins.of(np.array([True, False]), np.array([0.2, 0.7]))
    assert contents(pickle.loads(pickle.dumps(bins))) == contents(bins)


def test_scores_keep_their_order_also_beyond_0_and_1() -> None:
    score = np.array([-math.inf, -5.0, -0.1, 0.0, 1e-9, 0.5, 1 - 1e-9, 1.0, 1.1, 7.0, 1e9, math.inf])
    assert (np.diff(position(score)) > 0).all()


def test_calibration_bins_hold_their_upper_edge() -> None:
    bins = CalibrationBins.of(np.array([True, False, True]), np.array([0.0, 0.1, 0.1000001]))
    assert bins.rows[:2].tolist() == [2, 1]
    assert bins.hits[:2].tolist() == [1, 1]


def test_calibration_bins_add_up() -> None:
    rng = np.random.default_rng(8)
    hit, score = rng.random(500) < 0.4, rng.random(500)
    whole = CalibrationBins.of(hit, score)
    parts = CalibrationBins.of(hit[:77], score[:77]) + CalibrationBins.of(hit[77:], score[77:])
    assert parts.rows.tolist() == whole.rows.tolist()
    assert parts.hits.tolist() == whole.hits.tolist()
    assert parts.confidence == pytest.approx(whole.confidence, rel=1e-12)
    assert parts.squares == pytest.approx(whole.squares, rel=1e-12)
