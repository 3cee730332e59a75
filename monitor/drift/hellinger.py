"""Hellinger distance."""

from __future__ import annotations

import math

import numpy as np

from monitor.drift.counts import shares
from monitor.drift.intervals import delta_deviation, divergence_interval
from monitor.drift.method import CountMethod
from monitor.profile.arrays import FloatArray


def hellinger_distance(reference: FloatArray, current: FloatArray) -> float:
    """Euclidean distance of the roots of the shares, over the root of 2.

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
    Le Cam, L., Yang, G. L. (2000). Asymptotics in Statistics, 2nd edition, section 3.1. Springer.

    Examples
    --------
    >>> hellinger_distance(np.array([5.0, 5.0]), np.array([10.0, 0.0]))
    0.541...
    """
    before, now = shares(reference, current)
    return min(math.sqrt(float(np.sum(np.square(np.sqrt(before) - np.sqrt(now)))) / 2), 1.0)


def _interval(reference: FloatArray, current: FloatArray) -> tuple[float, float]:
    # Eight times the squared distance is close to the chi-squared distance where the sides are close.
    before, now = shares(reference, current, added=0.5)
    slopes = -np.sqrt(now / before) / 2, -np.sqrt(before / now) / 2
    deviation = 8 * delta_deviation((reference, current), (before, now), slopes)
    squared = 8 * (1 - float(np.sum(np.sqrt(before * now))))
    lower, upper = divergence_interval(max(squared, 0.0), deviation, reference, current)
    return math.sqrt(lower / 8), min(math.sqrt(upper / 8), 1.0)


METHOD = CountMethod(
    name="hellinger",
    title="Hellinger distance",
    compare=hellinger_distance,
    interval=_interval,
    upper_bound=1.0,
    source="Le Cam and Yang 2000",
)
