"""The multinomial delta method."""

from __future__ import annotations

import math

import numpy as np
import pytest

from monitor.performance.confusion import around, delta_method, present_classes
from monitor.profile.arrays import FloatArray


def accuracy(shares: FloatArray) -> tuple[float, FloatArray]:
    return float(shares.trace()), np.eye(len(shares))


def test_the_error_of_a_share_is_the_binomial_one() -> None:
    counts = np.array([[4_000, 700], [300, 5_000]])
    value, error = delta_method(counts, accuracy)
    assert value == pytest.approx(0.9, abs=1e-3)
    assert error == pytest.approx(math.sqrt(0.9 * 0.1 / 10_000), rel=1e-2)


def test_a_table_without_errors_still_has_an_uncertainty() -> None:
    value, error = delta_method(np.diag([50, 50]), accuracy)
    assert 0.95 < value < 1.0
    assert error > 0.0


def test_an_interval_is_stretched_to_hold_the_value() -> None:
    assert around(1.0, (0.8, 0.9)) == (0.8, 1.0)
    assert around(0.85, (0.8, 0.9)) == (0.8, 0.9)


def test_classes_that_never_occur_are_left_out() -> None:
    counts = np.array([[5, 0, 1], [0, 0, 0], [2, 0, 3]])
    assert present_classes(counts).tolist() == [[5, 1], [2, 3]]


def test_a_class_that_was_only_predicted_is_present() -> None:
    assert present_classes(np.array([[5, 1], [0, 0]])).tolist() == [[5, 1], [0, 0]]
