"""Holds all readings of a run against all rules."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from alerts import health
from alerts.bounds import Bounds
from alerts.machine import Moved
from alerts.reading import MissingReading, Reading, Unjudged
from alerts.rule import NO_BOUNDS, Rule, by_metric, looking_at, rule_of
from alerts.state import AlertEvent, AlertState, Identity
from alerts.step import GONE, PAUSED, relabel, step, withdraw

NO_LIMIT = "there is no limit yet to hold it against"
NOTHING_BREAKS = Bounds(-sys.float_info.max, sys.float_info.max)  # for what is not held against anything

Told = Iterator[tuple[AlertState, tuple[AlertEvent, ...]]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The alerts that look different now, and what happened to them."""

    states: tuple[AlertState, ...]
    events: tuple[AlertEvent, ...]

    @property
    def fired(self) -> int:
        return sum(event.fires for event in self.events)

    @property
    def resolved(self) -> int:
        return sum(event.resolves for event in self.events)


def evaluate(
    rules: Sequence[Rule],
    readings: Iterable[Reading],
    states: Mapping[Identity, AlertState],
    *,
    patience: timedelta = timedelta(0),
) -> Evaluation:
    """Every alert after these readings, whatever order they come in.

    An open alert whose series is absent from the readings of its model and window length gets a reading
    without a value; one that no rule looks at any more, or whose rule is paused, is withdrawn. Of two rules with
    one name the first that looks at a series decides. `patience` is how long targets are waited for.
    """
    after = dict(states)
    events: list[AlertEvent] = []
    for window_readings in _by_window(readings):
        for state, happened in _Run(rules, window_readings, after, patience).moved():
            after[state.identity] = state
            events.extend(happened)
    return evaluation_of(after, states, events)


def evaluation_of(
    after: Mapping[Identity, AlertState], before: Mapping[Identity, AlertState], events: Iterable[AlertEvent]
) -> Evaluation:
    """What differs from before, in the order of the identities, and what happened in the order of time."""
    changed = (after[identity] for identity in sorted(after) if after[identity] != before.get(identity))
    return Evaluation(tuple(changed), tuple(events))


def replay(
    rules: Sequence[Rule], readings: Iterable[Reading], *, patience: timedelta = timedelta(0)
) -> Mapping[Identity, AlertState]:
    """How every alert stands after all these readings, had there been nothing before them."""
    return {state.identity: state for state in evaluate(rules, readings, {}, patience=patience).states}


def _by_window(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """The readings of each window of each model, in the order of time."""

    def window(reading: Reading) -> tuple[datetime, str, int]:
        return reading.window_end, reading.model, reading.window_seconds

    return (list(group) for _, group in groupby(sorted(readings, key=window), key=window))


@dataclass(frozen=True, slots=True)
class _Run:
    """The readings of one window of a model, and all alerts before it."""

    rules: Sequence[Rule]
    readings: Sequence[Reading]
    states: Mapping[Identity, AlertState]
    patience: timedelta

    @property
    def end(self) -> datetime:
        return self.readings[0].window_end

    def moved(self) -> Told:
        """Every alert that this window has a say in, each once, those about the watching last."""
        open_before = self._open()
        about_watching = {identity for identity in open_before if identity.alert in health.NAMES}
        assigned = self._assigned()
        unseen = open_before - about_watching - assigned.keys()
        judged = {**self._absent(unseen), **assigned}
        watched: list[tuple[Rule, Reading, AlertState]] = []
        for identity, (rule, reading) in sorted(judged.items(), key=lambda item: item[0]):
            before = self.states.get(identity)
            if rule.paused:
                if before is not None and before.is_open:
                    yield withdraw(before, self.end, PAUSED)
                continue
            relabelled, resolved = relabel(before or _new(identity, rule), rule)
            state, events = step(relabelled, *_limited(reading, rule))
            yield state, (*resolved, *events)
            is_late = state is relabelled
            if not (is_late or isinstance(reading, MissingReading)):
                watched.append((rule, reading, state))
        for identity in sorted(unseen - judged.keys()):
            yield withdraw(self.states[identity], self.end, GONE)
        yield from self._about_watching(watched, about_watching)

    def _about_watching(
        self, watched: Iterable[tuple[Rule, Reading, AlertState]], open_before: Collection[Identity]
    ) -> Told:
        after: dict[Identity, Moved] = {}
        for rule, reading, state in watched:
            identity = Identity.named(health.NO_DATA, reading)
            is_part = reading.version or reading.segment_key
            if rule.on_missing != "hold" or (is_part and not state.is_open and identity not in open_before):
                continue
            if reading.value is not None and identity not in self.states:
                continue  # nothing was amiss, and nothing is
            before, events = after.get(identity) or (health.known(self.states, identity, {}), ())
            moved, happened = health.no_data(before, state, reading, rule, self.patience)
            after[identity] = moved, (*events, *happened)
        for identity in open_before - after.keys():
            if identity.alert == health.NO_DATA:
                after[identity] = self._unwatched(identity)
        for identity in sorted(after):
            if after[identity][0].last_window_end is not None:
                yield after[identity]

    def _unwatched(self, identity: Identity) -> Moved:
        """An alert about a series without values, of which this window says nothing."""
        state = self.states[identity]
        rule = rule_of(self.rules, state.labels.get("rule", ""), identity)
        if rule is None or rule.paused or rule.on_missing != "hold":
            return withdraw(state, self.end, PAUSED if rule and rule.paused else GONE)
        return health.absent(state, self._missing(identity))

    def _assigned(self) -> dict[Identity, tuple[Rule, Reading]]:
        assigned: dict[Identity, tuple[Rule, Reading]] = {}
        rules = by_metric(self.rules)
        for reading in self.readings:
            for rule in looking_at(rules, reading):
                assigned.setdefault(Identity.of(rule, reading), (rule, reading))
        return assigned

    def _open(self) -> set[Identity]:
        """The open alerts of the window's model and length."""
        model, seconds = self.readings[0].model, self.readings[0].window_seconds
        return {
            identity
            for identity, state in self.states.items()
            if state.is_open and (identity.model, identity.window_seconds) == (model, seconds)
        }

    def _absent(self, identities: Iterable[Identity]) -> dict[Identity, tuple[Rule, Reading]]:
        """Readings without a value for these alerts, as far as a rule looks at them."""
        deciding = ((identity, rule_of(self.rules, identity.alert, identity)) for identity in identities)
        return {identity: (rule, self._missing(identity)) for identity, rule in deciding if rule}

    def _missing(self, series: Identity) -> MissingReading:
        is_part = series.version or series.segment_key
        return MissingReading.absent(series, self.end, counts=not is_part or self._has_whole(series))

    def _has_whole(self, series: Identity) -> bool:
        """Whether all rows together have a value of what a part of them has none of; so it is if nobody asked."""
        wholes = [
            reading.value
            for reading in self.readings
            if (reading.metric, reading.column_name) == (series.metric, series.column_name)
            and not (reading.version or reading.segment_key)
        ]
        return not wholes or any(value is not None for value in wholes)


def _limited(reading: Reading, rule: Rule) -> tuple[Reading, Rule]:
    """The reading and the rule with the limits of the window; without any, a reading that cannot be judged."""
    if not rule.learned:
        return reading, rule
    bounds = reading.bounds.get(rule.name, NO_BOUNDS)
    if bounds.is_known:
        return reading, rule.held_against(bounds)
    if reading.value is None:
        return reading, rule.held_against(NOTHING_BREAKS)
    return Unjudged.of(reading, bounds.reason or NO_LIMIT), replace(
        rule.held_against(NOTHING_BREAKS), on_missing="hold"
    )


def _new(identity: Identity, rule: Rule) -> AlertState:
    return AlertState(identity, rule.severity, labels=dict(rule.labels))
