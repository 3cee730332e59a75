"""Moves one alert by one window; pure, so that a replay of all readings gives the same events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from alerts import verdict
from alerts.reading import Reading
from alerts.rule import Rule
from alerts.state import AlertEvent, AlertState, labels_of

Finding = Literal["broken", "good", "unknown"]

GONE = "the rule is gone, or looks at other series now"


def step(state: AlertState, reading: Reading, rule: Rule) -> tuple[AlertState, tuple[AlertEvent, ...]]:
    """The alert after a window, and its change of state, if any.

    A window that does not end after the last one moves nothing: neither the same reading again nor a late one.
    """
    if _is_past(state, reading.window_end):
        return state, ()
    value = _number(reading.value)
    seen = replace(
        state,
        severity=rule.severity,
        health="no_data" if value is None else "ok",
        value=value,
        limit_value=rule.nearest_limit(value),
        last_window_end=reading.window_end,
    )
    moved = _moved(seen, _finding(state, value, rule), rule, reading.window_end)
    moved = replace(moved, reason=_reason(state, moved, reading.reason, rule))
    return _changed(state, moved, reading.window_end, rule.annotations)


def withdraw(state: AlertState, window_end: datetime) -> tuple[AlertState, tuple[AlertEvent, ...]]:
    """The alert after a window in which no rule looks at its series any more: at rest, for want of a judge.

    Its health is `ok`: there is nothing left that somebody ought to see and cannot.
    """
    if _is_past(state, window_end):
        return state, ()
    seen = replace(state, health="ok", reason=GONE, value=None, limit_value=None, last_window_end=window_end)
    moved = _at_rest(seen, window_end)
    return _changed(state, moved, window_end, {})


def mark_error(state: AlertState, reason: str) -> AlertState:
    """The alert after a window that could not be measured: it stands as before, and says why nothing is known.

    So it is with an alert at rest: it stays so, but nobody may take that for good news. The window counts as
    not seen, and moves the alert once it is measured.
    """
    return replace(state, health="error", reason=reason)


def _is_past(state: AlertState, window_end: datetime) -> bool:
    return state.last_window_end is not None and window_end <= state.last_window_end


def _number(value: float | None) -> float | None:
    """A value that can be compared; NaN is none, and so never passes for a good value."""
    return None if value is None or math.isnan(value) else value


def _finding(state: AlertState, value: float | None, rule: Rule) -> Finding:
    if value is None:
        return _WITHOUT_VALUE[rule.on_missing]
    # An alert that fires is good only past `clear`; one that does not is broken only past the limit.
    is_good = rule.is_cleared(value) if state.is_firing else rule.breach(value) is None
    return "good" if is_good else "broken"


_WITHOUT_VALUE: dict[str, Finding] = {"hold": "unknown", "ignore": "good", "fire": "broken"}


def _moved(state: AlertState, finding: Finding, rule: Rule, window_end: datetime) -> AlertState:
    if finding == "unknown":
        return state
    if finding == "broken":
        return _after_breach(state, rule, window_end)
    return _after_good_window(state, rule, window_end)


def _after_breach(state: AlertState, rule: Rule, window_end: datetime) -> AlertState:
    if state.is_firing:
        is_breach = state.value is None or rule.breach(state.value) is not None
        return replace(state, state="firing", recovering_since=None, breaches=state.breaches + 1 if is_breach else 0)
    breaches, since = state.breaches + 1, state.active_since or window_end
    is_long = rule.for_length is None or window_end - since >= rule.for_length
    waiting = replace(state, state="pending", breaches=breaches, active_since=since)
    if breaches < rule.for_windows or not is_long:
        return waiting
    return replace(
        waiting, state="firing", fired_at=window_end, resolved_at=None, episode=state.episode + 1, told=False
    )


def _after_good_window(state: AlertState, rule: Rule, window_end: datetime) -> AlertState:
    since = state.recovering_since or window_end
    if state.is_firing and window_end - since < rule.keep_firing_for:
        return replace(state, state="recovering", breaches=0, recovering_since=since)
    return _at_rest(state, window_end)


def _at_rest(state: AlertState, window_end: datetime) -> AlertState:
    resolved_at = window_end if state.is_firing else state.resolved_at
    return replace(
        state, state="inactive", breaches=0, active_since=None, recovering_since=None, resolved_at=resolved_at
    )


def _reason(before: AlertState, after: AlertState, no_value_because: str, rule: Rule) -> str:
    if after.value is None:
        return verdict.missing(no_value_because)
    if rule.breach(after.value) is not None:
        return verdict.broken(rule, after.value, windows=after.breaches)
    if not before.is_firing:
        return verdict.good(rule, after.value)
    if after.state == "firing":
        return verdict.not_yet_cleared(rule, after.value)
    return verdict.back(rule, after.value, before.recovering_since or after.recovering_since or after.resolved_at)


def _changed(
    before: AlertState, after: AlertState, window_end: datetime, annotations: Mapping[str, str]
) -> tuple[AlertState, tuple[AlertEvent, ...]]:
    """The alert with its change counted, if it has one."""
    if before.state == after.state:
        return after, ()
    after = replace(after, events=before.events + 1)
    event = AlertEvent(
        identity=after.identity,
        severity=after.severity,
        from_state=before.state,
        to_state=after.state,
        reason=after.reason,
        value=after.value,
        limit_value=after.limit_value,
        window_end=window_end,
        episode=after.episode,
        fired_at=after.fired_at if before.is_firing or after.is_firing else None,
        annotations=annotations,
        number=after.events,
        labels=labels_of(after),
    )
    return after, (event,)
