"""Wasserstein distance, in standard deviations of the reference."""

from __future__ import annotations

import math

import numpy as np

from monitor.drift.intervals import QUANTILE
from monitor.drift.method import NumericMethod
from monitor.drift.spread import reference_spread, shift_deviation
from monitor.measurement import Estimate, skipped
from monitor.profile.arrays import FloatArray
from monitor.profile.numeric import NumericProfile


def wasserstein_distance(reference: NumericProfile, current: NumericProfile) -> float:
    """Area between the two cumulative shares: how far the rows would have to move on average.

    Parameters
    ----------
    reference, current
        Profiles on the same bins, each with finite values; only these count.

    Returns
    -------
    float
        0 where equal, without upper bound, in units of the column. Exact where the reference has few values. An
        outlier beyond the reference weighs with its distance.

    References
    ----------
    Vallender, S. S. (1974). Calculation of the Wasserstein distance between probability distributions on the line.
    Theory Probab. Appl. 18(4), 784-786.

    Examples
    --------
    >>> from monitor.profile.bins import cut_bins
    >>> before, now = np.array([0.0, 1.0]), np.array([1.0, 4.0])
    >>> bins = cut_bins(before)
    >>> wasserstein_distance(NumericProfile.of(before, bins), NumericProfile.of(now, bins))
    2.0
    """
    offsets = current.offsets / current.values - reference.offsets / reference.values
    outside = abs(float(offsets[0])) + abs(float(offsets[-1]))
    difference = _below(current) - _below(reference)
    if reference.bins.values is not None:
        return outside + float(np.abs(difference[1:-1]) @ np.diff(reference.bins.values))
    return outside + _area(difference, offsets[1:-1], np.diff(reference.bins.edges))


def compare(reference: NumericProfile, current: NumericProfile) -> Estimate:
    """The distance over the reference's standard deviation.

    No change of one row can move the distance farther than the mean, so its deviation is at most that of the
    difference of means. The lower end also gives way by what chance alone makes of equal distributions.
    """
    spread = reference_spread(reference)
    if isinstance(spread, str):
        return skipped(spread, rows=current.values)
    with np.errstate(over="ignore", invalid="ignore"):
        value = wasserstein_distance(reference, current) / spread
        by_chance = _by_chance(reference, current) / spread
    deviation = shift_deviation(reference, current, spread)
    if not math.isfinite(value + by_chance + deviation):
        return skipped("the values are too large to measure a distance", rows=current.values)
    lower = value - by_chance - QUANTILE * deviation
    return Estimate(value, lower=max(lower, 0.0), upper=value + QUANTILE * deviation, rows=current.values)


def _below(profile: NumericProfile) -> FloatArray:
    """Share of the finite values below each edge."""
    shares: FloatArray = np.cumsum(profile.counts)[:-1] / profile.values
    return shares


def _area(difference: FloatArray, offsets: FloatArray, widths: FloatArray) -> float:
    """Area between the curves over the bins between the edges.

    Where one curve lies above the other throughout a bin, the offsets give the area exactly; where they cross,
    it is at least that, and about what straight lines between the edges give.
    """
    left, right = difference[:-1], difference[1:]
    exact = np.abs(right * widths - offsets)
    total = np.abs(left) + np.abs(right)
    crossing = left * right < 0
    straight = (left**2 + right**2) / (2 * np.where(crossing, total, 1.0)) * widths
    return float(np.where(crossing, np.maximum(exact, straight), exact).sum())


def _by_chance(reference: NumericProfile, current: NumericProfile) -> float:
    """Mean distance of two samples of these sizes from the pooled distribution, about."""
    rows = reference.values + current.values
    pooled = np.cumsum(reference.counts + current.counts)[:-1] / rows
    deviations = np.sqrt(pooled * (1 - pooled) * (1 / reference.values + 1 / current.values))
    middles = (deviations[:-1] + deviations[1:]) / 2
    return math.sqrt(2 / math.pi) * float(middles @ np.diff(reference.bins.edges))


METHOD = NumericMethod(
    name="wasserstein",
    title="Wasserstein distance in standard deviations of the reference",
    compare=compare,
    source="Vallender 1974",
    symmetric=False,
)
