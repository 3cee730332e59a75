"""How much one window says about the next, and so how many windows a reference is really worth."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from monitor.profile.arrays import FloatArray, IntArray

MOST = 0.99
NOTHING = 1e-18
MOST_WINDOWS = 10_000


def autocorrelation(residuals: FloatArray) -> FloatArray:
    """Correlation of each window with the next, corrected for the bias of short histories.

    Of a distance the residuals should be those of what is compared (the shares of bins, each over the root of its
    expected share): a distance itself forgets the direction, and so looks less persistent than it is.

    Parameters
    ----------
    residuals
        Deviations from the mean, shape ``(windows, series, parts)``, in the order of time; NaN where there is none.

    Returns
    -------
    ndarray
        Shape ``(series,)``, from 0 to 0.99.

    References
    ----------
    Marriott, F. H. C., Pope, J. A. (1954). Bias in the estimation of autocorrelations. Biometrika 41, 390-402.
    """
    there = np.isfinite(residuals)
    known = np.where(there, residuals, 0.0)
    windows = np.maximum(there.any(axis=2).sum(axis=0), 1)
    power = np.square(known).sum(axis=(0, 2))
    product = (known[:-1] * known[1:]).sum(axis=(0, 2)) * windows / np.maximum(windows - 1, 1)
    raw = np.divide(product, power, out=np.zeros_like(power), where=power > NOTHING)
    corrected: FloatArray = np.clip(raw + (1 + 3 * raw) / windows, 0.0, MOST)
    return corrected


def effective_windows(windows: IntArray, correlation: FloatArray) -> FloatArray:
    """How many independent windows tell as much about a mean as these, at least.

    The correlation is raised by its standard error: who thinks windows more independent than they are promises too
    much.

    References
    ----------
    Bayley, G. V., Hammersley, J. M. (1946). The effective number of independent observations in an autocorrelated
    time series. J. R. Statist. Soc. Suppl. 8, 184-197.
    Bartlett, M. S. (1946). On the theoretical specification of autocorrelated time series. Ibid., 27-41.

    Examples
    --------
    >>> effective_windows(np.array([25, 25]), np.array([0.0, 0.6]))
    array([16.66...,  3.40...])
    """
    raised = np.minimum(correlation + np.sqrt((1 - correlation**2) / windows), MOST)
    effective: FloatArray = windows * (1 - raised) / (1 + raised)
    return effective


@lru_cache(maxsize=4096)  # a series has one correlation, and is asked about in every window
def windows_wanted(effective: float, correlation: float) -> int:
    """How many windows with such a correlation count as so many independent ones; ten thousand at most.

    Examples
    --------
    >>> windows_wanted(8.0, 0.0), windows_wanted(8.0, 0.6)
    (14, 49)
    """
    tried = np.arange(1, MOST_WINDOWS + 1)
    enough = effective_windows(tried, np.full(len(tried), correlation)) >= effective
    return int(tried[np.argmax(enough)]) if enough.any() else MOST_WINDOWS
