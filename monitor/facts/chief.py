"""Whether the performance of a model suffers, by its main metric."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.facts import Chief
from monitor.measurement import WHOLE, Estimate, Measurement
from monitor.performance.catalogue import METRICS, measure_performance
from monitor.performance.metric import Better
from monitor.profile.model import ModelProfile
from monitor.profile.shape import Task

FIRST = ("roc_auc", "accuracy", "mean_absolute_error", "root_mean_squared_error")


def main_metric(wanted: Sequence[str]) -> str:
    """The metric that a model is known by; empty where its performance is not measured.

    >>> main_metric(["f1", "accuracy", "roc_auc"]), main_metric(["f1"]), main_metric([])
    ('roc_auc', 'f1', '')
    """
    return next((name for name in (*FIRST, *wanted) if name in wanted), "")


def chief(metric: str, measurements: Sequence[Measurement], reference: ModelProfile, *, task: Task) -> Chief | None:
    """The main metric of all rows in a window, held against the reference's."""
    found = (one for one in measurements if one.metric == metric and not one.version and one.segment == WHOLE)
    now = next(found, None)
    if now is None:
        return None
    before = on_reference(metric, reference, task=task)
    if now.value is None:
        return Chief(metric, None, before.value, None, now.reason)
    suffers = None if before.value is None else _is_worse(now.estimate, before, METRICS[metric].better)
    return Chief(metric, now.value, before.value, is_past_limit(now) or suffers)


def on_reference(metric: str, reference: ModelProfile, *, task: Task) -> Estimate:
    """What a metric of performance is on the reference."""
    [(_, estimate)] = measure_performance(reference.performance, [metric], task=task, min_rows=1)
    return estimate


def is_past_limit(measurement: Measurement) -> bool:
    """Whether a value is past a limit that a rule sets it."""
    value = measurement.value
    if value is None:
        return False
    is_low = measurement.limit_low is not None and value < measurement.limit_low
    return is_low or (measurement.limit_high is not None and value > measurement.limit_high)


def _is_worse(now: Estimate, before: Estimate, better: Better) -> bool:
    """Whether a value is worse by so much that the intervals lie apart."""
    (low, high), (low_before, high_before) = _interval(now), _interval(before)
    if better == "higher":
        return high < low_before
    if better == "lower":
        return low > high_before
    return min(abs(low), abs(high)) > max(abs(low_before), abs(high_before)) and low * high > 0


def _interval(estimate: Estimate) -> tuple[float, float]:
    value = estimate.value or 0.0
    low = value if estimate.lower is None else estimate.lower
    return low, value if estimate.upper is None else estimate.upper
