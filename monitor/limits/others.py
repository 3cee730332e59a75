"""Limits that are not calibrated, one function each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from alerts.bounds import Bounds
from monitor.calibration.kinds import Other, Sequential
from monitor.calibration.tolerance import (
    divergence_limit,
    hellinger_limit,
    jensen_shannon_limit,
    kolmogorov_smirnov_limit,
    mean_limit,
    share_limit,
)
from monitor.limits.basis import ReferenceValues
from monitor.limits.calibrated import Calibration
from monitor.limits.evidence import Seen, binomial_limit, level_limit
from monitor.limits.metrics import variation_of
from monitor.limits.past import PastValue
from monitor.measurement import Measurement
from monitor.performance.catalogue import METRICS

TOLERANCES: dict[str, Callable[[float, float, int, float], float]] = {
    "population_stability_index": divergence_limit,
    "hellinger": hellinger_limit,
    "jensen_shannon": jensen_shannon_limit,
    "kolmogorov_smirnov": kolmogorov_smirnov_limit,
    "total_variation": share_limit,
    "l_infinity": share_limit,
    "mean_shift": mean_limit,
    "wasserstein": mean_limit,
}
COUNTED = frozenset(("accuracy",))  # shares of rows that are right, so that the others are errors to be counted


def tolerance_bounds(measurement: Measurement, borne: float, reference: ReferenceValues, chance: float) -> Bounds:
    """What a distance passes by chance at most, where so much of it is borne."""
    limit = TOLERANCES.get(measurement.metric)
    rows, before = measurement.estimate.rows, reference.rows(measurement)
    if limit is None or not rows or not before:
        return Bounds(reason=f"no tolerance can be kept for {measurement.metric} of these rows")
    high = limit(borne, 1 / rows + 1 / before, reference.bins(measurement), chance)
    low = -high if measurement.metric == "mean_shift" else None
    return Bounds(low, high, f"{borne:g} is borne; chance adds to it with {rows} rows")


def sigma_bounds(measurement: Measurement, count: float, calibration: Calibration | None) -> Bounds:
    """So many standard deviations of the reference's windows on either side of their mean."""
    found = None if calibration is None else calibration.spread(measurement)
    if found is None:
        return Bounds(reason="the reference has no windows whose deviation could be known")
    mean, deviation = found
    variation = variation_of(measurement.metric)
    low = None if variation.is_distance else variation.scale.back(mean - count * deviation)
    return Bounds(
        low, variation.scale.back(mean + count * deviation), f"{count:g} deviations of the reference's windows"
    )


def relative_bounds(by: float, other: float | None, to: Other) -> Bounds:
    """No further from another value than by a share of it."""
    if other is None:
        return Bounds(reason=f"there is no value to compare with: {to}")
    reach = abs(other) * by
    return Bounds(other - reach, other + reach, f"{by:.0%} from {other:.4g}: {to}")


def sequential_bounds(
    measurement: Measurement,
    asked: Sequential,
    known: float | None,
    calibration: Calibration | None,
    past: Sequence[PastValue],
    every: timedelta,
) -> Bounds:
    """The value from which on all evidence since says that the metric has become worse.

    Windows that overlap would count their rows again and again, so only each that begins where another ends counts.
    """
    metric = METRICS.get(measurement.metric)
    if known is None or metric is None or not measurement.estimate.rows:
        return Bounds(reason="the reference has no value that could become worse")
    windows = asked.budget.per / every / asked.budget.alarms
    worse_by = abs(known) * asked.worse_by if asked.is_share else asked.worse_by
    falls = metric.better == "higher"
    end, length = measurement.window_end, measurement.window.length
    seen = [Seen(one.value, one.rows) for one in past if not (end - one.window_end) % length]
    words = f"by all evidence, where {worse_by:.3g} worse than {known:.4g} is borne"
    if measurement.metric in COUNTED:
        limit = binomial_limit(
            [Seen(1 - one.value, one.rows) for one in seen],
            measurement.estimate.rows,
            known=1 - known,
            worse_by=worse_by,
            weight=_weight(measurement, known, calibration),
            windows=windows,
        )
        return Bounds(low=1 - limit, reason=words)
    deviation = _deviation(measurement, calibration)
    if deviation is None:
        return Bounds(reason="the reference has no windows whose deviation could be known")
    sign = -1.0 if falls else 1.0
    levels = [Seen(sign * one.value, one.rows) for one in seen]
    limit = sign * level_limit(levels, known=sign * known, worse_by=worse_by, deviation=deviation, windows=windows)
    least, most = metric.bounds
    return Bounds(low=min(limit, most), reason=words) if falls else Bounds(high=max(limit, least), reason=words)


def _weight(measurement: Measurement, known: float, calibration: Calibration | None) -> float:
    """Independent rows per row: less than one where the reference's windows vary more than rows alone would."""
    deviation = _deviation(measurement, calibration)
    chance = known * (1 - known) / measurement.estimate.rows
    return 1.0 if deviation is None or chance <= 0 else min(1.0, chance / deviation**2)


def _deviation(measurement: Measurement, calibration: Calibration | None) -> float | None:
    """The standard deviation of the reference's windows, in units of the metric."""
    found = None if calibration is None else calibration.spread(measurement)
    if found is None:
        return None
    back = variation_of(measurement.metric).scale.back
    mean, deviation = found
    return max(abs(back(mean + deviation) - back(mean - deviation)) / 2, 1e-9)
