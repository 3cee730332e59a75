"""Kolmogorov-Smirnov distance."""

from __future__ import annotations

import math

import numpy as np
import scipy

from monitor.drift.counts import TooFewRowsError, noise
from monitor.drift.method import NumericMethod
from monitor.measurement import Estimate
from monitor.profile.arrays import FloatArray
from monitor.profile.numeric import NumericProfile

BAND = 1.3580986393225507  # 95 % quantile of the Kolmogorov distribution


def kolmogorov_smirnov_distance(reference: FloatArray, current: FloatArray) -> float:
    """Largest distance of the two cumulative shares at the edges of the bins.

    Parameters
    ----------
    reference, current
        Rows per bin, shape ``(bins,)``, not negative, the bins in rising order.

    Returns
    -------
    float
        Between 0 (equal) and 1 (all of one side lies above all of the other). No unit. Falls short of the distance
        of the raw rows by at most one bin's share of the reference.

    Raises
    ------
    TooFewRowsError
        If either side holds no row.

    References
    ----------
    Smirnov, N. (1948). Table for estimating the goodness of fit of empirical distributions.
    Ann. Math. Statist. 19(2), 279-281.

    Examples
    --------
    >>> kolmogorov_smirnov_distance(np.array([5.0, 5.0]), np.array([10.0, 0.0]))
    0.5
    """
    if not reference.any() or not current.any():
        raise TooFewRowsError("both sides of a comparison need at least one row")
    before, now = np.cumsum(reference) / reference.sum(), np.cumsum(current) / current.sum()
    return float(np.abs(before - now).max())


def compare(reference: NumericProfile, current: NumericProfile) -> Estimate:
    """The distance on the fine bins, with its asymptotic p-value.

    The interval is a band of Kolmogorov's around the difference of the cumulative shares: it holds for the whole
    curve, so it is rather too wide than too narrow. Nulls are left out, infinite values lie outside the reference.
    """
    before, now = reference.fine_counts().astype(np.float64), current.fine_counts().astype(np.float64)
    value = kolmogorov_smirnov_distance(before, now)
    spread = math.sqrt(noise(before, now))
    return Estimate(
        value,
        lower=max(value - BAND * spread, 0.0),
        upper=min(value + BAND * spread, 1.0),
        p_value=float(scipy.special.kolmogorov(value / spread)),
        rows=int(now.sum()),
    )


METHOD = NumericMethod(
    name="kolmogorov_smirnov",
    title="Kolmogorov-Smirnov distance",
    compare=compare,
    upper_bound=1.0,
    source="Smirnov 1948",
)
