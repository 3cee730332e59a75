"""Promises that every drift method keeps."""

import importlib
import math
import pkgutil
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

import monitor.drift
from monitor.drift.catalogue import METHODS
from monitor.drift.counts import TooFewRowsError, comparison_counts
from monitor.drift.measure import applies, compare
from monitor.drift.method import CountMethod, DriftMethod, NumericMethod
from monitor.measurement import Estimate
from monitor.profile.arrays import FloatArray
from monitor.profile.bins import cut_bins
from monitor.profile.categorical import CategoricalProfile, CategoryCounter
from monitor.profile.column import ColumnProfile
from monitor.profile.numeric import NumericProfile

ROWS = 5_000
NAMES = sorted(METHODS)
COUNT_METHODS = [method for method in METHODS.values() if isinstance(method, CountMethod)]
NUMERIC_METHODS = [method for method in METHODS.values() if isinstance(method, NumericMethod)]

by_name = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
by_count_method = pytest.mark.parametrize("method", COUNT_METHODS, ids=lambda method: method.name)


def numeric(values: FloatArray, like: FloatArray) -> NumericProfile:
    return NumericProfile.of(values, cut_bins(like))


def categorical(values: list[str], like: list[str]) -> CategoricalProfile:
    counter = CategoryCounter()
    counter.add(pa.array(like))
    return CategoricalProfile.of(pa.array(values), counter.cut())


def value_of(method: DriftMethod, reference: ColumnProfile, current: ColumnProfile) -> float:
    estimate = compare(method, reference, current)
    assert estimate.value is not None, estimate.reason
    return estimate.value


def normal(seed: int, shift: float = 0.0, size: int = ROWS) -> FloatArray:
    return np.random.default_rng(seed).normal(shift, 1, size)


REFERENCE = normal(1)
FEW = np.random.default_rng(3).integers(0, 5, ROWS).astype(float)
FEW_NOW = np.minimum(np.random.default_rng(4).integers(0, 6, 800), 4).astype(float)
COUNTS = np.array([120.0, 300.0, 80.0, 0.0, 500.0])
COUNTS_NOW = np.array([200.0, 210.0, 0.0, 30.0, 60.0])


def test_every_method_stands_in_the_catalogue() -> None:
    declared = set()
    for module in pkgutil.iter_modules(monitor.drift.__path__):
        method = getattr(importlib.import_module(f"monitor.drift.{module.name}"), "METHOD", None)
        if method is not None:
            assert METHODS[method.name] is method
            assert method.name == module.name
            declared.add(method.name)
    assert declared == set(METHODS)


@by_name
def test_a_method_has_a_title_and_a_source(method: DriftMethod) -> None:
    assert method.title
    assert any(year.isdigit() and len(year) == 4 for year in method.source.split())


@by_name
def test_equal_data_have_no_drift(method: DriftMethod) -> None:
    profile = numeric(REFERENCE, REFERENCE)
    estimate = compare(method, profile, profile)
    assert estimate.value == 0.0
    assert estimate.lower is not None
    assert estimate.upper is not None
    assert estimate.lower <= 0.0 <= estimate.upper


@by_name
def test_a_larger_shift_is_more_drift(method: DriftMethod) -> None:
    reference = numeric(REFERENCE, REFERENCE)
    values = [value_of(method, reference, numeric(normal(2, shift), REFERENCE)) for shift in (0.0, 0.3, 0.6, 1.2, 2.4)]
    assert values == sorted(values)
    assert values[1] > 0


@by_name
def test_a_value_is_finite_and_within_its_interval_and_bounds(method: DriftMethod) -> None:
    reference = numeric(REFERENCE, REFERENCE)
    for current in (normal(2, 0.1, 30), normal(2, 50), normal(2, -50), np.zeros(3), np.array([9e9])):
        estimate = compare(method, reference, numeric(current, REFERENCE))
        assert estimate.value is not None
        assert math.isfinite(estimate.value)
        if estimate.lower is not None and estimate.upper is not None:
            assert estimate.lower <= estimate.value <= estimate.upper
        if method.upper_bound is not None:
            assert 0.0 <= estimate.value <= method.upper_bound
            assert estimate.upper is None or estimate.upper <= method.upper_bound
        if estimate.p_value is not None:
            assert 0.0 <= estimate.p_value <= 1.0


@by_name
def test_a_bounded_method_reaches_its_bound_where_nothing_is_in_common(method: DriftMethod) -> None:
    if method.upper_bound is None:
        return
    reference = numeric(np.zeros(ROWS), np.zeros(ROWS))
    value = value_of(method, reference, numeric(np.ones(ROWS), np.zeros(ROWS)))
    assert value == pytest.approx(method.upper_bound, abs=1e-3)


@by_name
def test_a_method_that_says_so_is_symmetric(method: DriftMethod) -> None:
    left, right = numeric(FEW, REFERENCE), numeric(FEW_NOW, REFERENCE)
    same = value_of(method, left, right) == pytest.approx(value_of(method, right, left), abs=1e-12)
    assert same or not method.symmetric


@by_name
def test_the_order_of_rows_does_not_matter(method: DriftMethod) -> None:
    current = normal(2, 0.3)
    reference = numeric(REFERENCE, REFERENCE)
    forwards, backwards = numeric(current, REFERENCE), numeric(current[::-1], REFERENCE)
    assert value_of(method, reference, forwards) == value_of(method, reference, backwards)


@by_name
def test_the_profiles_are_not_changed(method: DriftMethod) -> None:
    reference, current = numeric(REFERENCE, REFERENCE), numeric(normal(2, 0.3), REFERENCE)
    before = reference.canonical(), current.canonical()
    compare(method, reference, current)
    assert (reference.canonical(), current.canonical()) == before


@by_name
def test_the_unit_of_a_column_does_not_matter(method: DriftMethod) -> None:
    current = normal(2, 0.3)
    value = value_of(method, numeric(REFERENCE, REFERENCE), numeric(current, REFERENCE))
    scaled = value_of(method, numeric(64 * REFERENCE, 64 * REFERENCE), numeric(64 * current, 64 * REFERENCE))
    assert scaled == pytest.approx(value, rel=1e-9)


@by_name
def test_a_value_means_the_same_in_small_and_large_windows(method: DriftMethod) -> None:
    reference = numeric(REFERENCE, REFERENCE)
    small = np.median([value_of(method, reference, numeric(normal(seed, 1, 500), REFERENCE)) for seed in range(9)])
    large = value_of(method, reference, numeric(normal(99, 1, 50_000), REFERENCE))
    assert small == pytest.approx(large, rel=0.15)


@by_name
def test_the_size_of_the_reference_does_not_change_the_meaning_of_a_value(method: DriftMethod) -> None:
    whole, current = np.tile(FEW, 20), FEW_NOW
    value = value_of(method, numeric(FEW, FEW), numeric(current, FEW))
    assert value_of(method, numeric(whole, FEW), numeric(current, FEW)) == pytest.approx(value, rel=0.03)


@by_count_method
def test_categories_are_compared_by_their_counts(method: CountMethod) -> None:
    before = ["at"] * 500 + ["de"] * 400 + ["ch"] * 100
    now = ["at"] * 300 + ["de"] * 150 + ["new"] * 50
    reference, current = categorical(before, before), categorical(now, before)
    counts = comparison_counts(reference).astype(float), comparison_counts(current).astype(float)
    assert applies(method, reference)
    assert compare(method, reference, current).value == method.compare(*counts) > 0
    assert method.compare(counts[0], counts[0]) == 0.0


@by_count_method
def test_counts_are_not_changed(method: CountMethod) -> None:
    before, now = COUNTS.copy(), COUNTS_NOW.copy()
    method.compare(before, now)
    method.interval(before, now)
    assert before.tolist() == COUNTS.tolist()
    assert now.tolist() == COUNTS_NOW.tolist()


@by_count_method
def test_counts_without_a_row_are_refused(method: CountMethod) -> None:
    with pytest.raises(TooFewRowsError):
        method.compare(COUNTS, np.zeros(5))
    with pytest.raises(TooFewRowsError):
        method.compare(np.zeros(5), COUNTS)


@pytest.mark.parametrize("method", NUMERIC_METHODS, ids=lambda method: method.name)
def test_methods_of_numbers_do_not_apply_to_categories(method: NumericMethod) -> None:
    assert not applies(method, categorical(["a"], ["a"]))


def _smoothed(counts: FloatArray) -> FloatArray:
    shares: FloatArray = (counts + 0.5) / (counts + 0.5).sum()
    return shares


def _population_stability_index(before: FloatArray, now: FloatArray) -> float:
    p, q = _smoothed(before), _smoothed(now)
    return float(stats.entropy(p, q) + stats.entropy(q, p))


def _cramers_v(before: FloatArray, now: FloatArray) -> float:
    # The same number of rows on both sides, by which Bergsma's correction is scipy's V less the bias.
    size = min(before.sum(), now.sum())
    table = np.array([before / before.sum(), now / now.sum()]) * size
    v = stats.contingency.association(np.round(table * 1_000).astype(int), method="cramer")
    return float(np.sqrt(v**2 - (before.size - 1) * (1 / before.sum() + 1 / now.sum()) / 4))


def _largest(order: float) -> Callable[[FloatArray, FloatArray], float]:
    return lambda before, now: float(np.linalg.norm(before / before.sum() - now / now.sum(), order))


COUNT_ORACLES: dict[str, Callable[[FloatArray, FloatArray], float]] = {
    "population_stability_index": _population_stability_index,
    "jensen_shannon": lambda before, now: float(jensenshannon(before, now, base=2)),
    "hellinger": lambda before, now: float(
        np.linalg.norm(np.sqrt(before / before.sum()) - np.sqrt(now / now.sum())) / np.sqrt(2)
    ),
    "total_variation": lambda before, now: _largest(1)(before, now) / 2,
    "l_infinity": _largest(np.inf),
    "chi_squared": _cramers_v,
}


@by_count_method
def test_counts_agree_with_an_oracle(method: CountMethod) -> None:
    draw = np.random.default_rng(1)
    pairs = [(COUNTS, COUNTS_NOW), *((draw.integers(1, 900, 12) * 1.0, draw.integers(1, 90, 12) * 1.0) for _ in "12")]
    tolerance = 1e-4 if method.name == "chi_squared" else 1e-9
    for before, now in pairs:
        assert method.compare(before, now) == pytest.approx(COUNT_ORACLES[method.name](before, now), rel=tolerance)


def test_the_p_value_of_counts_is_that_of_homogeneity() -> None:
    method = METHODS["chi_squared"]
    assert isinstance(method, CountMethod)
    assert method.p_value is not None
    for now in (COUNTS_NOW, COUNTS / 4 + np.array([3.0, 0.0, 1.0, 2.0, 5.0])):
        exact = stats.chi2_contingency([COUNTS, now], correction=False).pvalue
        assert method.p_value(COUNTS, now) == pytest.approx(exact, rel=1e-9)


def _few(name: str) -> Estimate:
    return compare(METHODS[name], numeric(FEW, FEW), numeric(FEW_NOW, FEW))


def test_kolmogorov_smirnov_is_exact_on_few_values() -> None:
    exact = stats.ks_2samp(FEW, FEW_NOW, method="asymp")
    found = _few("kolmogorov_smirnov")
    assert found.value == pytest.approx(exact.statistic, rel=1e-12)
    assert found.p_value is not None
    # scipy corrects the asymptotic chance for finite sizes; the two meet where neither is small.
    assert math.log(found.p_value) == pytest.approx(math.log(exact.pvalue), rel=0.15)


def test_wasserstein_is_exact_on_few_values_and_beyond_them() -> None:
    current = np.append(FEW_NOW, [-40.0, 700.0, 701.0])
    exact = stats.wasserstein_distance(FEW, current) / FEW.std(ddof=1)
    assert compare(METHODS["wasserstein"], numeric(FEW, FEW), numeric(current, FEW)).value == pytest.approx(exact)


def test_mean_shift_agrees_with_welch() -> None:
    exact = stats.ttest_ind(FEW_NOW, FEW, equal_var=False)
    interval = exact.confidence_interval(0.95)
    spread = FEW.std(ddof=1)
    found = _few("mean_shift")
    assert found.value == pytest.approx((FEW_NOW.mean() - FEW.mean()) / spread, rel=1e-9)
    assert found.lower == pytest.approx(interval.low / spread, rel=1e-9)
    assert found.upper == pytest.approx(interval.high / spread, rel=1e-9)
    assert found.p_value == pytest.approx(exact.pvalue, rel=1e-9)


@pytest.mark.parametrize("name", ["chi_squared", "kolmogorov_smirnov", "mean_shift"])
def test_the_p_value_of_equal_distributions_alarms_no_more_often_than_it_says(name: str) -> None:
    runs = 400
    alarms = 0
    for seed in range(runs):
        before, now = normal(1_000 + seed, size=1_000), normal(5_000 + seed, size=200)
        estimate = compare(METHODS[name], numeric(before, before), numeric(now, before))
        assert estimate.p_value is not None
        alarms += estimate.p_value < 0.05
    # A chance of 0.05 gives more than 35 of 400 about once in 1,000 runs.
    assert alarms <= 35
