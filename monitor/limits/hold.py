"""Holds the measurements of a window against the limits of every rule, whatever they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from alerts.bounds import Bounds
from alerts.rule import Rule, by_metric, limits, looking_at
from monitor.calibration.budget import Budget
from monitor.calibration.kinds import BEFORE, Calibrated, Correction, Kind, Relative, Sequential, Sigmas
from monitor.limits.basis import ReferenceValues
from monitor.limits.calibrated import Calibration
from monitor.limits.holder import Holder
from monitor.limits.past import Past
from monitor.measure import Wanted
from monitor.measurement import Measurement
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part

LONG_AGO = 400  # windows of evidence


@dataclass(frozen=True)
class Limits:
    """The limits of a model's rules; `kinds`, by the name of the rule, of those that are no numbers."""

    rules: Sequence[Rule]
    kinds: Mapping[str, Kind]
    wanted: Wanted
    budget: Budget
    windows: tuple[timedelta, ...]
    every: timedelta
    correction: Correction = "bonferroni"

    @property
    def learning(self) -> list[Rule]:
        """The rules whose limits are not numbers."""
        return [rule for rule in self.rules if rule.name in self.kinds and not rule.paused]

    @property
    def metrics(self) -> frozenset[str]:
        """What has to be gathered of the windows of the reference."""
        return frozenset(rule.metric for rule in self.taught) & self.wanted.metrics

    @property
    def taught(self) -> list[Rule]:
        """The rules whose limits are learned from the windows of the reference."""
        return [rule for rule in self.learning if isinstance(self.kinds[rule.name], Calibrated | Sigmas | Sequential)]

    @property
    def without_lessons(self) -> Limits:
        """The same limits but for those that the windows of the reference teach."""
        taught = {rule.name for rule in self.taught}
        return replace(self, kinds={name: kind for name, kind in self.kinds.items() if name not in taught})

    def reaches(self, length: timedelta) -> Mapping[str, timedelta]:
        """How far back the past of each metric has a say in its limits."""
        found: dict[str, timedelta] = {}
        measured = self.wanted.metrics
        for rule in self.learning:
            reach = _reach(self.kinds[rule.name], max(length, self.every))
            if reach and rule.metric in measured:
                found[rule.metric] = max(reach, found.get(rule.metric, reach))
        return found

    def hold(
        self,
        measurements: Sequence[Measurement],
        *,
        reference: Mapping[Part, ModelProfile] | ReferenceValues,
        calibration: Callable[[], Calibration | None],
        past: Past,
    ) -> list[Measurement]:
        """The measurements with their limits: of each rule that says no number its own, and the tightest of all."""
        rules = by_metric(self.rules)
        if not self.learning:
            return [_limited(one, looking_at(rules, one), one.bounds) for one in measurements]
        known = calibration() if self.metrics else None
        basis = reference if isinstance(reference, ReferenceValues) else ReferenceValues(reference, self.wanted)
        found = Holder(self, measurements, basis, known, past).bounds()
        return [
            _limited(one, looking_at(rules, one), bounds or one.bounds)
            for one, bounds in zip(measurements, found, strict=True)
        ]


def _reach(kind: Kind, step: timedelta) -> timedelta | None:
    if isinstance(kind, Sequential):
        return LONG_AGO * step
    if not isinstance(kind, Relative) or kind.to == "reference":
        return None
    return 10 * step if kind.to == "previous" else BEFORE[kind.to]


def _limited(measurement: Measurement, looking: Sequence[Rule], bounds: Mapping[str, Bounds]) -> Measurement:
    low, high = limits(looking, bounds)
    if not bounds and (low, high) == (measurement.limit_low, measurement.limit_high):
        return measurement
    return replace(measurement, bounds=bounds, limit_low=low, limit_high=high)
