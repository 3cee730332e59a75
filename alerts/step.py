"""Moves one alert by one window; pure, so that a replay of all readings gives the same events."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

from alerts import verdict
from alerts.machine import Finding, Moved, at_rest, move, note
from alerts.reading import MissingReading, Reading
from alerts.rule import Rule
from alerts.state import AlertState

GONE = "the rule is gone, or looks at other series now"
PAUSED = "the rule is paused"
RELABELLED = "the labels of the rule have changed"
VANISHED = "the series has been absent for two windows in a row"
VANISHED_AFTER = 2

_WITHOUT_VALUE: dict[str, Finding] = {"hold": "unknown", "ignore": "good", "fire": "broken"}


def step(state: AlertState, reading: Reading, rule: Rule) -> Moved:
    """The alert after a window, and its change of state, if any.

    A window that is late moves nothing, and gives back the very state: it ends at or before one that had its say.
    One without a value has no say on `hold`, so its value may still come, and moves the alert then; meanwhile the
    alert stands as the last window left it.
    """
    value = _usable(reading.value, rule)
    if _is_late(state, reading, value, rule):
        return state, ()
    if isinstance(reading, MissingReading):
        state = replace(state, vanished=state.vanished + reading.counts)
        if state.vanished >= VANISHED_AFTER:
            return withdraw(state, reading.window_end, VANISHED)
    elif state.vanished:
        state = replace(state, vanished=0)
    return _filled(state, reading, value, rule)


def _filled(state: AlertState, reading: Reading, value: float | None, rule: Rule) -> Moved:
    """Moved by one window; of what belongs to the last window, only that window changes anything."""
    end = reading.window_end
    finding = _finding(state, value, rule)
    seen = replace(
        state,
        severity=rule.severity,
        labels=dict(rule.labels),
        health="no_data" if value is None else "ok",
        value=value,
        limit_value=rule.nearest_limit(value),
        last_window_end=end,
        judged_until=state.judged_until if finding == "unknown" else end,
    )
    is_breach = value is None or rule.breach(value) is not None
    moved = move(seen, finding, rule, end, is_breach=is_breach)
    moved = replace(moved, reason=_reason(state, moved, reading, rule))
    moved, events = note(state, moved, end, rule.annotations)
    if state.last_window_end is not None and end < state.last_window_end:
        moved = _as_last_seen(moved, state)
    return moved, events


def _as_last_seen(moved: AlertState, last: AlertState) -> AlertState:
    return replace(
        moved,
        health=last.health,
        reason=last.reason,
        value=last.value,
        limit_value=last.limit_value,
        last_window_end=last.last_window_end,
        vanished=last.vanished,
    )


def withdraw(state: AlertState, window_end: datetime, reason: str = GONE) -> Moved:
    """The alert after a window in which nothing can be held against its series any more: at rest.

    Its health is `ok`: there is nothing left that somebody ought to see and cannot.
    """
    if state.last_window_end is not None and window_end <= state.last_window_end:
        return state, ()
    return close(replace(state, last_window_end=window_end, judged_until=window_end), window_end, reason)


def close(state: AlertState, at: datetime, reason: str) -> Moved:
    """The alert at rest for a reason that no window gave, under the labels that it had."""
    seen = replace(state, health="ok", reason=reason, value=None, limit_value=None)
    return note(state, at_rest(seen, at), at, {})


def relabel(state: AlertState, rule: Rule) -> Moved:
    """The alert under the labels and the severity that its rule has now.

    What fires resolves under the old ones first: to whoever was told, it was another alert.
    """
    if state.severity == rule.severity and dict(state.labels) == dict(rule.labels):
        return state, ()
    events: Moved = (state, ())
    if state.is_firing and state.last_window_end is not None:
        events = close(state, state.last_window_end, RELABELLED)
    return replace(events[0], severity=rule.severity, labels=dict(rule.labels)), events[1]


def mark_error(state: AlertState, reason: str) -> AlertState:
    """The alert after a window that could not be measured: it stands as before, and says why nothing is known.

    So it is with an alert at rest: it stays so, but nobody may take that for good news. The window counts as
    not seen, and moves the alert once it is measured.
    """
    return replace(state, health="error", reason=reason)


def _is_late(state: AlertState, reading: Reading, value: float | None, rule: Rule) -> bool:
    """Whether a window comes after one that ends with it or later."""
    has_no_say = value is None and rule.on_missing == "hold"
    reached = state.last_window_end if has_no_say or isinstance(reading, MissingReading) else state.judged_until
    return reached is not None and reading.window_end <= reached


def _usable(value: float | None, rule: Rule) -> float | None:
    """A value that says something: NaN never does, infinity only where it breaks a limit."""
    if value is None or math.isnan(value):
        return None
    return value if math.isfinite(value) or rule.breach(value) is not None else None


def _finding(state: AlertState, value: float | None, rule: Rule) -> Finding:
    if value is None:
        return _WITHOUT_VALUE[rule.on_missing]
    # An alert that fires is good only past `clear`; one that does not is broken only past the limit.
    is_good = rule.is_cleared(value) if state.is_firing else rule.breach(value) is None
    return "good" if is_good else "broken"


def _reason(before: AlertState, after: AlertState, reading: Reading, rule: Rule) -> str:
    if after.value is None:
        return verdict.missing(reading.reason, reading.value)
    if rule.breach(after.value) is not None:
        return verdict.broken(rule, after.value, windows=after.breaches)
    if not before.is_firing:
        return verdict.good(rule, after.value)
    if after.state == "firing":
        return verdict.not_yet_cleared(rule, after.value)
    return verdict.back(rule, after.value, before.recovering_since or after.recovering_since or after.resolved_at)
