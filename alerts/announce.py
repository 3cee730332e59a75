"""What of an evaluation is told: each episode once, and its end only where its beginning was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.evaluate import Evaluation
from alerts.rule import Rule, rule_of
from alerts.state import AlertEvent, AlertState, Identity

OLD = timedelta(days=1)


def announce(
    rules: Sequence[Rule], evaluation: Evaluation, before: Mapping[Identity, AlertState], *, notify: bool, now: datetime
) -> tuple[Evaluation, tuple[AlertEvent, ...]]:
    """The evaluation with `told` noted in its states, and what to tell; `before` is how the alerts stood.

    Without `notify` only what happened within the last day is told. An alert that began to fire while nobody was to
    be told is told with its next window, if it fires still.
    """

    def is_news(window_end: datetime) -> bool:
        return notify or now - window_end <= OLD

    told = {identity for identity, state in before.items() if state.told}
    events = [event for event in evaluation.events if _is_told(event, told, is_news=is_news(event.window_end))]
    for state in evaluation.states:
        window_end = _new_window(state, before)
        if window_end and is_news(window_end) and state.is_firing and state.identity not in told:
            told.add(state.identity)
            events.append(_late(state, rules, window_end))
    states = tuple(replace(state, told=state.identity in told) for state in evaluation.states)
    return replace(evaluation, states=states), tuple(events)


def _is_told(event: AlertEvent, told: set[Identity], *, is_news: bool) -> bool:
    """Whether people hear of an event; `told` are the alerts of whose episode they know."""
    if event.fires:
        told.discard(event.identity)
        if is_news:
            told.add(event.identity)
        return is_news
    return is_news and event.resolves and event.identity in told


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
