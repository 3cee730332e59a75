"""Intervals cover the true distance as often as they say."""

import math

import numpy as np
import pytest
from scipy import stats

from monitor.drift.catalogue import METHODS
from monitor.drift.intervals import noncentral_interval
from monitor.drift.method import CountMethod, NumericMethod
from monitor.profile.bins import cut_bins
from monitor.profile.numeric import NumericProfile

SIMULATIONS = 300
# Of 300 intervals that cover with a chance of 0.95, fewer than 270 do so once in 3,000 runs.
LEAST_COVERED = 270

TENTHS = np.full(10, 0.1)
SHIFTED = np.diff(stats.norm.cdf(stats.norm.ppf(np.linspace(0, 1, 11)) - 0.4))
RARE = np.arange(1, 101) / 5050
PAIRS = {
    "equal": (TENTHS, TENTHS),
    "slightly tilted": (TENTHS, TENTHS * np.linspace(0.9, 1.1, 10)),
    "shifted": (TENTHS, SHIFTED),
    "two classes": (np.array([0.9, 0.1]), np.array([0.6, 0.4])),
    "nearly all null": (np.append(TENTHS * 0.99, 0.01), np.append(TENTHS * 0.1, 0.9)),
    "many categories, equal": (RARE, RARE),
    "many categories, reversed": (RARE, RARE[::-1]),
}
COUNT_METHODS = [method for method in METHODS.values() if isinstance(method, CountMethod)]
NUMERIC_METHODS = [method for method in METHODS.values() if isinstance(method, NumericMethod)]


@pytest.mark.parametrize("rows", [(20_000, 300), (1_000, 1_000)], ids=["small window", "equal sizes"])
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("method", COUNT_METHODS, ids=lambda method: method.name)
def test_the_interval_of_counts_covers_the_true_distance(method: CountMethod, pair: str, rows: tuple[int, int]) -> None:
    before, now = PAIRS[pair]
    truth = method.compare(before * 1e12, now * 1e12)
    draw = np.random.default_rng(1)
    references = draw.multinomial(rows[0], before / before.sum(), SIMULATIONS).astype(float)
    currents = draw.multinomial(rows[1], now / now.sum(), SIMULATIONS).astype(float)
    covered = 0
    for reference, current in zip(references, currents, strict=True):
        lower, upper = method.interval(reference, current)
        covered += min(lower, method.compare(reference, current)) - 1e-6 <= truth <= upper + 1e-6
    assert covered >= LEAST_COVERED


@pytest.mark.parametrize("shift", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("method", NUMERIC_METHODS, ids=lambda method: method.name)
def test_the_interval_of_numbers_covers_the_true_distance(method: NumericMethod, shift: float) -> None:
    truth = {"kolmogorov_smirnov": 2 * stats.norm.cdf(shift / 2) - 1, "wasserstein": shift, "mean_shift": shift}
    draw = np.random.default_rng(1)
    covered = 0
    for _ in range(SIMULATIONS):
        before, now = draw.normal(0, 1, 2_000), draw.normal(shift, 1, 500)
        bins = cut_bins(before)
        estimate = method.compare(NumericProfile.of(before, bins), NumericProfile.of(now, bins))
        assert estimate.lower is not None
        assert estimate.upper is not None
        covered += estimate.lower <= truth[method.name] <= estimate.upper
    assert covered >= LEAST_COVERED


@pytest.mark.parametrize("bins", [2, 11, 100])
def test_the_non_centrality_is_within_what_scipy_finds_not_surprising(bins: int) -> None:
    for statistic in (0.5 * bins, 1.5 * bins, 4.0 * bins):
        lower, upper = noncentral_interval(statistic, bins)
        for bound, tail in ((lower, 0.975), (upper, 0.025)):
            if bound > 0:
                chance = stats.ncx2.cdf(statistic, bins - 1, bound)
                assert abs(chance - 0.5) >= abs(tail - 0.5) - 0.01


def test_the_interval_narrows_with_more_rows() -> None:
    method = METHODS["population_stability_index"]
    assert isinstance(method, CountMethod)
    widths = [np.ptp(method.interval(TENTHS * rows, SHIFTED * rows)) for rows in (500, 5_000, 50_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] / widths[2] == pytest.approx(math.sqrt(100), rel=0.3)
