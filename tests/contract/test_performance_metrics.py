"""Promises that every performance metric keeps."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn import metrics as sk

import monitor.performance
from monitor.measurement import Estimate
from monitor.performance.catalogue import METRICS, Profile, default_metrics, measure_performance
from monitor.performance.metric import PerformanceMetric
from monitor.profile.arrays import BoolArray, FloatArray, IntArray
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.residual import ResidualProfile
from monitor.profile.score import ScoreProfile
from monitor.profile.shape import Task

CLASSES = ("ash", "birch", "cedar", "oak")
EDGES = np.linspace(-30.0, 30.0, 20)
SIMULATIONS = 300
ROWS_IN_A_SIMULATION = 800


class Rows(Protocol):
    """Raw rows of one task."""

    task: Task

    def __len__(self) -> int: ...
    def __getitem__(self, rows: IntArray | slice) -> Rows: ...
    def profile(self) -> Profile: ...


@dataclass
class BinaryRows:
    target: BoolArray
    predicted: BoolArray
    score: FloatArray
    task: Task = "binary_classification"

    def __len__(self) -> int:
        return len(self.target)

    def __getitem__(self, rows: IntArray | slice) -> BinaryRows:
        return BinaryRows(self.target[rows], self.predicted[rows], self.score[rows])

    def profile(self) -> ScoreProfile:
        return ScoreProfile.of(self.target, self.predicted, self.score)


@dataclass
class MulticlassRows:
    target: IntArray
    predicted: IntArray
    scores: FloatArray
    task: Task = "multiclass_classification"

    def __len__(self) -> int:
        return len(self.target)

    def __getitem__(self, rows: IntArray | slice) -> MulticlassRows:
        return MulticlassRows(self.target[rows], self.predicted[rows], self.scores[rows])

    def profile(self) -> MulticlassProfile:
        return MulticlassProfile.of(CLASSES, self.target, self.predicted, self.scores)


@dataclass
class RegressionRows:
    target: FloatArray
    prediction: FloatArray
    task: Task = "regression"

    def __len__(self) -> int:
        return len(self.target)

    def __getitem__(self, rows: IntArray | slice) -> RegressionRows:
        return RegressionRows(self.target[rows], self.prediction[rows])

    def profile(self) -> ResidualProfile:
        return ResidualProfile.of(self.target, self.prediction, EDGES)


def binary_rows(count: int, *, seed: int = 1) -> BinaryRows:
    """An overconfident model of an event with a share of about 0.2."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-1.8, 1.3, count)
    target = rng.random(count) < expit(log_odds)
    return BinaryRows(target, log_odds > -0.5, expit(1.4 * log_odds + 0.2))


def multiclass_rows(count: int, *, seed: int = 2) -> MulticlassRows:
    """An overconfident model of four unequal classes, and a few targets of a class that is not in the list."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal([1.0, 0.5, 0.0, -0.5], 1.5, (count, 4))
    target = (rng.random((count, 1)) > softmax(log_odds, axis=1).cumsum(axis=1)).sum(axis=1).clip(max=3)
    target = np.where(rng.random(count) < 0.02, -1, target).astype(np.int64)
    return MulticlassRows(target, log_odds.argmax(axis=1), softmax(1.3 * log_odds, axis=1))


def regression_rows(count: int, *, seed: int = 3) -> RegressionRows:
    """Skewed targets, a tenth of them zero, errors that grow with the prediction, and a bias."""
    rng = np.random.default_rng(seed)
    prediction = rng.gamma(3.0, 2.0, count) + 1.0
    target = prediction * np.exp(rng.normal(0.0, 0.3, count)) + 0.3
    return RegressionRows(np.where(rng.random(count) < 0.1, 0.0, target), prediction)


MAKERS: dict[Task, Callable[..., Rows]] = {
    "binary_classification": binary_rows,
    "multiclass_classification": multiclass_rows,
    "regression": regression_rows,
}
CASES = [(name, task) for name, metric in METRICS.items() for task in metric.tasks]
every_metric = pytest.mark.parametrize(("name", "task"), CASES)


def measure(profile: Profile, name: str, task: Task, *, min_rows: int = 1) -> Estimate:
    ((_, estimate),) = measure_performance(profile, [name], task=task, min_rows=min_rows)
    return estimate


def perfect(rows: Rows) -> Rows:
    """The same targets, predicted as they came."""
    if isinstance(rows, BinaryRows):
        return BinaryRows(rows.target, rows.target, rows.target.astype(np.float64))
    if isinstance(rows, MulticlassRows):
        known = rows[np.flatnonzero(rows.target >= 0)]
        return MulticlassRows(known.target, known.target, np.eye(4)[known.target])
    assert isinstance(rows, RegressionRows)
    return RegressionRows(rows.target, rows.target)


def expected_calibration_error(hit: BoolArray, confidence: FloatArray) -> float:
    bins = np.ceil(confidence * 10).clip(1, 10)
    gaps = [abs((hit[bins == b] - confidence[bins == b]).sum()) for b in range(1, 11)]
    return sum(gaps) / len(hit)


def with_other(rows: MulticlassRows) -> FloatArray:
    """Scores with a column for the classes that are not in the list, first, as scikit-learn sorts -1."""
    return np.column_stack([np.zeros(len(rows)), rows.scores])


def macro(metric: Callable[..., float]) -> Callable[[MulticlassRows], float]:
    return lambda rows: float(
        np.mean([metric(rows.target == code, rows.scores[:, code]) for code in range(len(CLASSES))])
    )


BINARY_ORACLES: dict[str, Callable[[BinaryRows], float]] = {
    "accuracy": lambda rows: sk.accuracy_score(rows.target, rows.predicted),
    "precision": lambda rows: sk.precision_score(rows.target, rows.predicted),
    "recall": lambda rows: sk.recall_score(rows.target, rows.predicted),
    "f1": lambda rows: sk.f1_score(rows.target, rows.predicted),
    "matthews_correlation": lambda rows: sk.matthews_corrcoef(rows.target, rows.predicted),
    "roc_auc": lambda rows: sk.roc_auc_score(rows.target, rows.score),
    "average_precision": lambda rows: sk.average_precision_score(rows.target, rows.score),
    "log_loss": lambda rows: sk.log_loss(rows.target, rows.score),
    "brier_score": lambda rows: sk.brier_score_loss(rows.target, rows.score),
    "expected_calibration_error": lambda rows: expected_calibration_error(rows.target, rows.score),
}
MULTICLASS_ORACLES: dict[str, Callable[[MulticlassRows], float]] = {
    "accuracy": lambda rows: sk.accuracy_score(rows.target, rows.predicted),
    "precision": lambda rows: sk.precision_score(rows.target, rows.predicted, average="macro", zero_division=np.nan),
    "recall": lambda rows: sk.recall_score(rows.target, rows.predicted, average="macro", zero_division=np.nan),
    "f1": lambda rows: sk.f1_score(rows.target, rows.predicted, average="macro", zero_division=np.nan),
    "matthews_correlation": lambda rows: sk.matthews_corrcoef(rows.target, rows.predicted),
    "roc_auc": macro(sk.roc_auc_score),
    "average_precision": macro(sk.average_precision_score),
    "log_loss": lambda rows: sk.log_loss(rows.target, with_other(rows), labels=[-1, 0, 1, 2, 3]),
    "brier_score": lambda rows: sk.brier_score_loss(rows.target, with_other(rows), labels=[-1, 0, 1, 2, 3]),
    "expected_calibration_error": lambda rows: expected_calibration_error(
        rows.scores.argmax(axis=1) == rows.target, rows.scores.max(axis=1)
    ),
}
REGRESSION_ORACLES: dict[str, Callable[[RegressionRows], float]] = {
    "mean_absolute_error": lambda rows: sk.mean_absolute_error(rows.target, rows.prediction),
    "root_mean_squared_error": lambda rows: sk.root_mean_squared_error(rows.target, rows.prediction),
    "mean_absolute_percentage_error": lambda rows: sk.mean_absolute_percentage_error(
        rows.target[rows.target != 0], rows.prediction[rows.target != 0]
    ),
    "mean_error": lambda rows: float(np.mean(rows.prediction - rows.target)),
    "r_squared": lambda rows: sk.r2_score(rows.target, rows.prediction),
}
ORACLES: dict[Task, dict[str, Callable[..., float]]] = {
    "binary_classification": dict(BINARY_ORACLES),
    "multiclass_classification": dict(MULTICLASS_ORACLES),
    "regression": dict(REGRESSION_ORACLES),
}
# from bins, not from sums: what STATISTICS grants for rankings
ABSOLUTE_TOLERANCES = {"roc_auc": 0.0005, "average_precision": 0.001}


def best_bound(metric: PerformanceMetric) -> float:
    return {"higher": metric.bounds[1], "lower": metric.bounds[0], "zero": 0.0}[metric.better]


def limits(estimate: Estimate) -> list[float]:
    return [number for number in (estimate.lower, estimate.value, estimate.upper) if number is not None]


def test_every_metric_of_every_file_stands_in_the_catalogue() -> None:
    declared = {
        metric.name: metric
        for module in pkgutil.iter_modules(monitor.performance.__path__)
        for metric in vars(importlib.import_module(f"monitor.performance.{module.name}")).values()
        if isinstance(metric, PerformanceMetric)
    }
    assert declared == METRICS


def test_every_metric_has_an_oracle() -> None:
    assert {(name, task) for task, oracles in ORACLES.items() for name in oracles} == set(CASES)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_metric_has_a_source_and_a_title(metric: PerformanceMetric) -> None:
    assert metric.source
    assert metric.title
    assert metric.bounds[0] < metric.bounds[1]


@every_metric
def test_a_metric_agrees_with_scikit_learn(name: str, task: Task) -> None:
    rows = MAKERS[task](10_000)
    estimate = measure(rows.profile(), name, task)
    tolerance = ABSOLUTE_TOLERANCES.get(name)
    expected = ORACLES[task][name](rows)
    assert estimate.value == pytest.approx(expected, rel=None if tolerance else 1e-9, abs=tolerance or 1e-12)


@every_metric
def test_perfect_predictions_reach_the_best_bound(name: str, task: Task) -> None:
    estimate = measure(perfect(MAKERS[task](500)).profile(), name, task)
    assert estimate.value == pytest.approx(best_bound(METRICS[name]), abs=1e-12)


@every_metric
def test_the_sum_of_two_windows_is_the_longer_window(name: str, task: Task) -> None:
    rows = MAKERS[task](6_000)
    whole = measure(rows.profile(), name, task)
    parts = measure(rows[:1_000].profile() + rows[1_000:].profile(), name, task)  # type: ignore[operator]  # same task
    assert parts.rows == whole.rows
    assert limits(parts) == pytest.approx(limits(whole), rel=1e-11)


@every_metric
def test_the_interval_covers_the_truth_in_95_percent_of_simulated_cases(name: str, task: Task) -> None:
    population = MAKERS[task](20_000)
    truth = ORACLES[task][name](population)
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(SIMULATIONS):
        rows = population[rng.integers(0, len(population), ROWS_IN_A_SIMULATION)]
        lower, _, upper = limits(measure(rows.profile(), name, task))
        covered += lower <= truth <= upper
    assert covered / SIMULATIONS >= 0.91


@every_metric
def test_a_value_lies_in_its_interval_and_both_within_the_bounds(name: str, task: Task) -> None:
    low, high = METRICS[name].bounds
    for count in (2, 5, 20, 100):
        for seed in range(20):
            numbers = limits(measure(MAKERS[task](count, seed=seed).profile(), name, task))
            assert numbers == sorted(numbers)
            assert all(low <= number <= high for number in numbers)


def degenerate_profiles(task: Task) -> Iterator[Profile]:
    rows = MAKERS[task](50)
    yield rows[:0].profile()
    for position in range(10):
        yield rows[position : position + 1].profile()
        yield rows[position : position + 2].profile()
        yield perfect(rows[position : position + 1]).profile()
    yield perfect(rows).profile()
    if task == "binary_classification":
        yield from degenerate_binary_profiles()
    elif task == "multiclass_classification":
        yield from degenerate_multiclass_profiles()
    else:
        yield from degenerate_regression_profiles()


def degenerate_binary_profiles() -> Iterator[Profile]:
    yes, no = np.ones(20, dtype=np.bool_), np.zeros(20, dtype=np.bool_)
    mixed = np.arange(20) % 3 == 0
    for target in (yes, no, mixed):
        for predicted in (yes, no, mixed, None):
            for score in (0.0, 0.3, 1.0, 1.7, -2.0, math.inf, -math.inf, math.nan):
                yield ScoreProfile.of(target, predicted, np.full(20, score))
            yield ScoreProfile.of(target, predicted, None)
        yield ScoreProfile.of(target, None, (~target).astype(np.float64))


def degenerate_multiclass_profiles() -> Iterator[Profile]:
    some = np.arange(20) % 4
    for target in (np.zeros(20, dtype=np.int64), np.full(20, -1), some):
        for predicted in (np.zeros(20, dtype=np.int64), np.full(20, -1), some, None):
            for score in (0.25, 0.0, 1.0, math.inf, math.nan):
                yield MulticlassProfile.of(CLASSES, target, predicted, np.full((20, 4), score))
        yield MulticlassProfile.of((), np.full(20, -1), np.full(20, -1), np.zeros((20, 0)))
        yield MulticlassProfile.of(("only",), np.zeros(20, dtype=np.int64), None, np.ones((20, 1)))


def degenerate_regression_profiles() -> Iterator[Profile]:
    steps = np.arange(20.0)
    for target in (np.zeros(20), np.full(20, 3.0), steps, steps * 1e300, steps * 1e-300, np.full(20, math.inf)):
        for prediction in (np.zeros(20), np.full(20, 3.0), steps, -steps * 1e300, np.full(20, -math.inf)):
            yield ResidualProfile.of(target, prediction, EDGES)
    yield ResidualProfile.of(np.full(20, math.nan), steps, EDGES)
    for target_scale in range(-320, 309, 20):
        for error_scale in range(-320, 309, 20):
            error = np.where(steps % 2, -0.1, 0.7) * 10.0**error_scale
            yield ResidualProfile.of(
                steps * 0.01 * 10.0**target_scale, steps * 0.01 * 10.0**target_scale + error, EDGES
            )


@every_metric
def test_degenerate_input_gives_a_finite_number_or_a_reason(name: str, task: Task) -> None:
    for profile in degenerate_profiles(task):
        estimate = measure(profile, name, task, min_rows=0)
        assert all(math.isfinite(number) for number in limits(estimate))
        assert (estimate.value is None) == bool(estimate.reason)
        assert estimate.value is not None or estimate.lower is None is estimate.upper


@every_metric
def test_too_few_rows_are_a_reason_and_their_number_is_kept(name: str, task: Task) -> None:
    estimate = measure(MAKERS[task](12).profile(), name, task, min_rows=200)
    assert estimate.value is None
    assert estimate.rows == 12
    assert estimate.reason == "12 rows with a target, at least 200 are wanted"


@every_metric
def test_an_estimate_carries_the_number_of_its_rows(name: str, task: Task) -> None:
    rows = MAKERS[task](300)
    used = 300
    if name == "mean_absolute_percentage_error":
        assert isinstance(rows, RegressionRows)
        used = np.count_nonzero(rows.target)
    assert measure(rows.profile(), name, task).rows == used


@pytest.mark.parametrize("task", MAKERS)
def test_all_metrics_of_a_task_are_measured_by_default(task: Task) -> None:
    assert set(default_metrics(task, has_score=True)) == set(ORACLES[task])
    assert not any(METRICS[name].needs_score for name in default_metrics(task, has_score=False))
