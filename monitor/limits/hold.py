"""Holds the measurements of a window against the limits of every rule, whatever they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from alerts.bounds import Bounds
from alerts.rule import Rule, limits
from monitor.calibration.budget import Budget
from monitor.limits.basis import ReferenceValues
from monitor.limits.calibrated import CalibratedLimits, Calibration
from monitor.limits.kinds import BEFORE, Calibrated, Kind, Relative, Sequential, Sigmas, Tolerance
from monitor.limits.others import relative_bounds, sequential_bounds, sigma_bounds, tolerance_bounds
from monitor.limits.past import Past
from monitor.limits.words import learnt_from, no_windows, too_short
from monitor.measure import Wanted
from monitor.measurement import Measurement
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part

FALLBACK = Tolerance(0.02)
NO_LIMIT = Bounds(reason="the reference teaches nothing about this series: too few of its windows have a value")


@dataclass(frozen=True)
class Limits:
    """The limits of a model's rules that are no numbers; `kinds` by the name of the rule."""

    rules: Sequence[Rule]
    kinds: Mapping[str, Kind]
    wanted: Wanted
    budget: Budget
    every: timedelta

    def needs_calibration(self) -> bool:
        """Whether any limit is learned from the windows of the reference."""
        return any(isinstance(kind, Calibrated | Sigmas | Sequential) for kind in self.kinds.values())

    @property
    def metrics(self) -> frozenset[str]:
        """What has to be gathered of the windows of the reference."""
        return frozenset(rule.metric for rule in self.rules if rule.name in self.kinds)

    def hold(
        self,
        measurements: Sequence[Measurement],
        *,
        reference: Mapping[Part, ModelProfile],
        calibration: Callable[[], Calibration | None],
        past: Past,
    ) -> list[Measurement]:
        """The measurements with their limits: of each rule that says no number its own, and the tightest of all."""
        learning = [rule for rule in self.rules if rule.name in self.kinds and not rule.paused]
        if not learning:
            return [_limited(measurement, self.rules) for measurement in measurements]
        known = calibration() if self.needs_calibration() else None
        values = ReferenceValues(reference, self.wanted)
        holder = _Holder(self, values, known, past, _shared(learning, self.kinds, measurements))
        found = []
        for measurement in measurements:
            bounds = {
                rule.name: holder.bounds(measurement, self.kinds[rule.name])
                for rule in learning
                if rule.matches(measurement)
            }
            found.append(_limited(replace(measurement, bounds=bounds), self.rules))
        return found


def _limited(measurement: Measurement, rules: Sequence[Rule]) -> Measurement:
    low, high = limits(rules, measurement)
    return replace(measurement, limit_low=low, limit_high=high)


def _shared(rules: Sequence[Rule], kinds: Mapping[str, Kind], measurements: Sequence[Measurement]) -> int:
    """How many series share the model's budget in a window."""
    sharing = [rule for rule in rules if isinstance(kind := kinds[rule.name], Calibrated) and kind.budget is None]
    return sum(rule.matches(measurement) for rule in sharing for measurement in measurements)


class _Holder:
    """The limits of one window."""

    def __init__(
        self,
        asked: Limits,
        reference: ReferenceValues,
        calibration: Calibration | None,
        past: Past,
        sharing: int,
    ) -> None:
        self._asked = asked
        self._reference = reference
        self._calibration = calibration
        self._past = past
        self._sharing = max(sharing, 1)
        self._learned: dict[float, CalibratedLimits] = {}

    def bounds(self, measurement: Measurement, kind: Kind) -> Bounds:
        """The limits of one measurement."""
        match kind:
            case Calibrated():
                return self._calibrated(measurement, kind)
            case Tolerance(borne):
                return tolerance_bounds(measurement, borne, self._reference, self._chance(None))
            case Sigmas(count):
                return sigma_bounds(measurement, count, self._calibration)
            case Relative(to, by):
                return relative_bounds(by, self._other(measurement, kind), to)
            case Sequential():
                return sequential_bounds(
                    measurement,
                    kind,
                    self._reference.value(measurement),
                    self._calibration,
                    self._past,
                    self._asked.every,
                )

    def _calibrated(self, measurement: Measurement, kind: Calibrated) -> Bounds:
        chance = self._chance(kind.budget)
        if self._calibration is None:
            return self._fallback(measurement, kind, chance, no_windows())
        if chance not in self._learned:
            self._learned[chance] = self._calibration.limits(chance)
        found = self._learned[chance].bounds(measurement)
        if found is None:
            return self._fallback(measurement, kind, chance, NO_LIMIT.reason)
        if not found.is_promised:
            return self._fallback(measurement, kind, chance, too_short(found), highest=found.highest)
        low = None if kind.side == "above" else found.low
        high = None if kind.side == "below" else found.high
        return Bounds(low, high, learnt_from(found))

    def _fallback(
        self, measurement: Measurement, kind: Calibrated, chance: float, why: str, *, highest: float | None = None
    ) -> Bounds:
        """What can be said without a promise: a distance of 0.02 is borne, and whatever the reference itself showed."""
        if kind.side == "below":
            return Bounds(reason=why)
        found = tolerance_bounds(measurement, FALLBACK.borne, self._reference, chance)
        if found.high is None:
            return Bounds(reason=why)
        return Bounds(high=max(found.high, highest or 0.0), reason=f"{why}; until then a distance of 0.02 is borne")

    def _chance(self, budget: Budget | None) -> float:
        return (budget or self._asked.budget).chance(self._sharing, self._asked.every)

    def _other(self, measurement: Measurement, kind: Relative) -> float | None:
        """The value that a relative limit is measured from."""
        if kind.to == "reference":
            return self._reference.value(measurement)
        found = self._past.of(measurement)
        if kind.to == "previous":
            return found[-1].value if found else None
        wanted = measurement.window_end - BEFORE[kind.to]
        return next((seen.value for seen in reversed(found) if seen.window_end == wanted), None)
