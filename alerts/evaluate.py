"""Holds all readings of a run against all rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from alerts.reading import Reading
from alerts.rule import Rule
from alerts.state import AlertEvent, AlertState, Identity
from alerts.step import step

NOT_MEASURED = "the series was not measured in this window"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The alerts that look different now, and what happened to them."""

    states: tuple[AlertState, ...]
    events: tuple[AlertEvent, ...]


@dataclass(frozen=True, slots=True)
class MissingReading:
    """Stands for a series that was known and is absent from a run."""

    model: str
    version: str
    metric: str
    column_name: str
    segment_key: str
    segment_value: str
    window_seconds: int
    window_end: datetime
    value: None = None
    reason: str = NOT_MEASURED


def evaluate(rules: Sequence[Rule], readings: Iterable[Reading], states: Mapping[Identity, AlertState]) -> Evaluation:
    """Every alert after these readings, whatever order they come in.

    An open alert whose series is absent from the readings of its model and window length gets a reading
    without a value. Of two rules with one name the first that looks at a series decides.
    """
    after = dict(states)
    events: list[AlertEvent] = []
    for window_readings in _by_window(readings):
        present = _assigned(rules, window_readings)
        for identity, (rule, reading) in sorted({**_absent(rules, window_readings, after), **present}.items()):
            before = after.get(identity) or AlertState(identity, rule.severity)
            moved, happened = step(before, reading, rule)
            after[identity] = replace(moved, severity=rule.severity)
            events.extend(happened)
    changed = (after[identity] for identity in sorted(after) if after[identity] != states.get(identity))
    return Evaluation(tuple(changed), tuple(events))


def _by_window(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """The readings of each window of each model, in the order of time."""

    def window(reading: Reading) -> tuple[datetime, str, int]:
        return reading.window_end, reading.model, reading.window_seconds

    return (list(group) for _, group in groupby(sorted(readings, key=window), key=window))


def _assigned(rules: Sequence[Rule], readings: Iterable[Reading]) -> dict[Identity, tuple[Rule, Reading]]:
    assigned: dict[Identity, tuple[Rule, Reading]] = {}
    for reading in readings:
        for rule in rules:
            if rule.matches(reading):
                assigned.setdefault(Identity.of(rule, reading), (rule, reading))
    return assigned


def _absent(
    rules: Sequence[Rule], readings: Sequence[Reading], states: Mapping[Identity, AlertState]
) -> dict[Identity, tuple[Rule, Reading]]:
    """Readings without a value for the open alerts of this model and window length."""
    window = readings[0]
    missing = (
        MissingReading(
            model=identity.model,
            version=identity.version,
            metric=identity.metric,
            column_name=identity.column_name,
            segment_key=identity.segment_key,
            segment_value=identity.segment_value,
            window_seconds=identity.window_seconds,
            window_end=window.window_end,
        )
        for identity, state in states.items()
        if state.is_open and (identity.model, identity.window_seconds) == (window.model, window.window_seconds)
    )
    absent = _assigned(rules, missing)
    return {identity: pair for identity, pair in absent.items() if identity in states and states[identity].is_open}
