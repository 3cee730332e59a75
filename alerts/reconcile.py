"""Brings the alerts in line with a configuration that has changed, without waiting for a window."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from alerts import health
from alerts.evaluate import Evaluation, evaluation_of
from alerts.machine import Moved
from alerts.rule import Rule, rule_of
from alerts.state import AlertEvent, AlertState, Identity
from alerts.step import GONE, PAUSED, close, relabel

NO_MODEL = "the model is not watched any more"
NO_WINDOW = "windows of this length are not measured any more"


def reconcile(
    rules: Sequence[Rule], states: Mapping[Identity, AlertState], watched: Mapping[str, Collection[int]]
) -> Evaluation:
    """The alerts under these rules, for these models with the seconds of their windows.

    What has lost its rule, model or window length, or is paused, resolves once, at the time of its last window; what
    fires under other labels than its rule has now resolves under the old ones. Doing it again changes nothing.
    """
    after: dict[Identity, AlertState] = {}
    events: list[AlertEvent] = []
    for identity in sorted(states):
        after[identity], happened = _reconciled(states[identity], rules, watched)
        events.extend(happened)
    return evaluation_of(after, states, events)


def _reconciled(state: AlertState, rules: Sequence[Rule], watched: Mapping[str, Collection[int]]) -> Moved:
    identity = state.identity
    if identity.alert == health.NOT_DELIVERED or state.last_window_end is None:
        return state, ()
    rule = rule_of(rules, rule_name(state), identity)
    if reason := _lost(identity, rule, watched):
        return close(state, state.last_window_end, reason) if state.is_open else (state, ())
    return (state, ()) if rule is None or identity.alert in health.NAMES else relabel(state, rule)


def rule_name(state: AlertState) -> str:
    """The rule that an alert belongs to: its own, or the one that a health alert is about."""
    is_health = state.identity.alert in health.NAMES
    return state.labels.get("rule", "") if is_health else state.identity.alert


def _lost(identity: Identity, rule: Rule | None, watched: Mapping[str, Collection[int]]) -> str:
    """Why nothing can be held against an alert's series any more; empty where something can."""
    if identity.model not in watched:
        return NO_MODEL
    if identity.window_seconds not in watched[identity.model]:
        return NO_WINDOW
    if identity.alert == health.ERROR:
        return ""
    if rule is None or (identity.alert == health.NO_DATA and rule.on_missing != "hold"):
        return GONE
    return PAUSED if rule.paused else ""
