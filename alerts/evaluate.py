"""Holds all readings of a run against all rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from alerts.reading import Reading, Series
from alerts.rule import Rule, rule_of
from alerts.state import AlertEvent, AlertState, Identity
from alerts.step import step, withdraw

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
    without a value; one that no rule looks at any more is withdrawn. Of two rules with one name the first that
    looks at a series decides.
    """
    after = dict(states)
    events: list[AlertEvent] = []
    for window_readings in _by_window(readings):
        window_end = window_readings[0].window_end
        open_before = _open(after, window_readings[0])
        judged = {**_absent(rules, open_before, window_end), **_assigned(rules, window_readings)}
        for identity, (rule, reading) in sorted(judged.items()):
            before = after.get(identity) or AlertState(identity, rule.severity)
            moved, happened = step(before, reading, rule)
            after[identity] = replace(moved, severity=rule.severity)
            events.extend(happened)
        for identity in sorted(open_before.difference(judged)):
            after[identity], happened = withdraw(after[identity], window_end)
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


def _open(states: Mapping[Identity, AlertState], window: Reading) -> set[Identity]:
    """The open alerts of the model and length of a window."""
    return {
        identity
        for identity, state in states.items()
        if state.is_open and (identity.model, identity.window_seconds) == (window.model, window.window_seconds)
    }


def _absent(
    rules: Sequence[Rule], identities: Iterable[Identity], window_end: datetime
) -> dict[Identity, tuple[Rule, Reading]]:
    """Readings without a value for these alerts, as far as a rule looks at them."""
    deciding = ((identity, rule_of(rules, identity.alert, identity)) for identity in identities)
    return {identity: (rule, _missing(identity, window_end)) for identity, rule in deciding if rule}


def _missing(series: Series, window_end: datetime) -> MissingReading:
    return MissingReading(
        model=series.model,
        version=series.version,
        metric=series.metric,
        column_name=series.column_name,
        segment_key=series.segment_key,
        segment_value=series.segment_value,
        window_seconds=series.window_seconds,
        window_end=window_end,
    )
