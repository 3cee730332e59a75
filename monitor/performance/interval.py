"""95 % intervals from counts and sums."""

from __future__ import annotations

import math

import scipy

from monitor.measurement import Estimate
from monitor.profile.moments import Moments

Z = 1.959963984540054  # 97.5 % quantile of the normal distribution
Interval = tuple[float, float]


def wilson_interval(successes: float, trials: float) -> Interval:
    """Interval of a proportion; holds its level in small samples and at 0 and 1.

    Parameters
    ----------
    successes, trials
        Not negative, `successes <= trials`, `trials > 0`. Need not be whole.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.

    Examples
    --------
    >>> wilson_interval(0, 10)
    (0.0, 0.277...)
    """
    share = successes / trials
    spread = Z * math.sqrt(trials * share * (1.0 - share) + Z * Z / 4.0)
    low, high = ((successes + Z * Z / 2.0 + side * spread) / (trials + Z * Z) for side in (-1.0, 1.0))
    # at the ends the formula is exact but for the rounding of its last digit
    return (max(low, 0.0) if successes else 0.0, min(high, 1.0) if successes < trials else 1.0)


def logit_interval(value: float, standard_error: float, trials: float) -> Interval:
    """Interval of a value between 0 and 1 by its log odds; as a proportion of `trials` where there is no spread.

    References
    ----------
    Boyd, K., Eng, K. H., Page, C. D. (2013). Area under the precision-recall curve: point estimates and confidence
    intervals. ECML PKDD 2013, 451-466.
    """
    if standard_error <= 0.0 or not 0.0 < value < 1.0:
        return wilson_interval(value * trials, trials)
    reach = Z * standard_error / (value * (1.0 - value))
    low, high = (float(scipy.special.expit(scipy.special.logit(value) + side * reach)) for side in (-1.0, 1.0))
    return min(low, value), max(high, value)


def fisher_interval(value: float, standard_error: float) -> Interval:
    """Interval of a value between -1 and 1 by its inverse hyperbolic tangent.

    References
    ----------
    Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation. Metron 1, 3-32.
    """
    if standard_error <= 0.0 or abs(value) >= 1.0:
        return value, value
    reach = Z * standard_error / (1.0 - value * value)
    return math.tanh(math.atanh(value) - reach), math.tanh(math.atanh(value) + reach)


def standard_error(moments: Moments) -> float | None:
    """Of the mean; None where fewer than two rows, or numbers too large, leave the spread unknown."""
    deviation = moments.standard_deviation
    return None if deviation is None else deviation / math.sqrt(moments.count)


def mean_estimate(moments: Moments) -> Estimate:
    """A mean with its interval by the central limit theorem."""
    error = standard_error(moments)
    if error is None:
        return Estimate(moments.mean, rows=moments.count)
    return Estimate(moments.mean, moments.mean - Z * error, moments.mean + Z * error, rows=moments.count)


def loss_estimate(moments: Moments, *, most: float = math.inf) -> Estimate:
    """The mean of a loss, with an interval of equal ratios: losses are skewed, and never below 0 or above `most`."""
    error = standard_error(moments)
    if error is None:
        return Estimate(moments.mean, rows=moments.count)
    if moments.mean <= 0.0:
        return Estimate(moments.mean, moments.mean, moments.mean, rows=moments.count)
    ratio = math.exp(min(Z * error / moments.mean, 700.0))
    return Estimate(moments.mean, moments.mean / ratio, min(moments.mean * ratio, most), rows=moments.count)
