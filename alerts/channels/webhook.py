"""Posts messages as JSON, in the form of Alertmanager's webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

import httpx

from alerts.channels.address import Resolve, system_addresses
from alerts.channels.post import TIME_OUT, post
from alerts.notification import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Posts to one URL; with a secret, signs the body by HMAC-SHA256 in `X-Seamark-Signature`.

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
        webhook_url(self.url)

    def send(self, notification: Notification) -> None:
        url = webhook_url(self.url)
        body = json.dumps(notification.payload, allow_nan=False, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": notification.dedup_key}
        if self.secret:
            headers["X-Seamark-Signature"] = signature(body, self.secret)
        if url.userinfo:
            pair = f"{url.username}:{url.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        post(url, body, headers, time_out=self.time_out, now=self.now, resolve=self.resolve)


def webhook_url(text: str) -> httpx.URL:
    """A URL that can be posted to; ValueError without the URL in it otherwise."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("not a URL") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("the URL of a webhook begins with http:// or https:// and names a host")
    return url


def signature(body: bytes, secret: str) -> str:
    """What proves that a body comes from somebody who knows the secret.

    >>> signature(b"{}", "key")
    'sha256=a777...'
    """
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
