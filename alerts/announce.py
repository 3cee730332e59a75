"""What of an evaluation is told: each episode once, and its end only where its beginning was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.evaluate import Evaluation
from alerts.rule import Rule, rule_of
from alerts.state import AlertEvent, AlertState, Identity


def announce(
    rules: Sequence[Rule], evaluation: Evaluation, before: Mapping[Identity, AlertState]
) -> tuple[Evaluation, tuple[AlertEvent, ...]]:
    """The evaluation with `told` noted in its states, and what to tell; `before` is how the alerts stood.

    An alert that began to fire while nobody was to be told is told with its next window, if it fires still.
    """
    told = {identity for identity, state in before.items() if state.told}
    events: list[AlertEvent] = []
    for event in evaluation.events:
        if event.fires:
            told.add(event.identity)
        if event.fires or (event.resolves and event.identity in told):
            events.append(event)
    for state in evaluation.states:
        window_end = _new_window(state, before)
        if window_end and state.is_firing and state.identity not in told:
            told.add(state.identity)
            events.append(_late(state, rules, window_end))
    states = tuple(replace(state, told=state.identity in told) for state in evaluation.states)
    return replace(evaluation, states=states), tuple(events)


def _new_window(state: AlertState, before: Mapping[Identity, AlertState]) -> datetime | None:
    """The window that moved the alert, if one did; the severity of a rule may change without."""
    known = before.get(state.identity)
    return None if known and known.last_window_end == state.last_window_end else state.last_window_end


def _late(state: AlertState, rules: Sequence[Rule], window_end: datetime) -> AlertEvent:
    """An episode as news: since when it goes on, and how it stands now."""
    rule = rule_of(rules, state.identity.alert, state.identity)
    return AlertEvent(
        identity=state.identity,
        severity=state.severity,
        from_state="inactive",
        to_state="firing",
        reason=state.reason,
        value=state.value,
        limit_value=state.limit_value,
        window_end=window_end,
        episode=state.episode,
        fired_at=state.fired_at,
        annotations=rule.annotations if rule else {},
    )
