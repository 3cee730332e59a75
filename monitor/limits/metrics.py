"""On which scale each metric varies, and in which way by chance alone."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.calibration.scale import COUNT, LEVEL, POSITIVE, SHARE, Scale
from monitor.drift.catalogue import METHODS
from monitor.drift.method import NumericMethod
from monitor.performance.catalogue import METRICS
from monitor.quality.catalogue import CHECKS
from monitor.quality.check import ModelCheck


@dataclass(frozen=True, slots=True)
class Variation:
    """How a metric varies: its scale; whether it is a distance, which grows with the noise to a power."""

    scale: Scale
    is_distance: bool = False
    power: float = 0.5
    compares: bool = False


def variation_of(metric: str) -> Variation:
    """How a metric varies from window to window.

    >>> [variation_of(metric).scale.name for metric in ("roc_auc", "wasserstein", "row_count", "mean_error")]
    ['share', 'positive', 'count', 'level']
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
    return Variation(COUNT if is_count else SHARE)


def _of_drift(metric: str) -> Variation:
    method = METHODS[metric]
    if isinstance(method, NumericMethod) and method.signed:
        return Variation(LEVEL, compares=True)
    return Variation(POSITIVE, is_distance=True, power=method.power, compares=True)
