"""Limits learned from a reference's own windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.calibration.persistence import autocorrelation, effective_windows
from monitor.calibration.season import by_phase, is_seasonal
from monitor.calibration.spread import independent_series, moderated
from monitor.calibration.tail import quantile
from monitor.profile.arrays import FloatArray, IntArray

FEWEST_EFFECTIVE = 8.0  # independent windows: fewer cannot promise a budget


@dataclass(frozen=True, eq=False)
class History:
    """What the reference's windows gave, on a scale where chance adds (of distances: their logarithm).

    Parameters
    ----------
    values
        Shape ``(windows, series)``, in the order of time, all finite.
    movements
        What moves the values, as deviations from their mean, shape ``(windows, series, parts)``: of a distance the
        shares of its bins, of anything else the values themselves.
    phases
        The place of each window in the day or week, shape ``(windows,)``.
    is_logarithm
        Whether the values are logarithms of squared deviations, as those of a distance are.
    """

    values: FloatArray
    movements: FloatArray
    phases: IntArray
    is_logarithm: bool


@dataclass(frozen=True, eq=False)
class Learned:
    """Centre and reach of each series; a limit is centre + reach, on the scale of the values.

    `centre` has the shape ``(phases, series)``, one row where the reference shows no season; `reach` and
    `effective` (the windows that each stands on, were they independent) ``(series,)``.
    """

    centre: FloatArray
    reach: FloatArray
    effective: FloatArray
    windows: int
    phases: IntArray

    @property
    def is_seasonal(self) -> bool:
        return len(self.centre) > 1

    def promises(self, series: int) -> bool:
        """Whether a series has windows enough to promise the budget."""
        return float(self.effective[series]) >= FEWEST_EFFECTIVE

    def centre_of(self, series: int, phase: int) -> float:
        """The centre in a phase; of a phase that the reference did not have, the highest."""
        if not self.is_seasonal:
            return float(self.centre[0, series])
        place = np.flatnonzero(self.phases == phase)
        return float(self.centre[place[0], series] if len(place) else self.centre[:, series].max())


def learn(history: History, chance: float) -> Learned:
    """The limits that a window passes with a chance while nothing has changed.

    Each series' windows vary about their centre (of their phase, if the reference shows a season). The reach is a
    prediction interval's: a quantile times the spread, widened for the centre's own uncertainty. Persistent windows
    count as fewer (`effective_windows`), and since they drift away from the mean that they were learned with,
    widen the reach once more.

    Parameters
    ----------
    history
        At least two windows.
    chance
        Of one window of one series, above 0, at most a half.

    References
    ----------
    Hahn, G. J., Meeker, W. Q. (1991). Statistical intervals, section 4.7 (prediction intervals).
    """
    windows, _ = history.values.shape
    known = np.unique(history.phases)
    centred = history.values - history.values.mean(axis=0)
    seasonal = is_seasonal(centred[:, :, None], history.phases) or is_seasonal(history.movements, history.phases)
    phases = history.phases if seasonal else np.zeros(windows, dtype=np.int64)
    place = np.searchsorted(np.unique(phases), phases)
    centre = by_phase(history.values, phases)
    residuals = history.values - centre[place]
    movements = history.movements - by_phase(history.movements, phases)[place]

    effective = effective_windows(windows, autocorrelation(movements))
    count = len(centre)
    variance = np.square(residuals).sum(axis=0) / max(windows - count, 1)
    independent = independent_series(residuals)
    spread = moderated(variance, np.maximum(effective - count, 1.0), independent)
    deviation = np.sqrt(np.maximum(spread.variance, 1e-12))
    standardized = residuals / (deviation * np.sqrt(max(1 - count / windows, 0.1)))
    reach = quantile(chance, spread.freedom, standardized, independent / residuals.shape[1])
    reach = reach * deviation * np.sqrt(1 + count / effective)
    wandering = _wandering(effective, windows)
    reach = reach + np.log(wandering) if history.is_logarithm else reach * np.sqrt(wandering)
    return Learned(centre, reach, effective, windows, known if seasonal else np.zeros(1, dtype=np.int64))


def _wandering(effective: FloatArray, windows: int) -> FloatArray:
    """By how much later squared deviations exceed those within a persistent reference."""
    later = (1 + 1 / effective) / np.maximum(1 - 1 / effective, 0.1)
    if_independent = (1 + 1 / windows) / max(1 - 1 / windows, 0.1)
    widened: FloatArray = np.maximum(later / if_independent, 1.0)
    return widened
