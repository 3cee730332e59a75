"""Size and direction of a regression's errors."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.performance.prediction_error import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_error,
    root_mean_squared_error,
)
from monitor.profile.residual import ResidualProfile


def profile(target: list[float], prediction: list[float]) -> ResidualProfile:
    return ResidualProfile.of(np.array(target), np.array(prediction), np.zeros(0))


def test_a_model_that_predicts_too_much_has_a_mean_error_above_0() -> None:
    assert mean_error(profile([1.0, 2.0], [2.0, 4.0])).value == 1.5


def test_targets_of_zero_stay_out_of_the_percentage() -> None:
    estimate = mean_absolute_percentage_error(profile([0.0, -2.0, 4.0], [5.0, -1.0, 5.0]))
    assert estimate.value == pytest.approx(0.375, rel=1e-15)
    assert estimate.rows == 2


def test_a_percentage_of_nothing_but_zeros_is_skipped() -> None:
    estimate = mean_absolute_percentage_error(profile([0.0, 0.0], [1.0, 2.0]))
    assert estimate.reason == "every target is zero"


def test_the_root_is_taken_of_the_limits_too() -> None:
    rng = np.random.default_rng(1)
    target = rng.normal(size=500)
    estimate = root_mean_squared_error(ResidualProfile.of(target, target + rng.normal(0, 3.0, 500), np.zeros(0)))
    assert estimate.lower is not None
    assert estimate.upper is not None
    assert estimate.lower < 3.0 < estimate.upper
    assert estimate.upper - estimate.lower == pytest.approx(2 * 1.96 * 3.0 / np.sqrt(2 * 500), rel=0.15)


def test_one_row_has_a_value_and_no_interval() -> None:
    for metric in (mean_absolute_error, root_mean_squared_error, mean_absolute_percentage_error, mean_error):
        estimate = metric(profile([1.0], [3.0]))
        assert estimate.value == 2.0
        assert estimate.lower is estimate.upper is None
