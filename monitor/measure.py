"""From two profiles to the measurements of a window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alerts.rule import Rule, limits
from monitor.drift.measure import measure_drift
from monitor.measurement import Estimate, Measurement, skipped
from monitor.observe import Reference
from monitor.performance.catalogue import measure_performance
from monitor.profile.model import ModelProfile
from monitor.profile.shape import Task
from monitor.quality.measure import measure_quality
from monitor.window import Window

NO_PREDICTION = "targets have come, but none of their rows has a prediction or score that can be read"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured of a model."""

    task: Task
    drift: tuple[str, ...]
    performance: tuple[str, ...]
    min_rows: int
    has_targets: bool


def measure(
    wanted: Wanted,
    rules: Sequence[Rule],
    reference: Reference,
    current: ModelProfile,
    *,
    model: str,
    window: Window,
    unmatched_targets: int | None,
) -> list[Measurement]:
    """Everything that is wanted of one window, each with the limits that it is held against."""
    coverage = current.targets / current.rows if current.rows and wanted.has_targets else None
    measurements = (
        Measurement(
            model=model,
            metric=metric,
            column_name=column,
            window=window,
            estimate=estimate,
            reference_id=reference.reference_id,
            target_coverage=coverage,
        )
        for metric, column, estimate in _estimates(wanted, reference.profile, current, unmatched_targets)
    )
    return [_limited(measurement, rules) for measurement in measurements]


def _estimates(
    wanted: Wanted, reference: ModelProfile, current: ModelProfile, unmatched_targets: int | None
) -> Iterator[tuple[str, str, Estimate]]:
    """Metric, column (empty for the model) and estimate, one after the other."""
    yield from measure_quality(reference, current, min_rows=wanted.min_rows, has_targets=wanted.has_targets)
    if unmatched_targets is not None:
        yield "unmatched_targets", "", Estimate(value=float(unmatched_targets), rows=current.rows)
    yield from measure_drift(reference, current, wanted.drift, min_rows=wanted.min_rows)
    for metric, estimate in measure_performance(
        current.performance, wanted.performance, task=wanted.task, min_rows=wanted.min_rows
    ):
        unscored = current.targets > 0 and current.targets == current.unscored
        yield metric, "", skipped(NO_PREDICTION, rows=current.targets) if unscored else estimate


def _limited(measurement: Measurement, rules: Sequence[Rule]) -> Measurement:
    low, high = limits(rules, measurement)
    return replace(measurement, limit_low=low, limit_high=high)
