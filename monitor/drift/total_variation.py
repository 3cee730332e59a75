"""Total variation distance."""

from __future__ import annotations

import math

import numpy as np

from monitor.drift.counts import shares
from monitor.drift.intervals import QUANTILE, delta_deviation, share_deviations
from monitor.drift.method import CountMethod
from monitor.profile.arrays import FloatArray


def total_variation_distance(reference: FloatArray, current: FloatArray) -> float:
    """Half the sum of the absolute differences of the shares: the share of rows that would have to move.

    Parameters
    ----------
    reference, current
        Rows per bin, shape ``(bins,)``, not negative, in the same order of bins.

    Returns
    -------
    float
        Between 0 (equal) and 1 (no bin in common). No unit.

    Raises
    ------
    TooFewRowsError
        If either side holds no row.

    References
    ----------
    Levin, D. A., Peres, Y. (2017). Markov Chains and Mixing Times, 2nd edition, section 4.1. AMS.

    Examples
    --------
    >>> total_variation_distance(np.array([5.0, 5.0]), np.array([10.0, 0.0]))
    0.5
    """
    before, now = shares(reference, current)
    return min(float(np.abs(before - now).sum()) / 2, 1.0)


def _interval(reference: FloatArray, current: FloatArray) -> tuple[float, float]:
    """By the delta method; the lower end gives way by what chance alone makes of equal shares."""
    before, now = shares(reference, current)
    direction = np.sign(now - before) / 2
    smoothed = shares(reference, current, added=0.5)
    reach = QUANTILE * delta_deviation((reference, current), smoothed, (-direction, direction))
    by_chance = math.sqrt(2 / math.pi) * float(share_deviations(reference, current).sum()) / 2
    value = total_variation_distance(reference, current)
    return max(value - by_chance - reach, 0.0), min(value + reach, 1.0)


METHOD = CountMethod(
    name="total_variation",
    title="Total variation distance",
    compare=total_variation_distance,
    interval=_interval,
    upper_bound=1.0,
    source="Levin and Peres 2017",
)
