"""Cramér's V, with the chi-squared test of homogeneity."""

from __future__ import annotations

import math

import numpy as np
import scipy

from monitor.drift.counts import noise, shares
from monitor.drift.intervals import noncentral_interval
from monitor.drift.method import CountMethod
from monitor.profile.arrays import FloatArray


def cramers_v(reference: FloatArray, current: FloatArray) -> float:
    """Cramér's V of bins against sides, less what chance makes of it.

    Both sides carry the same weight, however many rows they have; else V would shrink as the reference grows, and
    mean something else in each window.

    Parameters
    ----------
    reference, current
        Rows per bin, shape ``(bins,)``, not negative, in the same order of bins.

    Returns
    -------
    float
        Between 0 (no more different than by chance) and 1 (no bin in common). No unit.

    Raises
    ------
    TooFewRowsError
        If either side holds no row.

    References
    ----------
    Bergsma, W. (2013). A bias-correction for Cramér's V and Tschuprow's T. J. Korean Stat. Soc. 42(3), 323-328.

    Examples
    --------
    >>> cramers_v(np.array([500.0, 500.0]), np.array([400.0, 600.0]))
    0.0979...
    """
    squared = _squared(reference, current)
    bins = int(np.count_nonzero(reference + current))
    by_chance = (bins - 1) * noise(reference, current) / 4
    return min(math.sqrt(max(squared - by_chance, 0.0)), 1.0)


def homogeneity_p_value(reference: FloatArray, current: FloatArray) -> float:
    """Chance of a table that differs as much where both sides come from one distribution.

    Both sides are taken as random samples. Of a test of goodness of fit, which takes the reference as exact, nearly
    every comparison with a small reference would come out significant.

    References
    ----------
    Pearson, K. (1911). On the probability that two independent distributions of frequency are really samples from
    the same population. Biometrika 8, 250-254.

    Examples
    --------
    >>> homogeneity_p_value(np.array([50.0, 50.0]), np.array([40.0, 60.0]))
    0.155...
    """
    before, now = shares(reference, current)
    rows_before, rows_now = reference.sum(), current.sum()
    pooled = (before * rows_before + now * rows_now) / (rows_before + rows_now)
    statistic = np.sum(np.square(before - now) / pooled) / noise(reference, current)
    return float(scipy.special.chdtrc(before.size - 1, statistic)) if before.size > 1 else 1.0


def _squared(reference: FloatArray, current: FloatArray) -> float:
    before, now = shares(reference, current)
    return float(np.sum(np.square(before - now) / (before + now))) / 2


def _interval(reference: FloatArray, current: FloatArray) -> tuple[float, float]:
    scale = noise(reference, current) / 4
    bins = int(np.count_nonzero(reference + current))
    lower, upper = noncentral_interval(_squared(reference, current) / scale, bins)
    return min(math.sqrt(lower * scale), 1.0), min(math.sqrt(upper * scale), 1.0)


METHOD = CountMethod(
    name="chi_squared",
    title="Cramér's V",
    compare=cramers_v,
    interval=_interval,
    p_value=homogeneity_p_value,
    upper_bound=1.0,
    source="Bergsma 2013",
)
