"""Share of the targets' variance that a regression explains."""

from __future__ import annotations

import math

from monitor.measurement import Estimate, skipped
from monitor.performance.interval import Z
from monitor.performance.metric import ResidualMetric
from monitor.profile.residual import ResidualProfile, TargetSpread


def r_squared(profile: ResidualProfile) -> Estimate:
    """One less the squared error over the squared distance of the targets from their mean.

    1 for perfect predictions, 0 for the mean target, below 0 for worse than that. The interval is by the delta method
    on the logarithm of `1 - r_squared`, a ratio of two means; no distribution of errors is assumed.

    References
    ----------
    Draper, N. R., Smith, H. (1998). Applied regression analysis, 3rd edition. Delta method: van der Vaart, A. W.
    (1998). Asymptotic statistics, chapter 3.
    """
    spread = profile.spread
    if spread.m2 <= 0.0:
        return skipped("all targets are equal", rows=spread.count)
    unexplained = spread.squared_error / spread.m2
    if unexplained <= 0.0:
        return Estimate(1.0, 1.0, 1.0, rows=spread.count)
    reach = Z * _error_of_logarithm(profile.squared.m2, spread)
    ratio = math.exp(min(reach, 700.0))
    return Estimate(1.0 - unexplained, 1.0 - unexplained * ratio, 1.0 - unexplained / ratio, rows=spread.count)


def _error_of_logarithm(squared_error_m2: float, spread: TargetSpread) -> float:
    """Standard error of the logarithm of squared error over squared distance, from their relative variances."""
    rows = spread.count
    error, distance = spread.squared_error / rows, spread.m2 / rows
    # divided step by step: a product of tiny numbers would be 0, a power of huge ones no number
    of_error = squared_error_m2 / rows / error / error
    of_distance = spread.m4 / rows / distance / distance - 1.0
    of_both = spread.with_error2 / rows / error / distance - 1.0
    return math.sqrt(max(of_error + of_distance - 2.0 * of_both, 0.0) / rows)


R_SQUARED = ResidualMetric(
    name="r_squared",
    title="R squared",
    better="higher",
    bounds=(-float("inf"), 1.0),
    source="Draper and Smith 1998",
    measure=r_squared,
)
