"""How far out a value lies that is seen as seldom as wanted."""

from __future__ import annotations

import numpy as np
import scipy

from monitor.profile.arrays import FloatArray

SHARE = 0.05  # of all residuals make up the tail
FEWEST = 10  # residuals in the tail
ENOUGH = 60  # independent residuals in all
MOST_SKEWED = 0.75  # of roots of distances, if what moves them is normal (simulated: at most 0.7; 0.9 to 1.5 with t, 3)


def quantile(
    chance: float,
    freedom: FloatArray,
    residuals: FloatArray,
    independent_share: float,
    *,
    relative: float | None = None,
) -> FloatArray:
    """The standardized value that is passed with a chance, the larger of two answers.

    One is Student's: the residuals are normal, and their spread was learned from few windows. The other takes the
    tail of all series' residuals together as exponential, and that of roots of distances as a Pareto tail, if they are
    more skewed than normal movements make them. So references with outliers of their own are covered.

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
    relative
        The usual standard deviation of roots of distances over their mean; None of levels.

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
    tail = ordered[: above + 1]
    steps = float((1 + 1.3 / np.sqrt(above * independent_share)) * np.log(above / many / chance))
    by_tail = _exponential(tail, steps)
    if relative and _skewness(residuals) > MOST_SKEWED:
        by_tail = max(by_tail, _pareto(tail, steps, relative))
    larger: FloatArray = np.maximum(by_student, by_tail)
    return larger


def _exponential(tail: FloatArray, steps: float) -> float:
    """So many mean excesses beyond the threshold, which is the least of the tail."""
    return float(tail[-1] + (tail[:-1] - tail[-1]).mean() * steps)


def _pareto(tail: FloatArray, steps: float, relative: float) -> float:
    """The same on the scale of logarithms."""
    return float(np.expm1(_exponential(np.log1p(relative * tail), steps)) / relative)


def _skewness(residuals: FloatArray) -> float:
    centred = residuals - residuals.mean()
    power = float(np.mean(centred**2))
    return float(np.mean(centred**3)) / power**1.5 if power > 0 else 0.0
