"""The way of one run through the alerts: readings in, states, events and messages kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from alerts.actions.perform import Plans
from alerts.actions.requests import requests
from alerts.announce import announce
from alerts.content import FactsOf, nothing_known, with_content
from alerts.evaluate import Evaluation, evaluate
from alerts.history import Address, Desk, History
from alerts.reading import Reading
from alerts.routing import Route
from alerts.rule import Rule
from alerts.state import AlertEvent, AlertState, Identity, labels_of


def alert(
    rules: Sequence[Rule],
    readings: Sequence[Reading],
    before: Mapping[Identity, AlertState],
    history: History,
    desk: Desk,
    route: Route | None,
    *,
    notify: bool,
    now: datetime,
    base_url: str,
    patience: timedelta = timedelta(0),
    actions: Plans | None = None,
    facts_of: FactsOf = nothing_known,
) -> Evaluation:
    """Decide, and keep what was decided, with its messages and the actions it starts, in the caller's transaction.

    `before` is how the alerts of the models stood, read in the same transaction.
    """
    evaluation = evaluate(rules, readings, before, patience=patience)
    return keep(
        rules,
        evaluation,
        before,
        history,
        desk,
        route,
        notify=notify,
        now=now,
        base_url=base_url,
        actions=actions,
        facts_of=facts_of,
    )


def keep(
    rules: Sequence[Rule],
    evaluation: Evaluation,
    before: Mapping[Identity, AlertState],
    history: History,
    desk: Desk,
    route: Route | None,
    *,
    notify: bool,
    now: datetime,
    base_url: str,
    actions: Plans | None = None,
    facts_of: FactsOf = nothing_known,
) -> Evaluation:
    """Keep what was decided, whoever decided it, and plan whom to tell; `before` is how the alerts stood."""
    evaluation = with_content(evaluation, facts_of)
    to_tell: Sequence[AlertEvent] = ()
    if route is not None or any(rule.start for rule in rules):
        evaluation, to_tell = announce(rules, evaluation, before, notify=notify, now=now)
    history.save(evaluation.states, evaluation.events)
    if route is not None:
        states = {state.identity: state for state in evaluation.states}
        firing = [
            (event, addressed(event, event.labels or labels_of(states[event.identity]), route))
            for event in to_tell
            if event.fires
        ]
        desk.plan(firing, [event for event in to_tell if event.resolves])
    if actions and notify:
        actions.plan(requests(rules, to_tell, base_url=base_url))
    return evaluation


def addressed(event: AlertEvent, labels: Mapping[str, str], route: Route) -> list[Address]:
    """Whom to tell that an alert fires; nobody is told by their own dead receiver that it is dead, nor told twice."""
    addresses = [Address.of(node, labels) for node in route.matching(labels)]
    by_receiver = {address.receiver: address for address in reversed(addresses)}
    by_receiver.pop(event.identity.receiver, None)
    return list(by_receiver.values())
