"""Writes what a window gave, and what the alerts make of it, in one transaction of the caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alerts.evaluate import Evaluation
from alerts.notification import Receiver
from alerts.pipeline import alert
from alerts.rule import Rule, rule_of
from alerts.step import mark_error
from monitor.drift.distribution import current_counts
from monitor.measure import Wanted
from monitor.measurement import Measurement
from monitor.observe import Observation, Reference
from monitor.profile.model import ModelProfile
from monitor.store.alerts import StoredHistory
from monitor.store.measurements import Distribution, write_distributions, write_measurements
from monitor.store.notifications import StoredOutbox
from monitor.store.references import write_model
from monitor.store.runs import Ending
from monitor.window import Window


@dataclass(frozen=True, slots=True)
class Watched:
    """A model that is watched; `observe` opens its data at the first call."""

    name: str
    wanted: Wanted
    rules: Sequence[Rule]
    receivers: Sequence[Receiver]
    observe: Callable[[], Observation]
    base_url: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a window ended, and how many alerts began and ended with it."""

    model: str
    window: Window
    status: Ending
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
    current: ModelProfile,
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
        distributions=_distributions(reference.profile, current),
    )
    return alert(
        watched.rules,
        measurements,
        StoredHistory(connection, now),
        StoredOutbox.within(connection),
        watched.receivers,
        notify=notify,
        now=now,
        base_url=watched.base_url,
    )


def record_failure(connection: sa.Connection, watched: Watched, reason: str, now: datetime) -> None:
    """Note on the alerts that the rules still look at that this time they could not."""
    write_model(connection, watched.name, task=watched.wanted.task, reference_id="", now=now)
    history = StoredHistory(connection, now)
    states = history.states(watched.name).values()
    watched_still = [state for state in states if rule_of(watched.rules, state.identity.alert, state.identity)]
    history.save([mark_error(state, reason) for state in watched_still], [])


def _distributions(reference: ModelProfile, current: ModelProfile) -> list[Distribution]:
    return [
        Distribution(column_name=name, counts=current_counts(column, current.columns[name]))
        for name, column in reference.columns.items()
    ]
