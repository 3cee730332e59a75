"""What a drift method declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from monitor.drift.counts import comparison_counts
from monitor.measurement import Estimate
from monitor.profile.arrays import FloatArray
from monitor.profile.column import ColumnProfile
from monitor.profile.numeric import NumericProfile

Distance = Callable[[FloatArray, FloatArray], float]
Interval = Callable[[FloatArray, FloatArray], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class CountMethod:
    """Compares rows per bin, so that it serves numeric and categorical columns alike.

    `compare` gives the distance from the counts of reference and current, `interval` the 95 % interval of the true
    distance, `p_value` (if any) the chance of counts that differ as much where nothing has changed. `power` is that
    of the noise, 1 / rows, which the distance grows with by chance alone.
    """

    name: str
    title: str
    compare: Distance
    interval: Interval
    source: str
    p_value: Distance | None = None
    upper_bound: float | None = None
    symmetric: bool = True
    power: float = 0.5

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> Estimate:
        """The distance of two columns that both hold rows."""
        before = comparison_counts(reference).astype(np.float64)
        now = comparison_counts(current).astype(np.float64)
        value = self.compare(before, now)
        lower, upper = self.interval(before, now)
        return Estimate(
            value,
            lower=min(lower, value),
            upper=max(upper, value),
            p_value=None if self.p_value is None else self.p_value(before, now),
            rows=current.rows,
        )


@dataclass(frozen=True, slots=True)
class NumericMethod:
    """Compares numbers: their order or their distance; does not apply to categories.

    A method that is `signed` says which way the numbers moved.
    """

    name: str
    title: str
    compare: Callable[[NumericProfile, NumericProfile], Estimate]
    source: str
    upper_bound: float | None = None
    symmetric: bool = True
    power: float = 0.5
    signed: bool = False


DriftMethod = CountMethod | NumericMethod
