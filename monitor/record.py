"""Writes what a window gave, and what the alerts make of it, in one transaction of the caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from alerts import health
from alerts.evaluate import Evaluation, evaluation_of
from alerts.pipeline import alert, keep
from alerts.routing import Route
from alerts.rule import Rule, rule_of
from alerts.state import AlertEvent, AlertState, Identity
from alerts.step import mark_error
from monitor.drift.distribution import current_counts
from monitor.facts import FactFinder
from monitor.limits.learning import Learning
from monitor.measure import Wanted
from monitor.measurement import Measurement
from monitor.observe import Observation, Reference
from monitor.profile.model import ModelProfile
from monitor.profile.part import ALL, Part
from monitor.store.actions import PlannedActions
from monitor.store.alerts import StoredHistory
from monitor.store.measurements import Distribution, write_distributions, write_measurements
from monitor.store.outbox import StoredDesk
from monitor.store.references import write_model
from monitor.store.runs import Ending, failing
from monitor.window import Window

MEASURED_AGAIN = "every window could be measured since"


@dataclass(frozen=True, slots=True)
class Watched:
    """A model that is watched; `observe` opens its data at the first call, `cooldowns` are those of the actions."""

    name: str
    learning: Learning
    route: Route | None
    observe: Callable[[], Observation]
    base_url: str
    patience: timedelta = timedelta(0)  # how long targets are waited for
    cooldowns: Mapping[str, timedelta] = field(default_factory=dict)

    @property
    def wanted(self) -> Wanted:
        return self.learning.limits.wanted

    @property
    def rules(self) -> Sequence[Rule]:
        return self.learning.limits.rules


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a window ended, and how many alerts began and ended with it.

    One that was not measured was `left` since its model fails, or `taken` by another process.
    """

    model: str
    window: Window
    status: Ending | Literal["left", "taken"]
    reason: str = ""
    rows: int = 0
    fired: int = 0
    resolved: int = 0


def record(
    connection: sa.Connection,
    watched: Watched,
    window: Window,
    *,
    reference: Reference,
    current: Mapping[Part, ModelProfile],
    measurements: Sequence[Measurement],
    notify: bool,
    now: datetime,
) -> Evaluation:
    """Write measurements, distributions, alerts and messages of one window."""
    write_model(connection, watched.name, task=watched.wanted.task, reference_id=reference.reference_id, now=now)
    write_measurements(connection, measurements)
    write_distributions(
        connection,
        watched.name,
        window,
        reference_id=reference.reference_id,
        distributions=_distributions(reference.profile, current[ALL]),
    )
    history = StoredHistory(connection, now)
    before = history.states(watched.name)
    evaluation = alert(
        watched.rules,
        measurements,
        before,
        history,
        StoredDesk(connection, now),
        watched.route,
        notify=notify,
        now=now,
        base_url=watched.base_url,
        patience=watched.patience,
        actions=PlannedActions(connection, now, watched.cooldowns),
        facts_of=FactFinder(connection, watched.wanted, window, reference, current, measurements),
    )
    well = _note_well(connection, watched, window, before, notify=notify, now=now)
    return Evaluation((*evaluation.states, *well.states), (*evaluation.events, *well.events))


def record_failure(
    connection: sa.Connection,
    watched: Watched,
    window: Window,
    reason: str,
    *,
    is_news: bool,
    notify: bool,
    now: datetime,
) -> Evaluation:
    """Note on the alerts that the rules still look at that this time they could not.

    `is_news` is whether the failure is worth an alert of its own: not the first one, of what may pass by itself.
    """
    write_model(connection, watched.name, task=watched.wanted.task, reference_id="", now=now)
    before = StoredHistory(connection, now).states(watched.name)
    after = dict(before)
    for identity, state in before.items():
        if rule_of(watched.rules, identity.alert, identity):
            after[identity] = mark_error(state, reason)
    events: tuple[AlertEvent, ...] = ()
    if is_news:
        state = health.known(before, _cannot_measure(watched, window), {})
        after[state.identity], events = health.failed(state, reason, window.end, annotations=health.CANNOT_MEASURE)
    return _keep(connection, watched, before, after, events, notify=notify, now=now)


def _note_well(
    connection: sa.Connection,
    watched: Watched,
    window: Window,
    states: Mapping[Identity, AlertState],
    *,
    notify: bool,
    now: datetime,
) -> Evaluation:
    """Note that windows are measured again, once none is left that failed."""
    state = states.get(_cannot_measure(watched, window))
    if state is None or not state.is_open or failing(connection, watched.name, window.length):
        return Evaluation((), ())
    well, events = health.recovered(state, MEASURED_AGAIN, window.end)
    identity = state.identity
    return _keep(connection, watched, {identity: state}, {identity: well}, events, notify=notify, now=now)


def _cannot_measure(watched: Watched, window: Window) -> Identity:
    return health.of_window(watched.name, int(window.length.total_seconds()))


def _keep(
    connection: sa.Connection,
    watched: Watched,
    before: Mapping[Identity, AlertState],
    after: Mapping[Identity, AlertState],
    events: Sequence[AlertEvent],
    *,
    notify: bool,
    now: datetime,
) -> Evaluation:
    return keep(
        watched.rules,
        evaluation_of(after, before, events),
        before,
        StoredHistory(connection, now),
        StoredDesk(connection, now),
        watched.route,
        notify=notify,
        now=now,
        base_url=watched.base_url,
    )


def _distributions(reference: ModelProfile, current: ModelProfile) -> list[Distribution]:
    return [
        Distribution(column_name=name, counts=current_counts(column, current.columns[name]))
        for name, column in reference.columns.items()
    ]
