"""Starts whatever listens at a web address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.actions.action import ActionError, ActionRequest, Outcome
from alerts.channels.address import Resolve, system_addresses
from alerts.channels.channel import DeliveryError
from alerts.channels.post import TIME_OUT, json_body, post, web_url
from alerts.channels.webhook import signed


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAction:
    """Posts the request as JSON; signed as messages are, the key as `Idempotency-Key`.

    Every 2xx is a start. What is answered stays unread: it is anybody's text.
    """

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    now: Callable[[], datetime] = field(repr=False)
    time_limit: timedelta = TIME_OUT
    resolve: Resolve = field(default=system_addresses, repr=False)

    def __post_init__(self) -> None:
        web_url(self.url, of="an action")

    def start(self, request: ActionRequest) -> Outcome:
        body = json_body(request.body)
        headers = {"Idempotency-Key": request.key}
        if self.secret:
            headers |= signed(body, self.secret, at=self.now())
        url = web_url(self.url, of="an action")
        try:
            post(url, body, headers, time_out=self.time_limit, now=self.now, resolve=self.resolve)
        except DeliveryError as error:
            raise ActionError(str(error), permanent=error.permanent, retry_after=error.retry_after) from error
        return Outcome(words=f"{url.host} took it")
