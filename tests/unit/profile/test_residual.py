"""Targets and predictions of a regression."""

from __future__ import annotations

import math
import pickle
from dataclasses import astuple

import numpy as np
import pytest
from scipy import stats

from monitor.profile.arrays import FloatArray
from monitor.profile.residual import ResidualProfile, TargetSpread

EDGES = np.array([-1.0, 0.0, 1.0])


def rows(count: int = 1_000) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(1)
    target = rng.gamma(2.0, 3.0, count) + 1000.0
    return target, target + rng.standard_t(5, count) + 0.3


def test_sums_are_exact() -> None:
    target, prediction = rows()
    profile = ResidualProfile.of(target, prediction, EDGES)
    error = prediction - target
    assert profile.error.mean == pytest.approx(error.mean(), rel=1e-12)
    assert profile.absolute.mean == pytest.approx(np.abs(error).mean(), rel=1e-12)
    assert profile.squared.mean == pytest.approx((error**2).mean(), rel=1e-12)
    assert profile.relative.mean == pytest.approx(np.abs(error / target).mean(), rel=1e-12)


def test_the_error_is_prediction_less_target() -> None:
    assert ResidualProfile.of(np.array([1.0]), np.array([3.0]), EDGES).error.mean == 2.0


def test_errors_are_counted_by_bin_with_open_ends() -> None:
    error = np.array([-5.0, -1.0, -0.5, 0.0, 0.9, 1.0, 100.0])
    profile = ResidualProfile.of(np.zeros(7), error, EDGES)
    assert profile.counts.tolist() == [1, 2, 2, 2]
    assert profile.counts[1:-1].tolist() == np.histogram(error[error < 1.0], EDGES)[0].tolist()


def test_many_small_profiles_add_up_to_the_whole() -> None:
    target, prediction = rows()
    whole = ResidualProfile.of(target, prediction, EDGES)
    total = ResidualProfile.empty(EDGES)
    for part in np.array_split(np.arange(1_000), 70):
        total = total + ResidualProfile.of(target[part], prediction[part], EDGES)
    assert total.rows == whole.rows
    assert total.counts.tolist() == whole.counts.tolist()
    for mine, theirs in (
        (total.error, whole.error),
        (total.absolute, whole.absolute),
        (total.squared, whole.squared),
        (total.relative, whole.relative),
        (total.spread, whole.spread),
    ):
        assert astuple(mine) == pytest.approx(astuple(theirs), rel=1e-9)


def test_the_spread_holds_the_central_moments_of_the_targets() -> None:
    target, prediction = rows()
    error = prediction - target
    spread = TargetSpread.of(target[:300], error[:300]) + TargetSpread.of(target[300:], error[300:])
    distance = target - target.mean()
    assert [spread.m2, spread.m3, spread.m4] == pytest.approx(
        [stats.moment(target, order) * 1_000 for order in (2, 3, 4)], rel=1e-9
    )
    assert spread.squared_error == pytest.approx(error @ error, rel=1e-12)
    assert spread.with_error == pytest.approx(error**2 @ distance, rel=1e-9)
    assert spread.with_error2 == pytest.approx(error**2 @ distance**2, rel=1e-9)


def test_targets_of_zero_stay_out_of_relative_errors_alone() -> None:
    profile = ResidualProfile.of(np.array([0.0, 2.0]), np.array([1.0, 3.0]), EDGES)
    assert profile.relative.count == 1
    assert profile.relative.mean == 0.5
    assert profile.absolute.count == 2


def test_infinite_rows_are_counted_and_stay_out_of_all_sums() -> None:
    profile = ResidualProfile.of(np.array([1.0, math.inf, 1.0]), np.array([2.0, 1.0, -math.inf]), EDGES)
    assert (profile.rows, profile.improper) == (3, 2)
    assert profile.absolute.count == profile.spread.count == profile.counts.sum() == 1


def test_rows_with_nan_are_left_out() -> None:
    profile = ResidualProfile.of(np.array([1.0, math.nan, 1.0]), np.array([2.0, 1.0, math.nan]), EDGES)
    assert (profile.rows, profile.improper) == (1, 0)


def test_errors_on_different_edges_do_not_add() -> None:
    with pytest.raises(ValueError, match="do not add"):
        ResidualProfile.empty(EDGES) + ResidualProfile.empty(EDGES + 1.0)


def test_the_profile_survives_pickling() -> None:
    profile = ResidualProfile.of(*rows(50), EDGES)
    again = pickle.loads(pickle.dumps(profile))
    assert again.spread == profile.spread
    assert again.counts.tolist() == profile.counts.tolist()
