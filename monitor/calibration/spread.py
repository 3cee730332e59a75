"""How widely series vary, each helped by what all of them have in common."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from monitor.profile.arrays import FloatArray

MOST_PRIOR = 200.0  # degrees of freedom
TRUSTED_FROM = 10.0  # independent series: with fewer, what they have in common is believed in part


class Spread(NamedTuple):
    """Variance of each series, and the degrees of freedom that it stands on; shape ``(series,)`` both."""

    variance: FloatArray
    freedom: FloatArray


def moderated(variance: FloatArray, freedom: FloatArray, independent_series: float) -> Spread:
    """Variances drawn towards their common size, by as much as they agree.

    Where many series vary alike, the variance of each is known much better than from its own few windows; where they
    differ, each stands for itself.

    Parameters
    ----------
    variance, freedom
        Of each series by itself, shape ``(series,)``; freedom above 0.
    independent_series
        How many series there are in effect: series that move together confirm one another less.

    Returns
    -------
    Spread

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing differential expression in
    microarray experiments. Statist. Appl. Genet. Mol. Biol. 3(1), article 3.
    """
    if len(variance) < 3:
        return Spread(variance, freedom)
    prior_freedom, prior_variance = _prior(np.maximum(variance, 1e-12), freedom)
    trusted = prior_freedom * min(1.0, max(independent_series - 1, 0.0) / TRUSTED_FROM)
    if independent_series < TRUSTED_FROM / 2:
        trusted = 0.0
    whole = trusted + freedom
    return Spread((trusted * prior_variance + freedom * variance) / whole, whole)


def independent_series(residuals: FloatArray) -> float:
    """How many independent series move as these do, from 1 to their number, by their mean squared correlation.

    Parameters
    ----------
    residuals
        Shape ``(windows, series)``.
    """
    windows, series = residuals.shape
    power = np.square(residuals).sum(axis=0)
    if series < 2 or windows < 3:
        return float(series)
    unit = residuals / np.sqrt(np.where(power > 0, power, 1.0))
    correlations = unit.T @ unit
    squared = (np.square(correlations).sum() - series) / (series * (series - 1))
    by_chance = 1 / (windows - 1)
    shared = max(0.0, (squared - by_chance) / (1 - by_chance))
    return float(series / (1 + (series - 1) * shared))


def _prior(variance: FloatArray, freedom: FloatArray) -> tuple[float, float]:
    """Degrees of freedom and variance of the distribution that the true variances come from (Smyth, section 6.2)."""
    logarithm = np.log(variance) - scipy.special.digamma(freedom / 2) + np.log(freedom / 2)
    excess = float(logarithm.var(ddof=1) - scipy.special.polygamma(1, freedom / 2).mean())
    if excess <= 0:
        return MOST_PRIOR, float(np.exp(logarithm.mean()))
    prior = min(2 * _trigamma_inverse(excess), MOST_PRIOR)
    return prior, float(np.exp(logarithm.mean() + scipy.special.digamma(prior / 2) - np.log(prior / 2)))


def _trigamma_inverse(value: float) -> float:
    """Where the trigamma function has a value, by Newton's method on its reciprocal."""
    found = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(scipy.special.polygamma(1, found))
        step = trigamma * (1 - trigamma / value) / float(scipy.special.polygamma(2, found))
        found += step
        if abs(step) < 1e-8 * found:
            break
    return found
