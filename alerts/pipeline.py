"""The way of one run through the alerts: readings in, states, events and messages kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from alerts.actions.perform import Plans
from alerts.actions.requests import requests
from alerts.announce import announce
from alerts.evaluate import Evaluation, evaluate
from alerts.history import History, Outbox
from alerts.message import compose
from alerts.notification import Receiver
from alerts.reading import Reading
from alerts.rule import Rule
from alerts.state import AlertEvent, AlertState, Identity


def alert(
    rules: Sequence[Rule],
    readings: Sequence[Reading],
    history: History,
    outbox: Outbox,
    receivers: Sequence[Receiver],
    *,
    notify: bool,
    now: datetime,
    base_url: str,
    patience: timedelta = timedelta(0),
    actions: Plans | None = None,
) -> Evaluation:
    """Decide, and keep what was decided, with its messages and the actions it starts, in the caller's transaction."""
    states = {
        identity: state
        for model in sorted({reading.model for reading in readings})
        for identity, state in history.states(model).items()
    }
    evaluation = evaluate(rules, readings, states, patience=patience)
    return keep(
        rules,
        evaluation,
        states,
        history,
        outbox,
        receivers,
        notify=notify,
        now=now,
        base_url=base_url,
        actions=actions,
    )


def keep(
    rules: Sequence[Rule],
    evaluation: Evaluation,
    before: Mapping[Identity, AlertState],
    history: History,
    outbox: Outbox,
    receivers: Sequence[Receiver],
    *,
    notify: bool,
    now: datetime,
    base_url: str,
    actions: Plans | None = None,
) -> Evaluation:
    """Keep what was decided, whoever decided it, with the messages about it; `before` is how the alerts stood."""
    to_tell: Sequence[AlertEvent] = ()
    if notify and (receivers or any(rule.start for rule in rules)):
        evaluation, to_tell = announce(rules, evaluation, before)
        for receiver in receivers:
            outbox.add(compose(to_tell, receiver, now=now, base_url=base_url))
    history.save(evaluation.states, evaluation.events)
    if actions:
        actions.plan(requests(rules, to_tell, base_url=base_url))
    return evaluation
