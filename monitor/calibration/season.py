"""Whether windows follow the hour of the day or the day of the week."""

from __future__ import annotations

import numpy as np
from scipy.stats import f as fisher

from monitor.profile.arrays import FloatArray, IntArray

FEWEST_OF_A_PHASE = 3  # windows
SURE = 0.01


def by_phase(residuals: FloatArray, phases: IntArray) -> FloatArray:
    """The mean of each phase, in the order of the phases; shape ``(phases, series, parts)``."""
    return np.stack([residuals[phases == phase].mean(axis=0) for phase in np.unique(phases)])


def is_seasonal(residuals: FloatArray, phases: IntArray) -> bool:
    """Whether the means of the phases differ by more than chance, in most series or surely in one.

    Parameters
    ----------
    residuals
        Deviations from the mean, shape ``(windows, series, parts)``.
    phases
        The phase of each window, shape ``(windows,)``.

    Returns
    -------
    bool
        False, too, where a phase has too few windows to tell.

    References
    ----------
    Fisher, R. A. (1925). Statistical methods for research workers, chapter 7 (analysis of variance).
    """
    windows, series, parts = residuals.shape
    known, counts = np.unique(phases, return_counts=True)
    if len(known) < 2 or counts.min() < FEWEST_OF_A_PHASE:
        return False
    means = by_phase(residuals, phases)
    within = np.square(residuals - means[np.searchsorted(known, phases)]).sum(axis=(0, 2))
    between = np.square(residuals).sum(axis=(0, 2)) - within
    directions = max(parts - 1, 1)
    freedom = (len(known) - 1) * directions, (windows - len(known)) * directions
    ratio = np.divide(between / freedom[0], within / freedom[1], out=np.zeros(series), where=within > 0)
    chances = fisher.sf(ratio, *freedom)
    return bool(np.median(chances) < SURE or chances.min() < SURE / series)
