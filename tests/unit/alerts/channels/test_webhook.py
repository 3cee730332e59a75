"""What a webhook can be, and what Retry-After says."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from alerts.channels.answer import retry_after
from alerts.channels.webhook import Webhook, signed

NOW = datetime(2013, 6, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/hunter2", "https:///hunter2", "hunter2", "https://example.org:hunter2/"]
)
def test_a_url_that_cannot_be_posted_to_is_refused_without_being_told(url: str) -> None:
    with pytest.raises(ValueError, match="URL") as caught:
        Webhook(url=url, now=lambda: NOW)
    assert "hunter2" not in str(caught.value)


def test_neither_url_nor_secret_are_in_the_text_of_a_webhook() -> None:
    webhook = Webhook(url="https://me:hunter2@example.org/hunter2", secret="hunter2", now=lambda: NOW)
    assert "hunter2" not in repr(webhook)


def test_the_signature_covers_the_time_and_the_body() -> None:
    expected = hmac.new(b"key", b'1370246400.{"a": 1}', hashlib.sha256).hexdigest()
    headers = signed(b'{"a": 1}', "key", at=NOW)
    assert headers == {"X-Seamark-Timestamp": "1370246400", "X-Seamark-Signature": f"sha256={expected}"}
    assert signed(b'{"a": 1}', "key", at=NOW + timedelta(seconds=1)) != headers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", timedelta(0)),
        (" 90 ", timedelta(seconds=90)),
        ("Mon, 03 Jun 2013 08:02:00 GMT", timedelta(minutes=2)),
        ("Mon, 03 Jun 2013 08:02:00 -0000", timedelta(minutes=2)),
        ("Mon, 03 Jun 2013 07:00:00 GMT", timedelta(0)),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9" * 40, None),
        ("Mon, 99 Jun 2013 08:02:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nothing_else(text: str, expected: timedelta | None) -> None:
    assert retry_after(text, NOW) == expected
