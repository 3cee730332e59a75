"""Jensen-Shannon distance."""

from __future__ import annotations

import math

import numpy as np
import scipy

from monitor.drift.counts import shares
from monitor.drift.intervals import delta_deviation, divergence_interval
from monitor.drift.method import CountMethod
from monitor.profile.arrays import FloatArray


def jensen_shannon_distance(reference: FloatArray, current: FloatArray) -> float:
    """Square root of the Jensen-Shannon divergence, in base 2.

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
    Lin, J. (1991). Divergence measures based on the Shannon entropy. IEEE Trans. Inf. Theory 37(1), 145-151.

    Examples
    --------
    >>> jensen_shannon_distance(np.array([5.0, 5.0]), np.array([10.0, 0.0]))
    0.557...
    """
    return math.sqrt(_divergence(reference, current) / math.log(2.0))


def _divergence(reference: FloatArray, current: FloatArray) -> float:
    """The divergence in nats, at most ln 2."""
    before, now = shares(reference, current)
    middle = (before + now) / 2
    divergence = float(np.sum(scipy.special.rel_entr(before, middle) + scipy.special.rel_entr(now, middle))) / 2
    return min(max(divergence, 0.0), math.log(2.0))


def _interval(reference: FloatArray, current: FloatArray) -> tuple[float, float]:
    # Eight times the divergence is close to the chi-squared distance where the sides are close.
    before, now = shares(reference, current, added=0.5)
    middle = (before + now) / 2
    slopes = np.log(before / middle) / 2, np.log(now / middle) / 2
    deviation = 8 * delta_deviation((reference, current), (before, now), slopes)
    lower, upper = divergence_interval(8 * _divergence(reference, current), deviation, reference, current)
    unit = 8 * math.log(2.0)
    return math.sqrt(lower / unit), min(math.sqrt(upper / unit), 1.0)


METHOD = CountMethod(
    name="jensen_shannon",
    title="Jensen-Shannon distance",
    compare=jensen_shannon_distance,
    interval=_interval,
    upper_bound=1.0,
    source="Lin 1991",
)
