"""What an event keeps for its messages, as JSON: the facts, the words made of them, the page that shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from alerts.evaluate import Evaluation
from alerts.facts import Facts
from alerts.state import AlertEvent, Identity
from alerts.wording import instant, timestamp
from alerts.words import words_of

FactsOf = Callable[[Evaluation], Mapping[Identity, Facts]]


def nothing_known(_: Evaluation) -> Mapping[Identity, Facts]:
    """For alerts of which nothing is known but what they say themselves."""
    return {}


def with_content(evaluation: Evaluation, facts_of: FactsOf) -> Evaluation:
    """The evaluation with words and facts in all its events that anybody may be told of."""
    if not any(event.fires or event.resolves for event in evaluation.events):
        return evaluation
    facts = facts_of(evaluation)
    events = (
        replace(event, content=content(event, facts.get(event.identity, Facts())))
        if event.fires or event.resolves
        else event
        for event in evaluation.events
    )
    return replace(evaluation, events=tuple(events))


def content(event: AlertEvent, facts: Facts) -> Mapping[str, object]:
    """All that a message needs of an event, whenever it is made."""
    return {"annotations": words_of(event, facts), "facts": facts.as_json(), "page": page_of(event)}


def annotations_of(event: AlertEvent) -> dict[str, str]:
    """The words of an event: those that it was recorded with, or else what can be said without facts."""
    kept = event.content.get("annotations")
    if isinstance(kept, Mapping) and "summary" in kept and "description" in kept:
        return {str(name): str(text) for name, text in kept.items()}
    return words_of(event, Facts())


def last_of(ends: Sequence[AlertEvent]) -> AlertEvent:
    """The last of an alert's episodes that were over before anybody was told, in words for all of them."""
    last = ends[-1]
    if len(ends) == 1:
        return last
    words = annotations_of(last)
    since = min(event.fired_at or event.window_end for event in ends)
    many = f"It is the last of {len(ends)} times since {instant(since)} that were over before anybody was told."
    words["description"] = f"{words['description']} {many}".lstrip()
    return replace(last, content={**last.content, "annotations": words})


def page_of(event: AlertEvent) -> str:
    """The page that shows the series up to the event's window, as it stands after the dashboard's address."""
    identity = event.identity
    if not identity.metric:
        return f"model?{urlencode({'model': identity.model})}" if identity.model else ""
    query = {
        "model": identity.model,
        "metric": identity.metric,
        "column": identity.column_name,
        "window": identity.window_seconds,
        "end": timestamp(event.window_end),
    }
    return f"model?{urlencode(query, safe=':')}"
