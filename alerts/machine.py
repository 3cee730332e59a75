"""The four states and the ways between them; pure, and blind to what is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from alerts.state import AlertEvent, AlertState, labels_of

Finding = Literal["broken", "good", "unknown"]
Moved = tuple[AlertState, tuple[AlertEvent, ...]]


class Patience(Protocol):
    """How long something may be broken before it fires, and how long it has to be good again."""

    @property
    def for_windows(self) -> int: ...
    @property
    def for_length(self) -> timedelta | None: ...
    @property
    def keep_firing_for(self) -> timedelta: ...


def move(
    state: AlertState, finding: Finding, patience: Patience, at: datetime, *, is_breach: bool = True
) -> AlertState:
    """The alert after a finding. `is_breach` says of a broken one whether it counts, or only does not clear."""
    if finding == "unknown":
        return state
    if finding == "broken":
        return _after_breach(state, patience, at, is_breach=is_breach)
    since = state.recovering_since or at
    if state.is_firing and at - since < patience.keep_firing_for:
        return replace(state, state="recovering", breaches=0, recovering_since=since)
    return at_rest(state, at)


def _after_breach(state: AlertState, patience: Patience, at: datetime, *, is_breach: bool) -> AlertState:
    if state.is_firing:
        return replace(state, state="firing", recovering_since=None, breaches=state.breaches + 1 if is_breach else 0)
    breaches, since = state.breaches + 1, state.active_since or at
    is_long = patience.for_length is None or at - since >= patience.for_length
    waiting = replace(state, state="pending", breaches=breaches, active_since=since)
    if breaches < patience.for_windows or not is_long:
        return waiting
    return replace(waiting, state="firing", fired_at=at, resolved_at=None, episode=state.episode + 1, told=False)


def at_rest(state: AlertState, at: datetime) -> AlertState:
    """The alert with nothing wrong any more; `at` is when it resolves, if it fired."""
    if not state.is_open:
        return state
    resolved_at = at if state.is_firing else state.resolved_at
    return replace(
        state, state="inactive", breaches=0, active_since=None, recovering_since=None, resolved_at=resolved_at
    )


def note(before: AlertState, after: AlertState, at: datetime, annotations: Mapping[str, str]) -> Moved:
    """The alert with its change counted and told, if it has one."""
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
        window_end=at,
        episode=after.episode,
        fired_at=after.fired_at if before.is_firing or after.is_firing else None,
        annotations=annotations,
        number=after.events,
        labels=labels_of(after),
    )
    return after, (event,)
