"""Whether windows follow the hour of the day or the day of the week, and how they hang together beside that."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from monitor.calibration.persistence import autocorrelation
from monitor.profile.arrays import FloatArray, IntArray

FEWEST_OF_A_PHASE = 3  # windows
SURE = 0.01


class Movement(NamedTuple):
    """How series move; each of shape ``(series,)``.

    `season_chance` is the chance of phases that differ as much where there is no season; `correlation` that of each
    window with the next, `correlation_in_season` the same once the phases' means are taken out.
    """

    season_chance: FloatArray
    correlation: FloatArray
    correlation_in_season: FloatArray


def movement(parts: FloatArray, phases: IntArray) -> Movement:
    """How series move through the windows of a reference.

    Parameters
    ----------
    parts
        What moves, shape ``(windows, series, parts)``, in the order of time; NaN where a window gave nothing.
    phases
        The phase of each window, shape ``(windows,)``.
    """
    centred = parts - _mean(parts)
    chances = season_chance(parts, phases)
    place = np.searchsorted(np.unique(phases), phases)
    beside = parts - by_phase(parts, phases)[place] if _has_seasons(phases) else centred
    return Movement(chances, autocorrelation(centred), autocorrelation(beside))


def by_phase(values: FloatArray, phases: IntArray) -> FloatArray:
    """The mean of each phase, in the order of the phases, over the windows that have a value."""
    return np.stack([_mean(values[phases == phase])[0] for phase in np.unique(phases)])


def season_chance(parts: FloatArray, phases: IntArray) -> FloatArray:
    """The chance of phases that differ as much where there is no season; 1 where there are too few windows to tell.

    Parameters
    ----------
    parts
        Shape ``(windows, series, parts)``.
    phases
        Shape ``(windows,)``.

    References
    ----------
    Fisher, R. A. (1925). Statistical methods for research workers, chapter 7 (analysis of variance).
    """
    windows, series, width = parts.shape
    if not _has_seasons(phases):
        return np.ones(series)
    known = np.unique(phases)
    means = by_phase(parts, phases)[np.searchsorted(known, phases)]
    within = np.nansum(np.square(parts - means), axis=(0, 2))
    between = np.nansum(np.square(parts - _mean(parts)), axis=(0, 2)) - within
    directions = max(width - 1, 1)
    freedom = (len(known) - 1) * directions, (windows - len(known)) * directions
    ratio = np.divide(between / freedom[0], within / freedom[1], out=np.zeros(series), where=within > 0)
    chances: FloatArray = scipy.special.fdtrc(*freedom, ratio)
    return chances


def is_seasonal(chances: FloatArray) -> bool:
    """Whether most series have a season, or one surely has."""
    return bool(np.median(chances) < SURE or chances.min() < SURE / len(chances))


def _has_seasons(phases: IntArray) -> bool:
    known, counts = np.unique(phases, return_counts=True)
    return len(known) > 1 and bool(counts.min() >= FEWEST_OF_A_PHASE)


def _mean(values: FloatArray) -> FloatArray:
    """Over the windows that have a value, kept as an axis; NaN where none has."""
    there = np.isfinite(values)
    counts = there.sum(axis=0, keepdims=True)
    sums = np.where(there, values, 0.0).sum(axis=0, keepdims=True)
    mean: FloatArray = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return mean
