"""Moments that add up."""

import math

import numpy as np
import pytest

from monitor.profile.moments import NO_MOMENTS, Moments


def test_moments_agree_with_numpy() -> None:
    values = np.random.default_rng(1).normal(5, 2, 1_000)
    moments = Moments.of(values)
    assert moments.count == 1_000
    assert moments.mean == pytest.approx(values.mean(), rel=1e-12)
    assert moments.standard_deviation == pytest.approx(values.std(ddof=1), rel=1e-12)


def test_a_huge_offset_does_not_blur_the_variance() -> None:
    small = np.random.default_rng(1).integers(-100, 100, 5_000) / 8
    parts = [Moments.of(part) for part in np.array_split(1e12 + small, 50)]
    whole = sum(parts, start=NO_MOMENTS)
    assert whole.mean == pytest.approx(1e12 + small.mean(), rel=1e-15)
    assert whole.standard_deviation == pytest.approx(small.std(ddof=1), rel=1e-6)


def test_no_moments_change_nothing() -> None:
    moments = Moments.of(np.array([1.0, 2.0, 4.0]))
    assert moments + NO_MOMENTS == moments
    assert NO_MOMENTS + moments == moments


def test_a_single_value_has_no_standard_deviation() -> None:
    assert Moments.of(np.array([3.0])).standard_deviation is None


def test_values_whose_squares_overflow_have_no_standard_deviation() -> None:
    moments = Moments.of(np.array([1e308, -1e308, 1e308]))
    assert moments.standard_deviation is None
    assert (moments + moments).standard_deviation is None
    assert math.isfinite(Moments.of(np.array([1e150, -1e150])).m2)
