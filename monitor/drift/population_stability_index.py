"""Population stability index."""

from __future__ import annotations

import numpy as np

from monitor.drift.counts import shares
from monitor.drift.intervals import delta_deviation, divergence_interval
from monitor.drift.method import CountMethod
from monitor.profile.arrays import FloatArray


def population_stability_index(reference: FloatArray, current: FloatArray) -> float:
    """Sum of `(p - q) ln(p / q)` over the bins, half a row added to each bin on each side.

    Parameters
    ----------
    reference, current
        Rows per bin, shape ``(bins,)``, not negative, in the same order of bins. Bins that are empty on both
        sides are left out.

    Returns
    -------
    float
        0 where the shares are equal, without upper bound. No unit.

    Raises
    ------
    TooFewRowsError
        If either side holds no row.

    References
    ----------
    Kullback, S., Leibler, R. A. (1951). On information and sufficiency. Ann. Math. Statist. 22(1), 79-86
    (the symmetric divergence J). Half a row: Krichevsky, R., Trofimov, V. (1981). IEEE Trans. Inf. Theory 27(2).

    Examples
    --------
    >>> population_stability_index(np.array([500.0, 500.0]), np.array([400.0, 600.0]))
    0.0404...
    """
    before, now = shares(reference, current, added=0.5)
    return float(np.sum((before - now) * np.log(before / now)))


def _interval(reference: FloatArray, current: FloatArray) -> tuple[float, float]:
    before, now = shares(reference, current, added=0.5)
    ratio = np.log(before / now)
    slopes = ratio - now / before, -ratio - before / now
    deviation = delta_deviation((reference, current), (before, now), slopes)
    return divergence_interval(float(np.sum((before - now) * ratio)), deviation, reference, current)


METHOD = CountMethod(
    name="population_stability_index",
    title="Population stability index",
    compare=population_stability_index,
    interval=_interval,
    source="Kullback and Leibler 1951",
    power=1.0,
)
