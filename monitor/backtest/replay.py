"""The story of a backtest: windows, their measurements, the limits they are held against, and what fires."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from alerts import health
from alerts.bounds import Bounds
from alerts.evaluate import evaluate
from alerts.rule import Rule
from alerts.state import AlertEvent, Identity
from monitor.backtest.courses import Courses
from monitor.backtest.episodes import Episode, Point, courses, episodes
from monitor.backtest.ground import NotStoredError, StoredGround
from monitor.backtest.values import Values, reference_id_of
from monitor.limits.calibrated import Calibration
from monitor.limits.hold import Limits
from monitor.measurement import Measurement
from monitor.window import Window

NO_REFERENCE = "the store has no reference that these windows are held against"


@dataclass(frozen=True)
class Replay:
    """What a period of one model would have come to; `readings` have their limits, and are in the order of time.

    `measured` is how many of the windows were measured from profiles, `missing` are those of which the store has
    nothing.
    """

    model: str
    limits: Limits
    period: Window
    windows: int
    measured: int
    missing: tuple[Window, ...]
    readings: Sequence[Measurement]
    events: Sequence[AlertEvent]

    @property
    def rules(self) -> Sequence[Rule]:
        return self.limits.rules

    @cached_property
    def courses(self) -> dict[Identity, list[Point]]:
        """The courses of all series that anything fired about."""
        return courses(self.rules, self.readings, {event.identity for event in self.events if event.fires})

    @cached_property
    def episodes(self) -> list[Episode]:
        """What fired, in the order of time."""
        return episodes(self.events, self.courses, self.period.end)


def replay(
    model: str,
    limits: Limits,
    period: Window,
    windows: Sequence[Window],
    *,
    values: Values,
    ground: StoredGround,
    seen: Courses,
    patience: timedelta,
    advance: Callable[[str], None] = lambda _: None,
) -> Replay:
    """Go through the windows in the order of their ends, as if each had just closed and nothing had been before.

    Alerts about the watching itself are left out: the store does not say which values were waited for.
    """
    readings: list[Measurement] = []
    missing: list[Window] = []
    for window in windows:
        found = values.of(window)
        if found is None:
            missing.append(window)
        else:
            held = _held(limits, found, window, ground, seen)
            seen.add(held, limits.reaches(window.length))
            readings += held
        advance(f"{model} {window.end:%Y-%m-%d %H:%M}")
    evaluation = evaluate(limits.rules, readings, {}, patience=patience)
    events = [event for event in evaluation.events if event.identity.alert not in health.NAMES]
    return Replay(model, limits, period, len(windows), values.measured, tuple(missing), readings, events)


def _held(
    limits: Limits, found: Sequence[Measurement], window: Window, ground: StoredGround, seen: Courses
) -> list[Measurement]:
    """The measurements with their limits; where what a limit is learned from is not stored, with the reason."""
    if not limits.learning:
        return limits.hold(found, reference={}, calibration=_none, past=seen.at(window, {}))
    reference_id = reference_id_of(found)
    reference = ground.reference(window, reference_id)
    if reference is None:
        return _unjudged(found, limits.learning, NO_REFERENCE)
    untaught = ""
    try:
        calibration = ground.calibration(window, limits, reference_id) if limits.metrics else None
    except NotStoredError as error:
        calibration, untaught = None, str(error)
    asked = limits.without_lessons if untaught else limits
    held = asked.hold(
        found,
        reference=ground.values_of(reference, limits),
        calibration=lambda: calibration,
        past=seen.at(window, limits.reaches(window.length)),
    )
    return _unjudged(held, limits.taught, untaught) if untaught else held


def _none() -> Calibration | None:
    return None


def _unjudged(found: Sequence[Measurement], rules: Sequence[Rule], reason: str) -> list[Measurement]:
    """The measurements with the reason why these rules have no limit for them."""
    held = []
    for measurement in found:
        bounds = {rule.name: Bounds(reason=reason) for rule in rules if rule.matches(measurement)}
        held.append(replace(measurement, bounds={**measurement.bounds, **bounds}) if bounds else measurement)
    return held
