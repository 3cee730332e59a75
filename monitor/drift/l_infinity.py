"""Largest difference of the shares."""

from __future__ import annotations

import numpy as np
import scipy

from monitor.drift.counts import shares
from monitor.drift.intervals import QUANTILE, share_deviations
from monitor.drift.method import CountMethod
from monitor.profile.arrays import FloatArray


def l_infinity_distance(reference: FloatArray, current: FloatArray) -> float:
    """Largest absolute difference of the shares in any bin.

    Parameters
    ----------
    reference, current
        Rows per bin, shape ``(bins,)``, not negative, in the same order of bins.

    Returns
    -------
    float
        Between 0 (equal) and 1 (all rows in one bin, and now in another). No unit.

    Raises
    ------
    TooFewRowsError
        If either side holds no row.

    References
    ----------
    Breck, E. et al. (2019). Data validation for machine learning. SysML, section 3.

    Examples
    --------
    >>> l_infinity_distance(np.array([5.0, 5.0]), np.array([10.0, 0.0]))
    0.5
    """
    before, now = shares(reference, current)
    return float(np.abs(before - now).max())


def _interval(reference: FloatArray, current: FloatArray) -> tuple[float, float]:
    """The lower end holds for all bins at once (Bonferroni), since the largest of them was picked."""
    before, now = shares(reference, current)
    differences, deviations = np.abs(before - now), share_deviations(reference, current)
    wider = float(scipy.special.ndtri(1 - 0.025 / differences.size))
    lower = float((differences - wider * deviations).max())
    upper = float((differences + QUANTILE * deviations).max())
    return max(lower, 0.0), min(upper, 1.0)


METHOD = CountMethod(
    name="l_infinity",
    title="Largest difference of shares",
    compare=l_infinity_distance,
    interval=_interval,
    upper_bound=1.0,
    source="Breck et al. 2019",
)
