"""Limits that the reference's own windows teach, for a share of the budget of false alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np

from monitor.calibration.learned import Learned, learn
from monitor.limits.gather import Group, Series
from monitor.limits.metrics import Variation, variation_of
from monitor.limits.phases import phase_of
from monitor.measurement import Measurement
from monitor.profile.arrays import FloatArray
from monitor.profile.part import Part

MOST_CHANCES = 16


@dataclass(frozen=True, slots=True)
class Learnt:
    """The limits of one window of one series, and the windows of the reference that they stand on.

    `highest` is the highest value that one of these had; `is_promised` is whether there are windows enough to promise
    the budget; `lacking` how many more are needed.
    """

    low: float
    high: float
    windows: int
    effective: float
    is_promised: bool
    is_seasonal: bool
    highest: float
    lacking: int


@dataclass(frozen=True)
class Calibration:
    """What the windows of one length of a reference gave; `rows` are the reference's, by part."""

    length: timedelta
    groups: tuple[Group, ...]
    rows: Mapping[Part, int]

    @cached_property
    def series(self) -> Mapping[Series, tuple[int, int]]:
        """Where each series stands: its group, and its place in that."""
        return {
            series: (number, place)
            for number, group in enumerate(self.groups)
            for place, series in enumerate(group.series)
        }

    @cached_property
    def highest(self) -> tuple[FloatArray, ...]:
        """Of each group, the highest value of each series, on the scale of the metric."""
        return tuple(np.nanmax(group.history.values, axis=0) for group in self.groups)

    def spread(self, measurement: Measurement) -> tuple[float, float] | None:
        """Mean and standard deviation of the reference's windows, on the scale of the metric; None where unknown."""
        where = self.series.get(Series(measurement.metric, measurement.column_name, measurement.segment))
        if where is None:
            return None
        group = self.groups[where[0]].history
        values = group.values[:, where[1]]
        least = np.broadcast_to(group.least_deviation, group.values.shape[1])[where[1]]
        return float(np.nanmean(values)), max(float(np.nanstd(values, ddof=1)), float(least))

    def limits(self, chance: float) -> CalibratedLimits:
        """The limits that a window of any series passes with a chance while nothing has changed."""
        if chance not in self._made:
            if len(self._made) >= MOST_CHANCES:
                self._made.clear()
            self._made[chance] = CalibratedLimits(self, tuple(learn(group.history, chance) for group in self.groups))
        return self._made[chance]

    @cached_property
    def _made(self) -> dict[float, CalibratedLimits]:
        """Limits that were asked for before: from window to window the chance is mostly the same."""
        return {}


@dataclass(frozen=True)
class CalibratedLimits:
    """Limits of every series of a model and of one length of windows."""

    calibration: Calibration
    learned: tuple[Learned, ...]

    def bounds(self, measurement: Measurement) -> Learnt | None:
        """The limits of one measurement; None of a series that the reference taught nothing about."""
        series = Series(measurement.metric, measurement.column_name, measurement.segment)
        where = self.calibration.series.get(series)
        if where is None or not measurement.estimate.rows:
            return None
        number, place = where
        learned, variation = self.learned[number], variation_of(measurement.metric)
        noise = self._noise(measurement, variation)
        low, high = learned.bounds(place, phase=phase_of(measurement.window), noise=noise)
        return Learnt(
            low=variation.scale.back(low),
            high=variation.scale.back(high),
            windows=int(learned.windows[place]),
            effective=float(learned.effective[place]),
            is_promised=learned.promises(place),
            is_seasonal=learned.is_seasonal,
            lacking=learned.lacking(place),
            highest=variation.scale.back(float(self.calibration.highest[number][place])),
        )

    def _noise(self, measurement: Measurement, variation: Variation) -> float:
        noise = 1 / measurement.estimate.rows
        if not variation.compares:
            return noise
        return noise + 1 / max(self.calibration.rows.get(Part(segment=measurement.segment), 0), 1)
