"""On which scale each metric varies, and in which way by chance alone."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.calibration.scale import COUNT, DISTANCE, LEVEL, POSITIVE, SHARE, SQUARE, Scale
from monitor.drift.catalogue import METHODS
from monitor.drift.method import NumericMethod
from monitor.performance.catalogue import METRICS
from monitor.quality.catalogue import CHECKS
from monitor.quality.check import ModelCheck


@dataclass(frozen=True, slots=True)
class Variation:
    """How a metric varies: its scale; whether it is a distance, which grows with the noise to a power.

    `least` is what nobody would act upon: no learned limit lies below it.
    """

    scale: Scale
    is_distance: bool = False
    power: float = 0.5
    compares: bool = False
    least: float = 0.0


LEAST_SHARE = 0.02
LEAST = {
    "population_stability_index": 0.02,
    "jensen_shannon": 0.06,
    "hellinger": 0.05,
    "total_variation": 0.02,
    "l_infinity": 0.02,
    "kolmogorov_smirnov": 0.02,
    "chi_squared": 0.02,
    "wasserstein": 0.05,
}


def variation_of(metric: str) -> Variation:
    """How a metric varies from window to window.

    >>> [variation_of(metric).scale.name for metric in ("roc_auc", "wasserstein", "row_count", "mean_error")]
    ['share', 'distance', 'count', 'level']
    """
    if metric in METHODS:
        return _of_drift(metric)
    if metric in METRICS:
        low, high = METRICS[metric].bounds
        if (low, high) == (0.0, 1.0):
            return Variation(SHARE)
        return Variation(POSITIVE if low == 0.0 else LEVEL)
    check = CHECKS.get(metric)
    is_count = check is None or (isinstance(check, ModelCheck) and not check.is_share)
    return Variation(COUNT) if is_count else Variation(SHARE, least=LEAST_SHARE)


def _of_drift(metric: str) -> Variation:
    method = METHODS[metric]
    if isinstance(method, NumericMethod) and method.signed:
        return Variation(LEVEL, compares=True)
    scale = SQUARE if method.power == 1.0 else DISTANCE
    return Variation(scale, is_distance=True, power=method.power, compares=True, least=LEAST.get(metric, 0.0))
