"""The standard deviation that distances are measured in."""

from __future__ import annotations

import math

from monitor.profile.moments import Moments
from monitor.profile.numeric import NumericProfile


def reference_spread(reference: NumericProfile) -> float | str:
    """The reference's standard deviation, or the reason why it cannot serve as a measure."""
    if reference.minimum == reference.maximum:
        return "the column is constant in the reference"
    spread = reference.moments.standard_deviation
    if not spread:
        return "the reference has no standard deviation that can be computed"
    return spread


def shift_deviation(reference: NumericProfile, current: NumericProfile, spread: float) -> float:
    """Standard deviation of the difference of means, in units of `spread`."""
    return math.sqrt(mean_variance(reference.moments) + mean_variance(current.moments)) / spread


def mean_variance(moments: Moments) -> float:
    """Variance of the mean; of a single value, which says nothing about it, 0."""
    return moments.m2 / (moments.count - 1) / moments.count if moments.count > 1 else 0.0
