"""Posts messages as JSON, in the form of Alertmanager's webhook."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from alerts.channels.address import Resolve, system_addresses
from alerts.channels.post import TIME_OUT, json_body, post, web_url
from alerts.notification import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Posts to one URL; with a secret, signs time and body in `X-Seamark-Signature`.

    The URL and the secret stay out of logs and of the object's text; user and password in the URL are sent as
    basic authentication. ValueError if the URL cannot be one of a webhook.
    """

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    now: Callable[[], datetime] = field(repr=False)
    time_out: timedelta = TIME_OUT
    resolve: Resolve = field(default=system_addresses, repr=False)
    resend_every: ClassVar[timedelta | None] = None

    def __post_init__(self) -> None:
        web_url(self.url, of="a webhook")

    def send(self, notification: Notification) -> None:
        body = json_body(notification.payload)
        headers = {"Idempotency-Key": header_text(notification.dedup_key)}
        if self.secret:
            headers |= signed(body, self.secret, at=self.now())
        url = web_url(self.url, of="a webhook")
        post(url, body, headers, time_out=self.time_out, now=self.now, resolve=self.resolve)


def header_text(key: str) -> str:
    """A key as a header can hold it: itself, or else its digest.

    >>> header_text("team/7"), header_text("größe")
    ('team/7', 'd353a2...')
    """
    return key if key.isascii() and key.isprintable() else hashlib.sha256(key.encode()).hexdigest()


def signed(body: bytes, secret: str, *, at: datetime) -> dict[str, str]:
    """The headers that prove who sent a body, and when: an old message that is sent again can be told.

    >>> signed(b"{}", "key", at=datetime.fromtimestamp(1370246400))
    {'X-Seamark-Timestamp': '1370246400', 'X-Seamark-Signature': 'sha256=6335...'}
    """
    timestamp = str(int(at.timestamp()))
    signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Seamark-Timestamp": timestamp, "X-Seamark-Signature": f"sha256={signature}"}
