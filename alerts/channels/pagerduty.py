"""Opens and closes incidents at PagerDuty, one for each episode of each alert."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from alerts.channels.address import Resolve, system_addresses
from alerts.channels.answer import RefusedError, words_of
from alerts.channels.batches import ABOUT_THE_CONTENT
from alerts.channels.channel import DeliveryError
from alerts.channels.deadline import Deadline
from alerts.channels.incident import Event, incident_event
from alerts.channels.post import TIME_OUT, Line, json_body, secrets_of, web_url
from alerts.notification import Notification

EVENTS_URL = "https://events.pagerduty.com/v2/enqueue"
MAX_REFUSED = 10  # so many in a row, and none taken before: it is not about this or that alert
MAX_UNFINISHED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDuty:
    """Sends one event for each alert of a message, those that page first.

    PagerDuty takes some hundred events a minute. A message that it took in part is tried again as a whole by
    whoever tries again; what it took before is left out then, as long as this process lives. Sent twice it would do
    no harm: events of one `dedup_key` are one incident.
    """

    key: str = field(repr=False)
    url: str = field(default=EVENTS_URL, repr=False)
    now: Callable[[], datetime] = field(repr=False)
    time_out: timedelta = TIME_OUT
    longest: timedelta = timedelta(seconds=60)
    resolve: Resolve = field(default=system_addresses, repr=False)
    resend_every: ClassVar[timedelta | None] = None
    _taken: dict[str, set[str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        web_url(self.url, of="PagerDuty")

    def send(self, notification: Notification) -> None:
        events = _events(notification, self.key)
        taken = self._taken_of(notification.dedup_key)
        refused = self._hand_over([event for event in events if _name(event) not in taken], taken)
        del self._taken[notification.dedup_key]
        if refused:
            raise DeliveryError(f"{len(refused)} of {len(events)} alerts: {refused[0]}", permanent=True)

    def _taken_of(self, dedup_key: str) -> set[str]:
        """What PagerDuty took of a message already; messages that nobody tries any more are forgotten."""
        if dedup_key not in self._taken and len(self._taken) >= MAX_UNFINISHED:
            del self._taken[next(iter(self._taken))]
        return self._taken.setdefault(dedup_key, set())

    def _hand_over(self, events: Sequence[Event], taken: set[str]) -> list[str]:
        """Send events until the time is over; what was refused for itself, and why."""
        deadline = Deadline.after(self.longest)
        refused: list[str] = []
        with Line(web_url(self.url, of="PagerDuty"), deadline=deadline, now=self.now, resolve=self.resolve) as line:
            for event in events:
                try:
                    line.post(json_body(event), deadline=deadline.sooner(self.time_out))
                except DeliveryError as error:
                    refused.append(self._refusal(event, error, len(taken)))
                    if len(refused) == MAX_REFUSED and not taken:
                        break
                else:
                    taken.add(_name(event))
        return refused

    def _refusal(self, event: Event, error: DeliveryError, taken: int) -> str:
        """Why an event was refused, where another may be taken; else the error."""
        words = ""
        if isinstance(error, RefusedError):
            words = words_of(error.answer, [self.key, *secrets_of(web_url(self.url, of="PagerDuty"))])
            if error.status in ABOUT_THE_CONTENT:
                return f"{event['payload']['summary']!r} was refused: {error}{words}"
        progress = f" ({taken} alerts were taken)" if taken else ""
        raise DeliveryError(
            f"{error}{words}{progress}", permanent=error.permanent, retry_after=error.retry_after
        ) from error


def _events(notification: Notification, key: str) -> list[Event]:
    """The events of a message, those that page first."""
    body = notification.payload
    events = [incident_event(alert, body, routing_key=key) for alert in body["alerts"]]
    return sorted(events, key=lambda event: event["payload"]["severity"] != "critical")


def _name(event: Event) -> str:
    return f"{event['event_action']} {event['dedup_key']}"
