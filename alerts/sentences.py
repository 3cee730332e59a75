"""What happened, in sentences for a person on call."""

from __future__ import annotations

import math
from datetime import timedelta

from alerts import health
from alerts.facts import Facts, Past
from alerts.state import AlertEvent, Identity
from alerts.wording import clipped, instant, lasting, length, number, numbers_alike, printable, share

LONGEST_SUMMARY = 120
SHORTEST_NAME = 12
FEW = 3  # windows that are no past to speak of


def summary(event: AlertEvent) -> str:
    """What happened, in one line of at most 120 characters."""
    for room in range(80, SHORTEST_NAME - 1, -4):
        texts = [printable(text) for text in _summaries(event, room)]
        fitting = [text for text in texts if len(text) <= LONGEST_SUMMARY]
        if fitting:
            return fitting[0]
    return clipped(texts[-1], LONGEST_SUMMARY)


def description(event: AlertEvent, facts: Facts) -> str:
    """What happened, how unusual that is, and what it stands on: up to four sentences."""
    if event.resolves:
        found = [_sentence(event.reason), _lasted(event)]
    elif event.identity.alert in health.NAMES:
        found = [_sentence(event.reason), _since(event, facts), _meaning(event.identity)]
    else:
        found = [_sentence(event.reason), _since(event, facts), _unusual(event, facts), _basis(facts)]
    return " ".join(sentence for sentence in found if sentence)


def _summaries(event: AlertEvent, room: int) -> tuple[str, ...]:
    """What happened, the longer words first."""
    if not event.resolves:
        return (_summary(event, room),)
    about = _about(event.identity, room)
    after = "" if event.fired_at is None else f" after {lasting(event.window_end - event.fired_at)}"
    return f"{about} resolved: {event.reason}", f"{about} resolved{after}"


def _summary(event: AlertEvent, room: int) -> str:
    if event.identity.alert in (health.ERROR, health.NOT_DELIVERED):
        return f"{_about(event.identity, room)}: {event.reason}"
    identity = event.identity
    parts = (identity.metric, *_names(identity, room))
    series = " of ".join(part for part in parts if part)
    over = f"over {length(identity.window_seconds)}"
    model = clipped(identity.model, room)
    if event.value is None or math.isnan(event.value):
        return f"{model}: {series} has no value {over}"
    limit = "" if event.limit_value is None else f", limit {number(event.limit_value)}"
    return f"{model}: {series} is {number(event.value)} {over}{limit}"


def _about(identity: Identity, room: int) -> str:
    """Which alert, in a few words."""
    if identity.alert == health.NOT_DELIVERED:
        return f"messages to {clipped(identity.receiver, room)} do not arrive"
    if identity.alert == health.ERROR:
        return f"{clipped(identity.model, room)}: windows of {length(identity.window_seconds)} cannot be measured"
    names = " of ".join(part for part in (clipped(identity.alert, room), *_names(identity, room)) if part)
    return f"{names} of {clipped(identity.model, room)} over {length(identity.window_seconds)}"


def _names(identity: Identity, room: int) -> tuple[str, str, str]:
    """Which column and which rows an alert is about, where it is not all of them."""
    version = f"version {clipped(identity.version, room)}" if identity.version else ""
    return clipped(identity.column_name, room), clipped(identity.segment, room), version


def _since(event: AlertEvent, facts: Facts) -> str:
    if facts.broken_since is None or facts.broken_since >= event.window_end:
        return ""
    return f"It has been so since {instant(facts.broken_since)}."


def _lasted(event: AlertEvent) -> str:
    """How long an episode lasted, in event time."""
    if event.fired_at is None:
        return ""
    span = event.window_end - event.fired_at
    if span < timedelta(minutes=1):
        return f"It fired at {instant(event.fired_at)} only."
    return f"It fired for {lasting(span)}, from {instant(event.fired_at)} to {instant(event.window_end)}."


def _meaning(identity: Identity) -> str:
    if identity.alert == health.NOT_DELIVERED:
        return "What still fires is told again when its group speaks next."
    if identity.alert == health.ERROR:
        return f"Until that is mended, nobody knows how {identity.model} does: its other alerts stay as they are."
    return "Without values its rule cannot tell whether all is well."


def _unusual(event: AlertEvent, facts: Facts) -> str:
    """How a value compares with its own past and with the reference."""
    reference = "" if _unknown(facts.reference_value) else f"On the reference it is {number(facts.reference_value)}."
    if facts.past is None or event.value is None or math.isnan(event.value):
        return reference
    return f"{_extreme(event, event.value, facts.past)} {reference}".strip()


def _extreme(event: AlertEvent, value: float, past: Past) -> str:
    is_high = value >= (past.middle if event.limit_value is None else event.limit_value)
    as_extreme = past.higher if is_high else past.lower
    span = lasting(event.window_end - past.since)
    if past.windows < FEW:
        return f"The window before had {number(past.last)}."
    _, lowest, highest, middle = numbers_alike(event.limit_value, past.lowest, past.highest, past.middle)
    spread = f"between {lowest} and {highest}, around {middle}"
    if not as_extreme:
        return f"That is the {'highest' if is_high else 'lowest'} in {span}: it used to lie {spread}."
    times = "once" if as_extreme == 1 else f"{as_extreme:,} times"
    side = "high" if is_high else "low"
    return f"It was as {side} {times} in the {past.windows:,} windows before, {span}: it used to lie {spread}."


def _basis(facts: Facts) -> str:
    """How many rows a value stands on."""
    if not facts.rows:
        return ""
    lower, upper = numbers_alike(facts.lower, facts.upper)
    interval = "" if _unknown(facts.lower, facts.upper) else f" (95 %: {lower} to {upper})"
    targets = "" if facts.target_coverage is None else f"; {share(facts.target_coverage)} have their target"
    return f"It stands on {facts.rows:,} {'row' if facts.rows == 1 else 'rows'}{interval}{targets}."


def _sentence(text: str) -> str:
    """A text as a sentence, with a stop at its end."""
    text = " ".join(text.split())
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def _unknown(*values: float | None) -> bool:
    return any(value is None or not math.isfinite(value) for value in values)
