"""The limits of one window: of each series, by each rule that says no number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from alerts.bounds import Bounds
from alerts.rule import Rule, by_metric, looking_at
from monitor.calibration.budget import Budget
from monitor.calibration.kinds import (
    BEFORE,
    Calibrated,
    Correction,
    Kind,
    Relative,
    Sequential,
    Side,
    Sigmas,
    Tolerance,
)
from monitor.limits.basis import ReferenceValues
from monitor.limits.calibrated import Calibration, Learnt
from monitor.limits.fallback import fallback_bounds
from monitor.limits.metrics import variation_of
from monitor.limits.others import relative_bounds, sequential_bounds, sigma_bounds, tolerance_bounds
from monitor.limits.past import Past
from monitor.limits.words import learnt_from, no_windows, nothing_taught, nothing_unusual, too_generous, too_short
from monitor.measurement import Measurement

BoundsByRule = Mapping[str, Bounds]
MOST_ALARMS = 0.5  # false alarms in a window: who bears more has no limit


class Asked(Protocol):
    """What a model's rules ask for."""

    @property
    def learning(self) -> Sequence[Rule]: ...
    @property
    def kinds(self) -> Mapping[str, Kind]: ...
    @property
    def budget(self) -> Budget: ...
    @property
    def windows(self) -> Sequence[timedelta]: ...
    @property
    def every(self) -> timedelta: ...
    @property
    def correction(self) -> Correction: ...


class Holder:
    """The limits of one window."""

    def __init__(
        self,
        asked: Asked,
        measurements: Sequence[Measurement],
        reference: ReferenceValues,
        calibration: Calibration | None,
        past: Past,
    ) -> None:
        self._asked = asked
        self._measurements = measurements
        self._reference = reference
        self._calibration = calibration
        self._past = past
        rules = by_metric(asked.learning)
        self._looking = [[rule.name for rule in looking_at(rules, one)] for one in measurements]
        self._shared = {rule.name for rule in asked.learning if _shares(asked.kinds[rule.name])}
        of_metric: dict[str, list[Measurement]] = defaultdict(list)
        for one in measurements:
            of_metric[one.metric].append(one)
        self._looks = {rule.name: _looks(rule, asked, of_metric[rule.metric]) for rule in asked.learning}
        self._here = max(sum(name in self._shared for names in self._looking for name in names), 1)
        self._more = 1.0  # how much more of the budget each look has than an even share

    def bounds(self) -> list[BoundsByRule]:
        """The limits of each measurement, as the correction shares the budget."""
        if self._asked.correction == "benjamini_hochberg":
            return self._stepping_up()
        found, broken = self._found(), 0
        while self._asked.correction == "holm" and (now := self._breaches(found)) > broken:
            broken = now
            self._more = self._here / max(self._here - broken, 1)
            found = self._found()
        return found

    def _stepping_up(self) -> list[BoundsByRule]:
        """As many as pass a limit at that many shares of the budget (Benjamini and Hochberg 1995)."""
        shares = self._here
        while True:
            self._more = float(shares)
            found = self._found()
            broken = self._breaches(found)
            if broken >= shares or shares == 1:
                return found
            shares = max(broken, 1)

    def _found(self) -> list[BoundsByRule]:
        return [
            {name: self._bounds(measurement, name) for name in names}
            for measurement, names in zip(self._measurements, self._looking, strict=True)
        ]

    def _breaches(self, found: Sequence[BoundsByRule]) -> int:
        return sum(
            not bounds.holds(measurement.value)
            for measurement, by_rule in zip(self._measurements, found, strict=True)
            for name, bounds in by_rule.items()
            if name in self._shared
        )

    def _bounds(self, measurement: Measurement, rule: str) -> Bounds:
        match self._asked.kinds[rule]:
            case Calibrated() as kind:
                return self._calibrated(measurement, rule, kind)
            case Tolerance(borne):
                return tolerance_bounds(measurement, borne, self._reference, self._chance(rule, None))
            case Sigmas(count):
                return sigma_bounds(measurement, count, self._calibration)
            case Relative(to, by) as kind:
                return relative_bounds(by, self._other(measurement, kind), to)
            case Sequential() as kind:
                known = self._reference.value(measurement)
                past = self._past.of(measurement)
                return sequential_bounds(measurement, kind, known, self._calibration, past, self._asked.every)

    def _calibrated(self, measurement: Measurement, rule: str, kind: Calibrated) -> Bounds:
        budget = kind.budget or self._asked.budget
        if budget.alarms * (self._asked.every / budget.per) > MOST_ALARMS:
            return Bounds(reason=too_generous())
        chance = self._chance(rule, kind.budget)
        if self._calibration is None:
            return fallback_bounds(measurement, kind.side, self._reference, chance, no_windows())
        found = self._calibration.limits(chance).bounds(measurement)
        if found is None:
            return fallback_bounds(measurement, kind.side, self._reference, chance, nothing_taught())
        bounds = self._learnt(measurement, kind.side, chance, found)
        bounds = replace(bounds, windows=found.effective, lacking=found.lacking)
        if bounds.high is not None and bounds.high >= self._reference.greatest(measurement):
            return replace(bounds, high=None, reason=nothing_unusual())
        return bounds

    def _learnt(self, measurement: Measurement, side: Side, chance: float, found: Learnt) -> Bounds:
        if not found.is_promised:
            return fallback_bounds(measurement, side, self._reference, chance, too_short(), found)
        low = None if side == "above" else found.low
        high = None if side == "below" else max(found.high, variation_of(measurement.metric).least)
        return Bounds(low, high, learnt_from(is_seasonal=found.is_seasonal))

    def _chance(self, rule: str, own: Budget | None) -> float:
        """The chance that the budget leaves to each look, at most a half."""
        if own is not None:
            return own.chance(max(self._looks[rule], 1), self._asked.every)
        sharing = max(sum(self._looks[name] for name in self._shared or {rule}), 1)
        return min(self._asked.budget.chance(sharing, self._asked.every) * self._more, 0.5)

    def _other(self, measurement: Measurement, kind: Relative) -> float | None:
        """The value that a relative limit is measured from."""
        if kind.to == "reference":
            return self._reference.value(measurement)
        found = self._past.of(measurement)
        if kind.to == "previous":
            return found[-1].value if found else None
        wanted = measurement.window_end - BEFORE[kind.to]
        return next((seen.value for seen in reversed(found) if seen.window_end == wanted), None)


def sharing(asked: Asked, measurements: Sequence[Measurement]) -> int:
    """How many series, of every length of windows, share the model's budget."""
    return sum(_looks(rule, asked, measurements) for rule in asked.learning if _shares(asked.kinds[rule.name]))


def _shares(kind: Kind) -> bool:
    """Whether a limit takes its share of the model's budget."""
    return isinstance(kind, Calibrated) and kind.budget is None


def _looks(rule: Rule, asked: Asked, measurements: Sequence[Measurement]) -> int:
    """How many series the rule looks at, in windows of every length that it looks at."""
    any_length = replace(rule, window_seconds=None)
    series = sum(any_length.matches(measurement) for measurement in measurements)
    return series if rule.window_seconds is not None else series * len(asked.windows)
