"""Limits of distances that are borne up to a tolerance: is the true distance larger than that?"""

from __future__ import annotations

import math
from functools import lru_cache

import scipy

KEPT = 1_000  # answers: most columns of a window ask for the same


@lru_cache(maxsize=KEPT)
def divergence_limit(tolerance: float, noise: float, bins: int, chance: float) -> float:
    """What a population stability index passes with a chance, at most, where the true one is the tolerance.

    Parameters
    ----------
    tolerance
        The true index that is borne, not negative.
    noise
        1 / rows of the reference + 1 / rows of the window, above 0.
    bins
        Bins or categories in use, at least 1.
    chance
        Above 0, below 1.

    References
    ----------
    Potgieter, C. J. et al. (2023). arXiv 2307.11878: over the noise, the index is a non-central chi-squared variable
    with ``bins - 1`` degrees of freedom.

    Examples
    --------
    >>> divergence_limit(0.02, noise=1 / 2_000 + 1 / 50_000, bins=10, chance=0.001)
    0.0499...
    """
    if bins < 2:
        return tolerance
    return float(scipy.special.chndtrix(1 - chance, bins - 1, max(tolerance, 1e-12) / noise)) * noise


def hellinger_limit(tolerance: float, noise: float, bins: int, chance: float) -> float:
    """The same for the Hellinger distance, whose square is an eighth of the index where shares are close."""
    return math.sqrt(divergence_limit(8 * tolerance**2, noise, bins, chance) / 8)


def jensen_shannon_limit(tolerance: float, noise: float, bins: int, chance: float) -> float:
    """The same for the Jensen-Shannon distance in base 2, whose square is the index over 8 ln 2."""
    scale = 8 * math.log(2)
    return math.sqrt(divergence_limit(scale * tolerance**2, noise, bins, chance) / scale)


def kolmogorov_smirnov_limit(tolerance: float, noise: float, _bins: int, chance: float) -> float:
    """What the largest distance of cumulative shares passes with a chance, at most.

    By the triangle inequality it is no further from the true one than the sample is from its own distribution.

    References
    ----------
    Massart, P. (1990). The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality. Ann. Probab. 18(3).
    """
    return tolerance + math.sqrt(math.log(2 / chance) / 2 * noise)


def share_limit(tolerance: float, noise: float, bins: int, chance: float) -> float:
    """What half the sum of differences of shares passes with a chance, at most.

    Its mean grows by no more than half the root of ``(bins - 1) noise``; one row changes it by one over the rows, so
    that it stays close to its mean (McDiarmid 1989, On the method of bounded differences).
    """
    return tolerance + math.sqrt((bins - 1) * noise) / 2 + math.sqrt(math.log(1 / chance) * noise / 2)


def mean_limit(tolerance: float, noise: float, _bins: int, chance: float) -> float:
    """What a difference of means over the reference's deviation passes with a chance."""
    return tolerance + -float(scipy.special.ndtri(chance / 2)) * math.sqrt(noise)


@lru_cache(maxsize=KEPT)
def rate_limit(rate: float, rows: int, chance: float) -> float:
    """What the share of so many rows passes with a chance, at most, where each row is counted at a rate.

    Examples
    --------
    >>> rate_limit(0.02, rows=1_000, chance=0.001)
    0.035
    """
    return math.ceil(float(scipy.special.bdtrik(1 - chance, rows, min(rate, 1.0)))) / rows
