"""95 % intervals of true distances, from the distance that is seen."""

from __future__ import annotations

import math

import numpy as np

from monitor.drift.counts import noise, shares
from monitor.profile.arrays import FloatArray

Sides = tuple[FloatArray, FloatArray]  # reference and current
QUANTILE = 1.959963984540054  # of the standard normal distribution, at 0.975


def noncentral_interval(statistic: float, bins: int) -> tuple[float, float]:
    """Non-centralities under which a chi-squared statistic of `bins - 1` degrees of freedom is not surprising.

    Takes the root of a non-central chi-squared variable as normal with a variance of at most 1, so the interval is
    rather too wide than too narrow.

    Parameters
    ----------
    statistic
        Not negative; chi-squared with `bins - 1` degrees of freedom where the sides are equal.

    References
    ----------
    Johnson, N. L., Kotz, S., Balakrishnan, N. (1995). Continuous Univariate Distributions 2, section 29.8.

    Examples
    --------
    >>> noncentral_interval(4.0, bins=5)[0]
    0.0
    """
    centre = max(bins - 1.5, 0.0)
    root = math.sqrt(statistic)
    lower = max(root - QUANTILE, 0.0) ** 2 - centre
    upper = (root + QUANTILE) ** 2 - centre
    return max(lower, 0.0), max(upper, 0.0)


def divergence_interval(
    divergence: float, deviation: float, reference: FloatArray, current: FloatArray
) -> tuple[float, float]:
    """Interval of a divergence that is close to `sum (p - q)^2 / p` where p and q are close.

    Near equality such a divergence, over the noise, is non-central chi-squared (Potgieter et al. 2023); far from it
    it is normal with the deviation of the delta method. The wider of both counts.

    Parameters
    ----------
    divergence, deviation
        The divergence seen, and its standard deviation by the delta method.
    reference, current
        Rows per bin, shape ``(bins,)``.

    References
    ----------
    Potgieter, C. J. et al. (2023). arXiv 2307.11878.
    """
    scale = noise(reference, current)
    bins = int(np.count_nonzero(reference + current))
    lower, upper = (bound * scale for bound in noncentral_interval(divergence / scale, bins))
    return (
        max(0.0, min(lower, divergence - QUANTILE * deviation)),
        max(upper, divergence + QUANTILE * deviation),
    )


def delta_deviation(counts: Sides, smoothed: Sides, slopes: Sides) -> float:
    """Standard deviation of a function of two multinomial samples, by its slopes in the shares of either side.

    `smoothed` are the shares with half a row added to each bin, so that a bin without a row on one side does not look
    certain.
    """
    reference, current = (
        _variance(slope, share) / np.add.reduce(count)
        for slope, share, count in zip(slopes, smoothed, counts, strict=True)
    )
    return math.sqrt(max(float(reference + current), 0.0))


def share_deviations(reference: FloatArray, current: FloatArray) -> FloatArray:
    """Standard deviation of the difference of shares in each bin, at most.

    Each side is given the larger variance of both, since a bin with few rows cannot tell its own.
    """
    before, now = shares(reference, current, added=0.5)
    variance = np.maximum(before * (1 - before), now * (1 - now))
    deviations: FloatArray = np.sqrt(variance * noise(reference, current))
    return deviations


def _variance(values: FloatArray, weights: FloatArray) -> float:
    centre = float(weights @ values)
    return float(weights @ np.square(values - centre))
