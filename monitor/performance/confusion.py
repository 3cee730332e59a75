"""Intervals of whatever is computed from a table of targets and predictions."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from monitor.performance.interval import Interval, Z
from monitor.profile.arrays import FloatArray, IntArray

Gradient = Callable[[FloatArray], tuple[float, FloatArray]]


def delta_method(counts: IntArray, function: Gradient) -> tuple[float, float]:
    """Value and standard error of a function of the shares of a confusion table, slightly smoothed.

    The rows are draws from a multinomial distribution. `Z * Z / 2` rows are spread evenly over the cells first, as
    Agresti and Coull do for a proportion, so that a table without errors still has an uncertainty.

    Parameters
    ----------
    counts
        Rows by target and prediction, shape ``(classes, classes)``.
    function
        From shares, shape ``(classes, classes)``, to a value and its gradient in the shares.

    References
    ----------
    Agresti, A. (2013). Categorical data analysis, 3rd edition, section 16.1.
    Agresti, A., Coull, B. A. (1998). Approximate is better than "exact" for interval estimation of binomial
    proportions. The American Statistician 52, 119-126.
    """
    rows = counts.sum() + Z * Z / 2.0
    shares = (counts + Z * Z / 2.0 / counts.size) / rows
    value, gradient = function(shares)
    variance = float((shares * np.square(gradient)).sum() - (shares * gradient).sum() ** 2) / float(rows)
    return value, math.sqrt(max(variance, 0.0))


def around(value: float, interval: Interval) -> Interval:
    """An interval that was made for a smoothed value, stretched to hold the value itself."""
    return min(interval[0], value), max(interval[1], value)


def present_classes(counts: IntArray) -> IntArray:
    """The table without the classes that were neither predicted nor came true."""
    present = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1))
    return np.asarray(counts[np.ix_(present, present)], dtype=np.int64)
