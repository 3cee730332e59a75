"""Limits learned from a reference's own windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.calibration.persistence import effective_windows, windows_wanted
from monitor.calibration.season import Movement, by_phase, is_seasonal, season_chance
from monitor.calibration.spread import independent_series, moderated
from monitor.calibration.tail import quantile
from monitor.profile.arrays import BoolArray, FloatArray, IntArray

FEWEST_EFFECTIVE = 8.0  # independent windows: fewer cannot promise a budget
FEWEST = 3  # windows with a value: fewer teach nothing
SMALLEST_DEVIATION = 1e-6
SMALLEST_UNIT = 0.1  # the cube root of a thousandth
ROOT = 1 / 3  # of squared distances: it makes a sum of squares nearly normal, however few they are


@dataclass(frozen=True, eq=False)
class History:
    """What the windows of a reference gave for series of one metric, on a scale where chance adds.

    Parameters
    ----------
    values
        Shape ``(windows, series)``, in the order of time; NaN where a window gave no value.
    noise
        How much chance alone moves each value, up to a factor: 1 / rows, or so. Same shape.
    movement
        How the series move. Of a distance it is that of the shares of its bins.
    phases
        The place of each window in the day or week, shape ``(windows,)``.
    is_distance
        Whether the values are cube roots of squared distances, which chance makes grow; else they are levels.
    least_deviation
        What chance alone moves each series by, shape ``(series,)``: one that never moved may move so far all the same.
    """

    values: FloatArray
    noise: FloatArray
    movement: Movement
    phases: IntArray
    is_distance: bool
    least_deviation: FloatArray | float = SMALLEST_DEVIATION

    @property
    def counts(self) -> IntArray:
        """Windows with a value of each series."""
        counts: IntArray = np.isfinite(self.values).sum(axis=0)
        return counts


@dataclass(frozen=True, eq=False)
class Learned:
    """Centre and reach of each series; a limit is centre plus or minus reach, on the scale of the values.

    `centre` has the shape ``(phases, series)``, one row where the reference shows no season; `reach`, `windows`,
    `effective` (how many they would be, were they independent), `widened` (by how much later squared deviations exceed
    those of the reference) and `least_noise` ``(series,)``.
    """

    centre: FloatArray
    reach: FloatArray
    windows: IntArray
    effective: FloatArray
    phases: IntArray
    usual_noise: FloatArray
    least_noise: FloatArray
    widened: FloatArray
    correlation: FloatArray
    follows_noise: bool
    is_distance: bool

    @property
    def is_seasonal(self) -> bool:
        return len(self.centre) > 1

    def promises(self, series: int) -> bool:
        """Whether a series has windows enough to promise the budget."""
        return float(self.effective[series]) >= FEWEST_EFFECTIVE

    def lacking(self, series: int) -> int:
        """How many more windows a promise needs, if they hang together as those that are there."""
        if self.promises(series):
            return 0
        return max(1, windows_wanted(FEWEST_EFFECTIVE, float(self.correlation[series])) - int(self.windows[series]))

    def bounds(self, series: int, *, phase: int, noise: float) -> tuple[float, float]:
        """The low and high limit of a window: of its phase, for so many rows.

        Of a phase that the reference did not have the highest centre counts. More rows than the reference's windows
        had narrow nothing: what varies beside chance stays.
        """
        centre, reach = self._centre(series, phase), float(self.reach[series])
        ratio = max(noise, float(self.least_noise[series])) / float(self.usual_noise[series])
        if not self.follows_noise:
            ratio = max(ratio, 1.0)
        if self.is_distance:
            grown = (ratio * float(self.widened[series])) ** ROOT
            return max(centre - reach, 0.0) * grown, (centre + reach) * grown
        reach *= float(np.sqrt(ratio * self.widened[series]))
        return centre - reach, centre + reach

    def _centre(self, series: int, phase: int) -> float:
        if not self.is_seasonal:
            return float(self.centre[0, series])
        place = np.flatnonzero(self.phases == phase)
        known = self.centre[place[0], series] if len(place) else np.nan
        return float(known if np.isfinite(known) else np.nanmax(self.centre[:, series]))


def learn(history: History, chance: float) -> Learned:
    """The limits that a window passes with a chance while nothing has changed.

    Each series' windows vary about their centre (of their phase, if the reference shows a season). The reach is a
    prediction interval's: a quantile times the spread, widened for the centre's own uncertainty. Persistent windows
    count as fewer (`effective_windows`), and since they drift away from the mean that they were learned with,
    widen the reach once more.

    Parameters
    ----------
    history
        Every series has at least `FEWEST` windows with a value.
    chance
        Of one window of one series, above 0, at most a half.

    References
    ----------
    Hahn, G. J., Meeker, W. Q. (1991). Statistical intervals, section 4.7 (prediction intervals). Wilson, E. B.,
    Hilferty, M. M. (1931). The distribution of chi-square. Proc. Natl. Acad. Sci. 17, 684-688 (cube roots).
    """
    seasonal = _is_seasonal(history)
    phases = history.phases if seasonal else np.zeros_like(history.phases)
    usual = np.nanmedian(history.noise, axis=0)
    ratio = history.noise / usual
    ways = [_fit(history, phases, ratio**exponent) for exponent in (0.0, 1.0)]
    follows_noise = _spread(ways[1][1]) < _spread(ways[0][1])
    centre, residuals = ways[follows_noise]

    unit = _unit(centre) if history.is_distance else np.ones(centre.shape[1])
    residuals = residuals / unit

    counts, places = history.counts, len(centre)
    correlation = history.movement.correlation_in_season if seasonal else history.movement.correlation
    effective = effective_windows(counts, correlation)
    independent = independent_series(np.nan_to_num(residuals))
    variance = np.nansum(np.square(residuals), axis=0) / np.maximum(counts - places, 1)
    moves = _moving(variance) if history.is_distance else np.full(len(counts), fill_value=True)
    variance = np.where(moves, variance, np.median(variance[moves]))  # what never moved may as others do
    spread = moderated(variance, np.maximum(effective - places, 1.0), independent)
    deviation = np.maximum(np.sqrt(spread.variance), history.least_deviation / unit)
    standardized = residuals / (deviation * np.sqrt(np.maximum(1 - places / counts, 0.1)))
    known = standardized[:, moves][np.isfinite(standardized[:, moves])]
    relative = float(np.median(deviation[moves])) if history.is_distance else None
    reach = quantile(chance, spread.freedom, known, independent / residuals.shape[1], relative=relative)
    reach = reach * deviation * unit * np.sqrt(1 + places / effective)
    return Learned(
        centre=centre,
        reach=reach,
        windows=counts,
        effective=effective,
        phases=np.unique(phases),
        usual_noise=usual,
        least_noise=np.nanmin(history.noise, axis=0),
        widened=_wandering(effective, counts),
        correlation=correlation,
        follows_noise=follows_noise,
        is_distance=history.is_distance,
    )


def _is_seasonal(history: History) -> bool:
    if is_seasonal(history.movement.season_chance):
        return True
    return is_seasonal(season_chance(history.values[:, :, None], history.phases))


def _fit(history: History, phases: IntArray, ratio: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The centre of each phase, and what is left of the values, once what rows explain is taken out."""
    place = np.searchsorted(np.unique(phases), phases)
    if history.is_distance:
        even = history.values / ratio**ROOT
        centre = by_phase(even, phases)
        return centre, even - centre[place]
    centre = by_phase(history.values, phases)
    return centre, (history.values - centre[place]) / np.sqrt(ratio)


def _unit(centre: FloatArray) -> FloatArray:
    """How large the distances of each series usually are: in such units all vary alike.

    A series whose windows were all the same has the unit of the usual series; if all were, one of a thousandth.
    """
    means = np.nanmean(centre, axis=0)
    some = means > SMALLEST_DEVIATION
    usual = float(np.median(means[some])) if some.any() else SMALLEST_UNIT
    unit: FloatArray = np.where(some, means, usual)
    return unit


def _moving(variance: FloatArray) -> BoolArray:
    """The series that moved at all; all of them, if none did."""
    moving: BoolArray = variance > SMALLEST_DEVIATION**2
    return moving if moving.any() else np.ones_like(moving)


def _spread(residuals: FloatArray) -> float:
    """How widely the residuals of all series lie, each series counting alike."""
    return float(np.nanmean(np.log(np.nanmean(np.square(residuals), axis=0) + SMALLEST_DEVIATION**2)))


def _wandering(effective: FloatArray, windows: IntArray) -> FloatArray:
    """By how much later squared deviations exceed those within a persistent reference."""
    later = (1 + 1 / effective) / np.maximum(1 - 1 / effective, 0.1)
    if_independent = (1 + 1 / windows) / np.maximum(1 - 1 / windows, 0.1)
    widened: FloatArray = np.maximum(later / if_independent, 1.0)
    return widened
