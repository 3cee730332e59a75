"""Budgets, persistence, common spread and tails, each by itself."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import t as student

from monitor.calibration.budget import CAUTION, Budget
from monitor.calibration.persistence import autocorrelation, effective_windows
from monitor.calibration.scale import COUNT, DISTANCE, POSITIVE, SQUARE, Scale
from monitor.calibration.spread import independent_series, moderated
from monitor.calibration.tail import quantile
from monitor.profile.arrays import FloatArray


def test_the_looks_of_a_month_share_the_budget() -> None:
    budget = Budget(2, timedelta(days=30))
    assert budget.chance(10, timedelta(hours=1)) * 10 * 720 == pytest.approx(2 * CAUTION)


def test_a_budget_of_one_a_second_is_no_chance_above_a_half() -> None:
    assert Budget(1, timedelta(seconds=1)).chance(1, timedelta(days=1)) == 0.5


@pytest.mark.parametrize(("alarms", "per"), [(0, timedelta(1)), (-1, timedelta(1)), (1, timedelta(0))])
def test_a_budget_of_nothing_is_refused(alarms: float, per: timedelta) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Budget(alarms, per)


@pytest.mark.parametrize("true", [0.0, 0.5, 0.8])
def test_autocorrelation_is_found_without_bias_in_short_histories(true: float) -> None:
    random = np.random.default_rng(1)
    series = np.zeros((30, 4_000))
    series[0] = random.normal(size=4_000)
    for now in range(1, 30):
        series[now] = true * series[now - 1] + np.sqrt(1 - true**2) * random.normal(size=4_000)
    found = autocorrelation((series - series.mean(axis=0))[:, :, None])
    assert found.mean() == pytest.approx(max(true, 0.075), abs=0.05)  # what is negative counts as 0


def test_windows_that_repeat_themselves_count_once() -> None:
    assert effective_windows(np.array([100]), np.array([0.98]))[0] < 1


def test_series_that_vary_alike_lend_one_another_freedom() -> None:
    random = np.random.default_rng(2)
    residuals = random.normal(size=(8, 50))
    found = moderated(residuals.var(axis=0, ddof=1), np.full(50, 7.0), 50)
    assert found.freedom.min() > 2 * 7.0
    assert found.variance.std() < residuals.var(axis=0, ddof=1).std() / 2


def test_series_that_differ_stand_for_themselves() -> None:
    random = np.random.default_rng(2)
    scales = np.exp(random.normal(0, 2, 50))
    residuals = random.normal(size=(60, 50)) * scales
    variance = residuals.var(axis=0, ddof=1)
    found = moderated(variance, np.full(50, 59.0), 50)
    assert np.median(np.abs(np.log(found.variance / variance))) < 0.02


def test_series_that_move_together_count_as_one() -> None:
    random = np.random.default_rng(4)
    common = random.normal(size=(40, 1)) * np.ones(20)
    assert independent_series(common) == pytest.approx(1.0)
    assert independent_series(random.normal(size=(40, 20))) > 15


@pytest.mark.parametrize("freedom", [3.0, 30.0])
def test_a_normal_history_is_judged_by_student(freedom: float) -> None:
    few = np.random.default_rng(6).normal(size=(10, 2))
    assert quantile(0.001, np.array([freedom]), few, 1.0) == pytest.approx(student.isf(0.001, freedom))


def test_outliers_of_the_reference_widen_the_tail() -> None:
    residuals = np.random.default_rng(8).standard_t(2, size=(100, 10))
    assert quantile(0.0005, np.array([100.0]), residuals, 1.0)[0] > 2 * student.isf(0.0005, 100.0)


def test_skewed_roots_of_distances_have_a_heavier_tail_than_those_that_normal_movements_make() -> None:
    random = np.random.default_rng(9)
    freedom, chance = np.array([100.0]), 0.0005

    def widened(moves: FloatArray) -> float:
        roots = np.cbrt(np.square(moves) + random.chisquare(9, moves.shape) / 20)
        relative = float(roots.std() / roots.mean())
        standard = (roots - roots.mean()) / roots.std()
        with_roots = quantile(chance, freedom, standard, 1.0, relative=relative)[0]
        return float(with_roots / quantile(chance, freedom, standard, 1.0)[0])

    assert widened(0.3 * random.normal(size=(60, 20))) == 1.0
    assert widened(random.standard_t(3, size=(60, 20))) > 1.1


@pytest.mark.parametrize("scale", [SQUARE, DISTANCE, POSITIVE, COUNT], ids=lambda scale: scale.name)
def test_a_scale_leads_back_and_never_to_a_limit_without_a_number(scale: Scale) -> None:
    values = np.array([0.004, 0.3, 25.0])
    there = scale.forth(values, np.full(3, 100.0))
    assert [scale.back(float(one)) for one in there] == pytest.approx(list(values))
    assert np.isfinite(scale.back(1e4))
    assert scale.back(-1e4) == pytest.approx(0.0)
