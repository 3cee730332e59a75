"""Size and direction of a regression's errors."""

from __future__ import annotations

import math

from monitor.measurement import Estimate, skipped
from monitor.performance.interval import loss_estimate, mean_estimate
from monitor.performance.metric import ResidualMetric
from monitor.profile.residual import ResidualProfile

INFINITE = float("inf")


def mean_absolute_error(profile: ResidualProfile) -> Estimate:
    """Mean of `|prediction - target|`, in the unit of the target.

    References
    ----------
    Interval: central limit theorem on the logarithm.
    """
    return loss_estimate(profile.absolute)


def root_mean_squared_error(profile: ResidualProfile) -> Estimate:
    """Root of the mean of `(prediction - target)**2`, in the unit of the target.

    References
    ----------
    Interval: central limit theorem on the logarithm of the mean square, so no distribution of errors is assumed.
    """
    squared = loss_estimate(profile.squared)
    value, low, high = (
        None if part is None else math.sqrt(part) for part in (squared.value, squared.lower, squared.upper)
    )
    return Estimate(value, low, high, rows=squared.rows)


def mean_absolute_percentage_error(profile: ResidualProfile) -> Estimate:
    """Mean of `|prediction - target| / |target|` over the rows whose target is not zero: 0.1 is 10 %.

    scikit-learn divides by 2e-16 where the target is zero, so that one such row is all that can be seen in the mean.
    Here these rows are left out, and `rows` says how many are in. Where many targets come close to zero, a few rows
    make up most of the mean, and its interval is too narrow: simulated with a density of targets at zero, it covers
    in 76 % of cases. Watch another metric there.

    References
    ----------
    de Myttenaere, A. et al. (2016). Mean absolute percentage error for regression models. Neurocomputing 192, 38-48.
    """
    if not profile.relative.count:
        return skipped("every target is zero", rows=profile.rows)
    return loss_estimate(profile.relative)


def mean_error(profile: ResidualProfile) -> Estimate:
    """Mean of `prediction - target`, in the unit of the target: above 0 the model predicts too much.

    References
    ----------
    Interval: central limit theorem.
    """
    return mean_estimate(profile.error)


MEAN_ABSOLUTE_ERROR = ResidualMetric(
    name="mean_absolute_error",
    title="Mean absolute error",
    better="lower",
    bounds=(0.0, INFINITE),
    source="central limit theorem",
    measure=mean_absolute_error,
)
ROOT_MEAN_SQUARED_ERROR = ResidualMetric(
    name="root_mean_squared_error",
    title="Root mean squared error",
    better="lower",
    bounds=(0.0, INFINITE),
    source="central limit theorem",
    measure=root_mean_squared_error,
)
MEAN_ABSOLUTE_PERCENTAGE_ERROR = ResidualMetric(
    name="mean_absolute_percentage_error",
    title="Mean absolute percentage error",
    better="lower",
    bounds=(0.0, INFINITE),
    source="de Myttenaere et al. 2016",
    measure=mean_absolute_percentage_error,
)
MEAN_ERROR = ResidualMetric(
    name="mean_error",
    title="Mean error",
    better="zero",
    bounds=(-INFINITE, INFINITE),
    source="central limit theorem",
    measure=mean_error,
)
