"""Watches a history of profiles as Seamark does: limits from the reference, then window after window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from alerts.evaluate import evaluate
from alerts.state import AlertState, Identity
from bench.truth.alarm import Alarm
from bench.truth.scenario import START
from monitor.calibration.budget import Budget
from monitor.limits.calibrated import Calibration
from monitor.limits.gather import gather
from monitor.limits.hold import Limits
from monitor.limits.past import PastValue
from monitor.measure import estimates
from monitor.measurement import Measurement
from monitor.profile.model import ModelProfile, total
from monitor.profile.part import ALL
from monitor.window import Window

MODEL = "model"


@dataclass
class Remembered:
    """The values of the windows before, as a store would give them."""

    values: dict[tuple[str, str], list[PastValue]] = field(default_factory=lambda: defaultdict(list))

    def of(self, measurement: Measurement) -> Sequence[PastValue]:
        return self.values[measurement.metric, measurement.column_name]

    def add(self, measurement: Measurement) -> None:
        if measurement.value is not None:
            one = PastValue(measurement.window_end, measurement.value, measurement.estimate.rows)
            self.values[measurement.metric, measurement.column_name].append(one)


def watch(
    profiles: Sequence[ModelProfile],
    reference: int,
    length: timedelta,
    limits_of: Callable[[Budget], Limits],
    budgets: Sequence[Budget],
) -> dict[Budget, list[Alarm]]:
    """The alarms about the windows after the first `reference` ones, for each budget."""
    known = total(profiles[:reference], profiles[0].plan)
    wanted, metrics = limits_of(budgets[0]).wanted, limits_of(budgets[0]).metrics
    spans = [Window(START + place * length, START + (place + 1) * length) for place in range(len(profiles))]
    before = [(spans[place], {ALL: profiles[place]}) for place in range(reference)]
    calibration = Calibration(length, tuple(gather({ALL: known}, before, wanted, metrics)), {ALL: known.rows})
    measured = [
        [
            Measurement(MODEL, metric, spans[place], estimate, column_name=column)
            for metric, column, estimate in estimates(wanted, known, profiles[place])
        ]
        for place in range(reference, len(profiles))
    ]
    return {budget: _alarms(limits_of(budget), known, calibration, measured) for budget in budgets}


def _alarms(
    limits: Limits, reference: ModelProfile, calibration: Calibration, measured: Sequence[Sequence[Measurement]]
) -> list[Alarm]:
    past, found = Remembered(), []
    states: dict[Identity, AlertState] = {}
    stirred: set[tuple[str, str]] = set()  # what was never beyond a limit needs no state
    for place, measurements in enumerate(measured):
        held = limits.hold(measurements, reference={ALL: reference}, calibration=lambda: calibration, past=past)
        stirred |= {_series(one) for one in held if _is_beyond(one)}
        evaluation = evaluate(limits.rules, [one for one in held if _series(one) in stirred], states)
        states |= {state.identity: state for state in evaluation.states}
        fired = [event.identity for event in evaluation.events if event.fires]
        found += [Alarm(place, identity.column_name, identity.alert) for identity in fired]
        for measurement in measurements:
            past.add(measurement)
    return found


def _series(measurement: Measurement) -> tuple[str, str]:
    return measurement.metric, measurement.column_name


def _is_beyond(measurement: Measurement) -> bool:
    value, low, high = measurement.value, measurement.limit_low, measurement.limit_high
    return value is not None and ((low is not None and value < low) or (high is not None and value > high))
