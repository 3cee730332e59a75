"""The words of an event: those of its rule, and for the rest those made of the facts."""

from __future__ import annotations

from alerts.facts import Facts
from alerts.placeholders import fill
from alerts.silencing import silence_command
from alerts.state import AlertEvent
from alerts.wording import length, number


def words_of(event: AlertEvent, facts: Facts) -> dict[str, str]:
    """What messages say of an event. The rule's words win, but for those that say an alert that is over began."""
    filled = {key: fill(text, _placeholders(event)) for key, text in event.annotations.items()}
    if event.resolves:
        filled.pop("summary", None)
    return {**_own(event, facts), **filled}


def _own(event: AlertEvent, _facts: Facts) -> dict[str, str]:
    summary = _end(event) if event.resolves else _summary(event)
    words = {"summary": summary, "description": event.reason}
    return words if event.resolves else {**words, "silence": silence_command(event.labels or event.identity.labels())}


def _placeholders(event: AlertEvent) -> dict[str, str | float | None]:
    identity = event.identity
    return {
        "alert": identity.alert,
        "model": identity.model,
        "version": identity.version,
        "metric": identity.metric,
        "column": identity.column_name,
        "segment": identity.segment,
        "window": length(identity.window_seconds),
        "value": event.value,
        "limit": event.limit_value,
        "severity": event.severity,
        "reason": event.reason,
    }


def _summary(event: AlertEvent) -> str:
    """What happened, in one line, where the rule has no words of its own."""
    identity = event.identity
    series = " of ".join(part for part in (identity.metric, identity.column_name, *_rows(event)) if part)
    over = f"over {length(identity.window_seconds)}"
    if event.value is None:
        return f"{identity.model}: {series} has no value {over}"
    limit = "" if event.limit_value is None else f", limit {number(event.limit_value)}"
    return f"{identity.model}: {series} is {number(event.value)} {over}{limit}"


def _end(event: AlertEvent) -> str:
    """That an alert is over, and why, in one line."""
    identity = event.identity
    about = " of ".join(part for part in (identity.alert, identity.column_name, *_rows(event)) if part)
    return f"{about} of {identity.model} over {length(identity.window_seconds)} resolved: {event.reason}"


def _rows(event: AlertEvent) -> tuple[str, str]:
    """Which rows an alert is about, where it is not all of them."""
    identity = event.identity
    return identity.segment, f"version {identity.version}" if identity.version else ""
