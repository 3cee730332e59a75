"""Correlation of predicted and true class."""

from __future__ import annotations

import math

import numpy as np

from monitor.measurement import Estimate, skipped
from monitor.performance.confusion import around, delta_method, present_classes
from monitor.performance.interval import fisher_interval
from monitor.performance.metric import ClassMetric, ClassProfile
from monitor.profile.arrays import FloatArray


def matthews_correlation(profile: ClassProfile) -> Estimate:
    """Matthews correlation coefficient, for many classes as Gorodkin extends it.

    Between -1 and 1; 0 for predictions that say nothing about the target, however unequal the classes. The interval
    is by the multinomial delta method, on Fisher's scale.

    References
    ----------
    Gorodkin, J. (2004). Comparing two K-category assignments by a K-category correlation coefficient. Computational
    Biology and Chemistry 28, 367-374.
    """
    counts = present_classes(profile.confusion)
    rows = int(counts.sum())
    if np.count_nonzero(counts.sum(axis=1)) < 2:
        return skipped("all targets are of one class", rows=rows)
    if np.count_nonzero(counts.sum(axis=0)) < 2:
        return skipped("all predictions are of one class", rows=rows)
    value = min(1.0, max(-1.0, _correlation(counts / rows)[0]))
    interval = around(value, fisher_interval(*delta_method(counts, _correlation)))
    return Estimate(value, *interval, rows=rows)


def _correlation(shares: FloatArray) -> tuple[float, FloatArray]:
    """The coefficient and its gradient in the shares."""
    target, predicted = shares.sum(axis=1), shares.sum(axis=0)
    target_spread = 1.0 - float(target @ target)
    predicted_spread = 1.0 - float(predicted @ predicted)
    scale = math.sqrt(target_spread * predicted_spread)
    value = (float(shares.trace()) - float(target @ predicted)) / scale
    gradient = (np.eye(len(shares)) - target[None, :] - predicted[:, None]) / scale
    gradient += value * (target[:, None] / target_spread + predicted[None, :] / predicted_spread)
    return value, gradient


MATTHEWS_CORRELATION = ClassMetric(
    name="matthews_correlation",
    title="Matthews correlation",
    better="higher",
    bounds=(-1.0, 1.0),
    source="Gorodkin 2004",
    measure=matthews_correlation,
)
