"""The words of an event: those of its rule, and for the rest those made of the facts."""

from __future__ import annotations

from alerts.causes import cause
from alerts.facts import Facts
from alerts.placeholders import fill
from alerts.sentences import description, summary
from alerts.silencing import silence_command
from alerts.state import AlertEvent
from alerts.wording import length

ALWAYS = ("summary", "description")


def words_of(event: AlertEvent, facts: Facts) -> dict[str, str]:
    """What messages say of an event. The rule's words win, but for those that say an alert that is over began."""
    filled = {key: fill(text, _placeholders(event)) for key, text in event.annotations.items()}
    if event.resolves:
        filled.pop("summary", None)
    return {**_own(event, facts), **filled}


def _own(event: AlertEvent, facts: Facts) -> dict[str, str]:
    words = {"summary": summary(event), "description": description(event, facts)}
    if not event.resolves:
        words |= {"cause": cause(facts), "silence": silence_command(event.labels or event.identity.labels())}
    return {name: text for name, text in words.items() if text or name in ALWAYS}


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
        "receiver": identity.receiver,
    }
