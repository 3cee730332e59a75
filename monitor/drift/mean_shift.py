"""Difference of means, in standard deviations of the reference."""

from __future__ import annotations

import math

import scipy

from monitor.drift.method import NumericMethod
from monitor.drift.spread import mean_variance, reference_spread
from monitor.measurement import Estimate, skipped
from monitor.profile.numeric import NumericProfile


def mean_shift(reference: NumericProfile, current: NumericProfile) -> Estimate:
    """Mean now less the reference's mean, over the reference's standard deviation, with Welch's interval and p-value.

    Parameters
    ----------
    reference, current
        Profiles on the same bins, each with finite values; only these count.

    Returns
    -------
    Estimate
        Negative where values fall, 0 where the means are equal, without bounds. No unit.

    References
    ----------
    Glass, G. V. (1976). Primary, secondary, and meta-analysis of research. Educational Researcher 5(10), 3-8.
    Welch, B. L. (1947). The generalization of Student's problem. Biometrika 34, 28-35.

    Examples
    --------
    >>> import numpy as np
    >>> from monitor.profile.bins import cut_bins
    >>> before = np.array([1.0, 2.0, 3.0])
    >>> bins = cut_bins(before)
    >>> mean_shift(NumericProfile.of(before, bins), NumericProfile.of(before + 2, bins)).value
    2.0
    """
    spread = reference_spread(reference)
    if isinstance(spread, str):
        return skipped(spread, rows=current.values)
    difference = current.moments.mean - reference.moments.mean
    before, now = mean_variance(reference.moments), mean_variance(current.moments)
    deviation = math.sqrt(before + now)
    if not math.isfinite(difference / spread) or not math.isfinite(deviation):
        return skipped("the values are too large to measure a distance", rows=current.values)
    if deviation == 0.0 or current.values < 2:
        return Estimate(difference / spread, rows=current.values)
    freedom = (before + now) ** 2 / (before**2 / (reference.values - 1) + now**2 / (current.values - 1))
    reach = float(scipy.special.stdtrit(freedom, 0.975)) * deviation
    return Estimate(
        difference / spread,
        lower=(difference - reach) / spread,
        upper=(difference + reach) / spread,
        p_value=float(2 * scipy.special.stdtr(freedom, -abs(difference) / deviation)),
        rows=current.values,
    )


METHOD = NumericMethod(
    name="mean_shift",
    title="Shift of the mean in standard deviations of the reference",
    compare=mean_shift,
    source="Glass 1976",
    symmetric=False,
    signed=True,
)
