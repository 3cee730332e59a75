"""From what begins to fire to the actions that its rule starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from alerts.actions.action import ActionRequest
from alerts.message import page
from alerts.rule import Rule, rule_of
from alerts.state import AlertEvent


def requests(rules: Sequence[Rule], told: Iterable[AlertEvent], *, base_url: str) -> list[ActionRequest]:
    """One request for each action of each episode that begins; `told` is what people are told of."""
    return list(_requests(rules, told, base_url.rstrip("/")))


def _requests(rules: Sequence[Rule], told: Iterable[AlertEvent], base_url: str) -> Iterator[ActionRequest]:
    for event in told:
        rule = rule_of(rules, event.identity.alert, event.identity)
        if rule is None or not event.fires:
            continue
        for action in rule.start:
            yield ActionRequest(
                key=key_of(action, event),
                action=action,
                fingerprint=event.identity.fingerprint,
                episode=event.episode,
                labels={**rule.labels, **event.labels, **event.identity.labels(), "severity": event.severity},
                value=event.value,
                limit=event.limit_value,
                window_end=_moment(event.window_end),
                reason=event.reason,
                link=page(event, base_url),
            )


def key_of(action: str, event: AlertEvent) -> str:
    """The name of an action for one episode; its beginning is part of it, for stores that were made anew."""
    began = (event.fired_at or event.window_end).astimezone(UTC)
    return f"{action}-{event.identity.fingerprint[:24]}-{event.episode}-{began:%Y%m%dT%H%M%SZ}"


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
