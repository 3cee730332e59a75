"""Puts the facts of a window's alerts together; only for those that begin or end with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

import sqlalchemy as sa

from alerts.evaluate import Evaluation
from alerts.facts import Chief, Drifting, Facts, Leaning, Past
from alerts.state import AlertEvent, AlertState, Identity
from monitor.drift.catalogue import METHODS
from monitor.facts import shifts
from monitor.facts.chief import chief, is_past_limit, main_metric, on_reference
from monitor.measure import Wanted
from monitor.measurement import WHOLE, Measurement, Segment
from monitor.observe import Reference
from monitor.performance.catalogue import METRICS
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.store.pasts import SeriesKey, key_of, pasts
from monitor.window import Window

CALIBRATION = "expected_calibration_error"
MOST_DRIFTING = 3


@dataclass(frozen=True)
class FactFinder:
    """Knows what was seen in a window, and asks the store for the pasts of what there are alerts about."""

    connection: sa.Connection
    wanted: Wanted
    window: Window
    reference: Reference
    current: Mapping[Part, ModelProfile]
    measurements: Sequence[Measurement]

    def __call__(self, evaluation: Evaluation) -> Mapping[Identity, Facts]:
        """The facts of every alert that fires or resolves."""
        told = [event for event in evaluation.events if event.fires or event.resolves]
        if not told:
            return {}
        known = pasts(self.connection, self.window, self._values({key_of(event.identity) for event in told}))
        states = {state.identity: state for state in evaluation.states}
        return {event.identity: self._facts(event, states.get(event.identity), known) for event in told}

    def _values(self, keys: Set[SeriesKey]) -> Mapping[SeriesKey, float]:
        """The values that these series have now, as far as they have any."""
        found = ((key, self._measured[key].value) for key in keys & self._measured.keys())
        return {key: value for key, value in found if value is not None and math.isfinite(value)}

    def _facts(self, event: AlertEvent, state: AlertState | None, known: Mapping[SeriesKey, Past]) -> Facts:
        identity = event.identity
        key = key_of(identity)
        measured = self._measured.get(key)
        since = state.active_since if state is not None and event.fires else None
        if measured is None:
            return Facts(broken_since=since, chief=self._chief)
        is_performance = identity.metric in METRICS
        found = Facts(
            rows=measured.estimate.rows,
            target_coverage=measured.target_coverage,
            lower=measured.estimate.lower,
            upper=measured.estimate.upper,
            broken_since=since,
            past=known.get(key),
            chief=None if is_performance else self._chief,
        )
        if event.resolves:
            return found
        return self._of_performance(found, identity) if is_performance else self._of_column(found, identity)

    def _of_column(self, found: Facts, identity: Identity) -> Facts:
        part = _part(identity)
        now = self.current.get(part)
        column = None if now is None else now.columns.get(identity.column_name)
        before = self._reference_of(part).columns.get(identity.column_name)
        if column is None or before is None or type(column) is not type(before):
            return found
        return replace(
            found,
            moved=shifts.moved(self.reference.bins[identity.column_name], before, column),
            nulls=shifts.nulls(before, column),
            unseen=shifts.unseen(column),
            leaning=leaning(self.reference.leanings, identity.column_name),
        )

    def _of_performance(self, found: Facts, identity: Identity) -> Facts:
        part = _part(identity)
        now, before = self.current.get(part), self._reference_of(part)
        if now is None:
            return found
        is_calibration = identity.metric == CALIBRATION
        return replace(
            found,
            reference_value=on_reference(identity.metric, before, task=self.wanted.task).value,
            mistakes=() if is_calibration else shifts.mistakes(before.performance, now.performance),
            promises=shifts.promises(before.performance, now.performance) if is_calibration else (),
            drifting=self._drifting,
        )

    def _reference_of(self, part: Part) -> ModelProfile:
        """A version is held against the whole reference, a segment against the same segment of it."""
        return self.reference.parts.get(Part(segment=part.segment), self.reference.profile)

    @cached_property
    def _measured(self) -> Mapping[SeriesKey, Measurement]:
        return {key_of(measurement): measurement for measurement in self.measurements}

    @cached_property
    def _chief(self) -> Chief | None:
        metric = main_metric(self.wanted.performance)
        return chief(metric, self.measurements, self.reference.profile, task=self.wanted.task) if metric else None

    @cached_property
    def _drifting(self) -> tuple[Drifting, ...]:
        return drifting(self.measurements)


def leaning(leanings: Mapping[str, float], name: str) -> Leaning | None:
    """How much the model leans on a feature, beside all others; None of what is no feature."""
    if name not in leanings:
        return None
    place = 1 + sum(share > leanings[name] for share in leanings.values())
    return Leaning(leanings[name], place, len(leanings))


def drifting(measurements: Iterable[Measurement]) -> tuple[Drifting, ...]:
    """The columns furthest past a limit of drift, each once."""
    found = sorted(
        (
            Drifting(one.column_name, one.metric, one.value, one.limit_high)
            for one in measurements
            if one.metric in METHODS and not one.version and one.segment == WHOLE
            if one.value is not None and one.limit_high is not None and is_past_limit(one)
        ),
        key=lambda one: (-one.value / max(one.limit, 1e-9), one.column_name, one.metric),
    )
    columns = {one.column_name: one for one in reversed(found)}
    return tuple(one for one in found if columns[one.column_name] is one)[:MOST_DRIFTING]


def _part(identity: Identity) -> Part:
    return Part(identity.version, Segment(identity.segment_key, identity.segment_value))
