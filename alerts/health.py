"""Alerts about the watching itself: no data, windows that fail, messages that do not arrive; by the same machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.machine import Finding, Moved, Patience, move, note
from alerts.reading import MissingReading, Reading
from alerts.rule import Rule
from alerts.state import AlertState, Identity
from alerts.step import VANISHED, VANISHED_AFTER, close
from alerts.wording import in_a_row

NO_DATA = "MonitorNoData"
ERROR = "MonitorError"
NOT_DELIVERED = "NotificationFailed"
NAMES = frozenset((NO_DATA, ERROR, NOT_DELIVERED))
CANNOT_MEASURE = {"summary": "Windows of {model} cannot be measured: {reason}"}
HAS_VALUES = "there are values again"


@dataclass(frozen=True, slots=True)
class Calm:
    """How long something lasts before it is worth an alert."""

    for_windows: int = 1
    for_length: timedelta | None = None
    keep_firing_for: timedelta = timedelta(0)


AT_ONCE = Calm()


def known(states: Mapping[Identity, AlertState], identity: Identity, labels: Mapping[str, str]) -> AlertState:
    """How a health alert stands; at rest if nothing is known of it. `labels` are those besides its identity's."""
    return states.get(identity) or AlertState(identity, "ticket", labels=dict(labels))


def of_window(model: str, window_seconds: int) -> Identity:
    """The alert about the windows of a model that cannot be measured."""
    return Identity(ERROR, model, "", "", "", "", "", window_seconds)


def failed(state: AlertState, reason: str, at: datetime, *, annotations: Mapping[str, str] | None = None) -> Moved:
    """The alert after a failure: it fires at once, and once."""
    return _judged(state, "broken", AT_ONCE, reason, at, annotations or {})


def recovered(state: AlertState, reason: str, at: datetime) -> Moved:
    """The alert after what failed is well again; one that is at rest stays as it is."""
    return _judged(state, "good", AT_ONCE, reason, at, {}) if state.is_open else (state, ())


def no_data(state: AlertState, judged: AlertState, reading: Reading, rule: Rule, patience: timedelta) -> Moved:
    """The alert about a series without values, after a window of it.

    `judged` is the rule's own alert after that window. It fires where two windows in a row have no value, be it with a
    limit or without; targets that may still come are waited for as long as `patience`.
    """
    if reading.value is not None or judged.judged_until == reading.window_end:
        return recovered(state, HAS_VALUES, reading.window_end)
    if _is_past(state, reading.window_end):
        return state, ()
    calm = Calm(for_windows=2)
    if reading.is_awaited:
        if judged.judged_until and reading.window_end - judged.judged_until < patience:
            return state, ()
        calm = Calm(for_windows=2, for_length=None if judged.judged_until else patience)
    if not state.is_firing:
        state = replace(state, labels={**rule.labels, "rule": rule.name})
    reason = f"no value{in_a_row(state.breaches + 1)}: {judged.reason}"
    return _judged(state, "broken", calm, reason, reading.window_end, {})


def absent(state: AlertState, missing: MissingReading) -> Moved:
    """The alert about a series without values, after a window that the series is absent from."""
    if _is_past(state, missing.window_end):
        return state, ()
    state = replace(state, vanished=state.vanished + missing.counts, last_window_end=missing.window_end)
    return close(state, missing.window_end, VANISHED) if state.vanished >= VANISHED_AFTER else (state, ())


def _judged(
    state: AlertState, finding: Finding, calm: Patience, reason: str, at: datetime, annotations: Mapping[str, str]
) -> Moved:
    at = max(at, state.last_window_end or at)
    seen = replace(state, reason=reason, vanished=0, last_window_end=at)
    return note(state, move(seen, finding, calm, at), at, annotations)


def _is_past(state: AlertState, window_end: datetime) -> bool:
    return state.last_window_end is not None and window_end <= state.last_window_end
