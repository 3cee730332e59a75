"""Every performance metric by name, and how a window's profile is measured with them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from monitor.measurement import Estimate, skipped
from monitor.performance.accuracy import ACCURACY
from monitor.performance.average_precision import AVERAGE_PRECISION
from monitor.performance.expected_calibration_error import EXPECTED_CALIBRATION_ERROR
from monitor.performance.matthews_correlation import MATTHEWS_CORRELATION
from monitor.performance.metric import NO_TARGETS, ClassMetric, PerformanceMetric, ResidualMetric
from monitor.performance.precision_recall import F1, PRECISION, RECALL
from monitor.performance.prediction_error import (
    MEAN_ABSOLUTE_ERROR,
    MEAN_ABSOLUTE_PERCENTAGE_ERROR,
    MEAN_ERROR,
    ROOT_MEAN_SQUARED_ERROR,
)
from monitor.performance.probability_loss import BRIER_SCORE, LOG_LOSS
from monitor.performance.r_squared import R_SQUARED
from monitor.performance.ranking import score_rows
from monitor.performance.roc_auc import ROC_AUC
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.residual import ResidualProfile
from monitor.profile.score import ScoreProfile
from monitor.profile.shape import Task

Profile = ScoreProfile | MulticlassProfile | ResidualProfile

METRICS: dict[str, PerformanceMetric] = {
    metric.name: metric
    for metric in (
        ACCURACY,
        PRECISION,
        RECALL,
        F1,
        MATTHEWS_CORRELATION,
        ROC_AUC,
        AVERAGE_PRECISION,
        LOG_LOSS,
        BRIER_SCORE,
        EXPECTED_CALIBRATION_ERROR,
        MEAN_ABSOLUTE_ERROR,
        ROOT_MEAN_SQUARED_ERROR,
        MEAN_ABSOLUTE_PERCENTAGE_ERROR,
        MEAN_ERROR,
        R_SQUARED,
    )
}


def default_metrics(task: Task, *, has_score: bool) -> tuple[str, ...]:
    """All that can be measured for a task.

    >>> default_metrics("binary_classification", has_score=False)
    ('accuracy', 'precision', 'recall', 'f1', 'matthews_correlation')
    """
    return tuple(
        name for name, metric in METRICS.items() if task in metric.tasks and (has_score or not metric.needs_score)
    )


def measure_performance(
    profile: Profile | None, metrics: Iterable[str], *, task: Task, min_rows: int
) -> Iterator[tuple[str, Estimate]]:
    """Every wanted metric of a window, measured or skipped with its reason."""
    for name in metrics:
        metric = METRICS[name]
        if task not in metric.tasks:
            yield name, skipped(f"{name} is not for the task {task}")
        else:
            yield name, _finite(_measure(profile, metric, min_rows))


def _measure(profile: Profile | None, metric: PerformanceMetric, min_rows: int) -> Estimate:
    if profile is None or not profile.rows:
        return skipped(NO_TARGETS, is_awaited=True)
    rows, nothing = _rows(profile, metric)
    if not rows:
        return skipped(nothing)
    if rows < min_rows:
        return skipped(f"{rows} rows with a target, at least {min_rows} are wanted", rows=rows, is_awaited=True)
    if isinstance(metric, ResidualMetric) and isinstance(profile, ResidualProfile):
        return _of_residuals(profile, metric)
    if isinstance(metric, ClassMetric) and not isinstance(profile, ResidualProfile):
        return metric.measure(profile)
    raise TypeError(f"{metric.name} is not measured on a {type(profile).__name__}")


def _rows(profile: Profile, metric: PerformanceMetric) -> tuple[int, str]:
    """How many rows a metric can use, and what to say if there are none."""
    if isinstance(profile, ResidualProfile):
        return profile.rows, ""
    if metric.needs_score:
        return score_rows(profile), "no score stands beside a target: none is mapped, or all are empty"
    return int(profile.confusion.sum()), "no prediction stands beside a target: none is mapped, or all are empty"


def _of_residuals(profile: ResidualProfile, metric: ResidualMetric) -> Estimate:
    if profile.improper:
        return skipped(
            f"{profile.improper} of {profile.rows} rows have an infinite prediction or target", rows=profile.rows
        )
    return metric.measure(profile)


def _finite(estimate: Estimate) -> Estimate:
    """The estimate, unless numbers ran out of what a double holds."""
    if estimate.value is None:
        return estimate
    if not math.isfinite(estimate.value):
        return skipped("the numbers are too large to be summed", rows=estimate.rows)
    limits = (estimate.lower, estimate.upper)
    if any(limit is not None and not math.isfinite(limit) for limit in limits):
        return replace(estimate, lower=None, upper=None)
    return estimate
