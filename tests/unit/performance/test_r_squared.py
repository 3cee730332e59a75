"""Share of the targets' variance that a regression explains."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score

from monitor.performance.r_squared import r_squared
from monitor.profile.residual import ResidualProfile

NO_EDGES = np.zeros(0)


def test_large_targets_far_from_zero_lose_no_digits() -> None:
    rng = np.random.default_rng(1)
    target = 1e6 + rng.normal(size=5_000)
    prediction = target + rng.normal(0, 0.5, 5_000)
    profile = ResidualProfile.empty(NO_EDGES)
    for part in np.array_split(np.arange(5_000), 50):
        profile = profile + ResidualProfile.of(target[part], prediction[part], NO_EDGES)
    assert r_squared(profile).value == pytest.approx(r2_score(target, prediction), rel=1e-9)


def test_equal_targets_have_no_variance_to_explain() -> None:
    estimate = r_squared(ResidualProfile.of(np.full(9, 2.0), np.arange(9.0), NO_EDGES))
    assert estimate.reason == "all targets are equal"
    assert estimate.rows == 9


def test_the_mean_as_prediction_explains_nothing() -> None:
    target = np.arange(50.0)
    assert r_squared(ResidualProfile.of(target, np.full(50, 24.5), NO_EDGES)).value == pytest.approx(0.0, abs=1e-12)


def test_worse_than_the_mean_is_below_0_and_has_an_interval() -> None:
    target = np.arange(50.0)
    estimate = r_squared(ResidualProfile.of(target, -target, NO_EDGES))
    assert estimate.value is not None
    assert estimate.lower is not None
    assert estimate.upper is not None
    assert estimate.lower < estimate.value < estimate.upper < 0.0


def test_the_interval_is_as_wide_as_repeated_samples_spread() -> None:
    rng = np.random.default_rng(2)
    values, widths = [], []
    for _ in range(300):
        target = rng.gamma(2.0, 1.0, 500)
        estimate = r_squared(ResidualProfile.of(target, target + rng.standard_t(6, 500), NO_EDGES))
        assert estimate.lower is not None
        assert estimate.upper is not None
        values.append(estimate.value)
        widths.append(estimate.upper - estimate.lower)
    assert np.mean(widths) == pytest.approx(2 * 1.96 * np.std(np.array(values, dtype=np.float64)), rel=0.12)
