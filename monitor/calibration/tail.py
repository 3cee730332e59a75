"""How far out a value lies that is seen as seldom as wanted."""

from __future__ import annotations

import numpy as np
import scipy

from monitor.profile.arrays import FloatArray

SHARE = 0.05  # of all residuals make up the tail
FEWEST = 10  # residuals in the tail
ENOUGH = 60  # independent residuals in all


def quantile(chance: float, freedom: FloatArray, residuals: FloatArray, independent_share: float) -> FloatArray:
    """The standardized value that is passed with a chance, the larger of two answers.

    One is Student's: the residuals are normal, and their spread was learned from few windows. The other takes the
    tail of all series' residuals together as exponential, which on the scale of logarithms is a Pareto tail, and so
    covers references with outliers of their own.

    Parameters
    ----------
    chance
        Above 0, at most a half.
    freedom
        Degrees of freedom of each series' spread, shape ``(series,)``.
    residuals
        Over their standard deviations, of all series together, any shape.
    independent_share
        What share of the residuals is independent, above 0 up to 1.

    Returns
    -------
    ndarray
        Shape ``(series,)``.

    References
    ----------
    Pickands, J. (1975). Statistical inference using extreme order statistics. Ann. Statist. 3(1), 119-131.
    """
    by_student: FloatArray = -scipy.special.stdtrit(freedom, chance)
    ordered = np.sort(residuals, axis=None)[::-1]
    many = len(ordered)
    above = max(FEWEST, int(many * SHARE))
    if many < 4 * above or many * independent_share < ENOUGH:
        return by_student
    threshold = ordered[above]
    mean_excess = float((ordered[:above] - threshold).mean())
    unsure = 1 + 1.3 / np.sqrt(above * independent_share)
    by_tail = threshold + mean_excess * unsure * np.log(above / many / chance)
    larger: FloatArray = np.maximum(by_student, by_tail)
    return larger
