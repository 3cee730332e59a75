"""Intervals of what was counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

QUANTILE = 1.959963984540054  # of the standard normal distribution, at 0.975


class Interval(NamedTuple):
    """A value and its 95 % interval."""

    value: float
    lower: float
    upper: float


def rate(alarms: Sequence[int], months: float) -> Interval:
    """Alarms a month: exact for alarms that come one by one, and wider where some runs have them in heaps.

    Alarms of one run stand on one reference, so that they are no independent events: where they vary from run to run
    more than Poisson's would, all counts are taken as so many times fewer (quasi-Poisson).

    Parameters
    ----------
    alarms
        Of each run.
    months
        Of all runs together, above 0.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.

    Examples
    --------
    >>> rate([0] * 10, 10)
    Interval(value=0.0, lower=0.0, upper=0.368...)
    """
    total, heaped = sum(alarms), dispersion(alarms)
    events = total / heaped
    lower = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    upper = chi2.ppf(0.975, 2 * events + 2) / 2
    return Interval(total / months, float(lower * heaped / months), float(upper * heaped / months))


def dispersion(alarms: Sequence[int]) -> float:
    """Variance over mean of counts, at least 1.

    >>> dispersion([0, 0, 0, 8])
    8.0
    """
    mean = float(np.mean(alarms))
    return max(1.0, float(np.var(alarms, ddof=1)) / mean) if mean and len(alarms) > 1 else 1.0


def share(found: int, runs: int) -> Interval:
    """A share with Wilson's interval.

    >>> [round(number, 3) for number in share(19, 20)]
    [0.95, 0.764, 0.991]
    """
    part, square = found / runs, QUANTILE**2 / runs
    centre = (part + square / 2) / (1 + square)
    reach = QUANTILE / (1 + square) * math.sqrt(part * (1 - part) / runs + square / (4 * runs))
    return Interval(part, max(centre - reach, 0.0), min(centre + reach, 1.0))
