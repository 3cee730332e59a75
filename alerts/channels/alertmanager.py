"""Hands alerts to Alertmanagers, which group, route and silence them; to every replica of a cluster."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from alerts.channels.address import Resolve, system_addresses
from alerts.channels.answer import RefusedError, words_of
from alerts.channels.batches import hand_over
from alerts.channels.channel import DeliveryError
from alerts.channels.deadline import Deadline
from alerts.channels.post import TIME_OUT, Line, json_body, secrets_of, web_url
from alerts.channels.postable import PostableAlert, postables
from alerts.notification import Notification

logger = logging.getLogger(__name__)

BATCH = 200
MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of the alerts at one replica: all of them failed, or these were refused and it has the others."""

    failed: DeliveryError | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alertmanager:
    """Posts to `/api/v2/alerts` of every URL.

    An Alertmanager forgets what it is not told again, and does not pass alerts on to the others of its cluster. So
    one that is down does no harm as long as another took the alerts: it hears of what fires within `resend_every`.
    One that refuses is an error even then, because it would do so for ever.
    """

    urls: tuple[str, ...] = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    time_out: timedelta = TIME_OUT
    longest: timedelta = timedelta(seconds=60)
    resolve: Resolve = field(default=system_addresses, repr=False)
    resend_every: ClassVar[timedelta | None] = timedelta(minutes=1)

    def __post_init__(self) -> None:
        if not self.urls:
            raise ValueError("alerts go to one or more Alertmanagers")
        for url in self.urls:
            _alerts_url(url)

    def send(self, notification: Notification) -> None:
        alerts = postables(notification.payload["alerts"], self.now())
        _judge([self._tell(_alerts_url(url), alerts) for url in self.urls])

    def _tell(self, url: httpx.URL, alerts: Sequence[PostableAlert]) -> _Outcome:
        deadline = Deadline.after(self.longest / len(self.urls))
        try:
            with Line(url, deadline=deadline, now=self.now, resolve=self.resolve) as line:
                refused = hand_over(
                    alerts,
                    lambda batch: line.post(json_body(batch), deadline=deadline.sooner(self.time_out)),
                    size=BATCH,
                )
        except DeliveryError as error:
            return _Outcome(failed=error)
        return _Outcome(refused=_refused(url, refused))


def _judge(outcomes: Sequence[_Outcome]) -> None:
    failed = [outcome.failed for outcome in outcomes if outcome.failed]
    temporary = [error for error in failed if not error.permanent]
    refused = [outcome.refused for outcome in outcomes if outcome.refused]
    message = "; ".join(dict.fromkeys([*map(str, failed), *refused]))
    if len(failed) == len(outcomes) and temporary:
        asked_for = [error.retry_after for error in temporary if error.retry_after]
        raise DeliveryError(message, permanent=False, retry_after=min(asked_for, default=None))
    if len(temporary) < len(failed) or refused:
        raise DeliveryError(message, permanent=True)
    if failed:
        logger.warning("another Alertmanager took the alerts: %s", message)


def _refused(url: httpx.URL, refused: Sequence[tuple[PostableAlert, RefusedError]]) -> str:
    """Which alerts were refused, and why; the first few of them."""
    if not refused:
        return ""
    hide = secrets_of(url)
    named = [f"{_labels(alert)} ({error}{words_of(error.answer, hide)})" for alert, error in refused[:MAX_NAMED]]
    more = f" and {len(refused) - MAX_NAMED} more" if len(refused) > MAX_NAMED else ""
    return f"refused {', '.join(named)}{more}; the other alerts were taken"


def _labels(alert: PostableAlert) -> str:
    return "{" + ", ".join(f"{name}={value!r}" for name, value in sorted(alert["labels"].items())) + "}"


def _alerts_url(text: str) -> httpx.URL:
    url = web_url(text, of="an Alertmanager")
    return url.copy_with(path=f"{url.path.rstrip('/')}/api/v2/alerts")
