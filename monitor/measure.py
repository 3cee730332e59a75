"""From two profiles to the measurements of a window."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from monitor.drift.catalogue import drift_of_segments
from monitor.drift.measure import measure_drift
from monitor.measurement import WHOLE, Estimate, Measurement, skipped
from monitor.observe import Reference
from monitor.performance.catalogue import measure_performance
from monitor.profile.model import ModelProfile
from monitor.profile.part import ALL, Part
from monitor.profile.shape import Task
from monitor.quality.catalogue import CHECKS, QUALITY_OF_SEGMENTS
from monitor.quality.measure import measure_quality
from monitor.window import Window

UNMATCHED_TARGETS = "unmatched_targets"
NO_PREDICTION = "targets have come, but none of their rows has a prediction or score that can be read"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured of a model."""

    task: Task
    drift: tuple[str, ...]
    performance: tuple[str, ...]
    min_rows: int
    has_targets: bool
    quality: tuple[str, ...] = tuple(CHECKS)

    @property
    def metrics(self) -> frozenset[str]:
        """The names of everything that is measured."""
        return frozenset((*self.drift, *self.performance, *self.quality, UNMATCHED_TARGETS))

    def only(self, metrics: Collection[str]) -> Wanted:
        """No more than these of what is measured."""
        return replace(
            self,
            drift=tuple(name for name in self.drift if name in metrics),
            performance=tuple(name for name in self.performance if name in metrics),
            quality=tuple(name for name in self.quality if name in metrics),
        )

    def of(self, part: Part) -> Wanted:
        """What is measured of some of the rows: of a segment one measure of drift, that which needs only counts."""
        if part.segment == WHOLE:
            return self
        return replace(self, drift=drift_of_segments(self.drift), quality=QUALITY_OF_SEGMENTS)


def measure(
    wanted: Wanted,
    reference: Reference,
    current: Mapping[Part, ModelProfile],
    *,
    model: str,
    window: Window,
    unmatched_targets: int | None,
) -> list[Measurement]:
    """Everything that is wanted of one window, of all rows and of each version; and the chief things of each segment.

    A version is held against the whole reference, a segment against the same segment of it.
    """
    found: list[Measurement] = []
    for part, profile in current.items():
        coverage = profile.targets / profile.rows if profile.rows and wanted.has_targets else None
        before = reference.parts[Part(segment=part.segment)]
        for metric, column, estimate in estimates(wanted.of(part), before, profile):
            found.append(
                Measurement(
                    model=model,
                    version=part.version,
                    segment=part.segment,
                    metric=metric,
                    column_name=column,
                    window=window,
                    estimate=estimate,
                    reference_id=reference.reference_id,
                    target_coverage=coverage,
                )
            )
    if unmatched_targets is not None:
        unmatched = Estimate(value=float(unmatched_targets), rows=current[ALL].rows)
        found.append(Measurement(model, UNMATCHED_TARGETS, window, unmatched, reference_id=reference.reference_id))
    return found


def estimates(wanted: Wanted, reference: ModelProfile, current: ModelProfile) -> Iterator[tuple[str, str, Estimate]]:
    """Metric, column (empty for the model) and estimate, one after the other."""
    yield from measure_quality(
        reference, current, wanted.quality, min_rows=wanted.min_rows, has_targets=wanted.has_targets
    )
    yield from measure_drift(reference, current, wanted.drift, min_rows=wanted.min_rows)
    for metric, estimate in measure_performance(
        current.performance, wanted.performance, task=wanted.task, min_rows=wanted.min_rows
    ):
        unscored = current.targets > 0 and current.targets == current.unscored
        yield metric, "", skipped(NO_PREDICTION, rows=current.targets) if unscored else estimate
