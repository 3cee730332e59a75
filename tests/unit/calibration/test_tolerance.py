"""A distance that is borne alarms as seldom as wanted, for few rows and many; a larger one is seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from monitor.calibration.tolerance import (
    divergence_limit,
    hellinger_limit,
    jensen_shannon_limit,
    kolmogorov_smirnov_limit,
    share_limit,
)
from monitor.drift.hellinger import hellinger_distance
from monitor.drift.jensen_shannon import jensen_shannon_distance
from monitor.drift.population_stability_index import population_stability_index
from monitor.drift.total_variation import total_variation_distance
from monitor.profile.arrays import FloatArray

Distance = Callable[[FloatArray, FloatArray], float]
Limit = Callable[[float, float, int, float], float]
BINS, REFERENCE, CHANCE = 10, 50_000, 0.01
EQUAL = np.full(BINS, 1 / BINS)


def largest_cumulative_distance(reference: FloatArray, current: FloatArray) -> float:
    return float(np.abs(np.cumsum(reference / reference.sum() - current / current.sum())).max())


CASES: list[tuple[Distance, Limit]] = [
    (population_stability_index, divergence_limit),
    (hellinger_distance, hellinger_limit),
    (jensen_shannon_distance, jensen_shannon_limit),
    (total_variation_distance, share_limit),
    (largest_cumulative_distance, kolmogorov_smirnov_limit),
]


def shifted(by: float) -> FloatArray:
    edges = norm.cdf(norm.ppf(np.arange(1, BINS) / BINS) - by)
    return np.diff(np.concatenate([[0.0], edges, [1.0]]))


@pytest.mark.parametrize(("distance", "limit"), CASES)
@pytest.mark.parametrize("rows", [200, 2_000, 20_000])
def test_a_true_distance_of_the_tolerance_passes_its_limit_seldom(distance: Distance, limit: Limit, rows: int) -> None:
    by = brentq(lambda shift: distance(EQUAL * 1e9, shifted(shift) * 1e9) - 0.02, 1e-6, 2)
    random = np.random.default_rng(rows)
    bound = limit(0.02, 1 / rows + 1 / REFERENCE, BINS, CHANCE)
    found = [
        distance(random.multinomial(REFERENCE, EQUAL) * 1.0, random.multinomial(rows, shifted(by)) * 1.0) > bound
        for _ in range(1_500)
    ]
    assert np.mean(found) <= 1.7 * CHANCE


@pytest.mark.parametrize("rows", [500, 2_000])
def test_a_shift_of_four_tenths_of_a_deviation_passes_it(rows: int) -> None:
    random = np.random.default_rng(rows)
    bound = divergence_limit(0.02, 1 / rows + 1 / REFERENCE, BINS, 0.001)
    reference = random.multinomial(REFERENCE, EQUAL) * 1.0
    windows = random.multinomial(rows, shifted(0.4), size=300) * 1.0
    found = [population_stability_index(reference, window) > bound for window in windows]
    assert np.mean(found) >= 0.95


def test_one_bin_cannot_move() -> None:
    assert divergence_limit(0.02, 0.001, 1, 0.001) == 0.02
