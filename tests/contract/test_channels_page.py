"""What docs/channels.md shows is true: its configuration is read, and its check of signatures checks them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders.http_receiver import Got, HttpReceiver
from builders.notifications import NOW, notification
from builders.readings import event

from alerts.channels.catalogue import CHANNELS
from alerts.channels.webhook import Webhook
from monitor.config.loader import read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "channels.md").read_text("utf-8")
MODEL = """version: 1
store: sqlite:///seamark.db
models:
  late_arrival:
    task: none
    predictions: {table: predictions, columns: {id: id, time: at}}
    reference: {from: 2013-01-01, to: 2013-04-01}
alerts:
  route: {receiver: team}
"""
ENVIRONMENT = {
    "SMTP_URL": "smtp://me:pass@mail.example.org:587",
    "HOOK_SECRET": "s3cret",
    "PAGERDUTY_KEY": "0123456789abcdef0123456789abcdef",
    "CHAT_URL": "json://chat.example.org",
}


def shown(language: str, text: str = PAGE) -> str:
    """The first block in a language."""
    found = re.search(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def is_genuine() -> Callable[..., bool]:
    names: dict[str, Callable[..., bool]] = {}
    exec(shown("python"), names)
    return names["is_genuine"]


@pytest.fixture(scope="module")
def got() -> Got:
    with HttpReceiver() as receiver:
        channel = Webhook(url=receiver.url(), secret="s3cret", now=lambda: NOW)
        channel.send(notification(event(column_name="größe")))
        return receiver.got[0]


def seconds(later: timedelta = timedelta(0)) -> Callable[[], float]:
    return (NOW + later).timestamp


def test_a_message_of_the_real_channel_is_genuine(is_genuine: Callable[..., bool], got: Got) -> None:
    assert is_genuine(got.headers, got.body, "s3cret", now=seconds())
    assert is_genuine(got.headers, got.body, "s3cret", now=seconds(timedelta(minutes=4)))


def test_a_message_that_is_sent_again_later_is_not_genuine(is_genuine: Callable[..., bool], got: Got) -> None:
    assert not is_genuine(got.headers, got.body, "s3cret", now=seconds(timedelta(minutes=6)))


@pytest.mark.parametrize(
    ("headers", "body", "secret"),
    [
        ({}, b"", "other"),
        ({}, b" ", "s3cret"),
        ({"X-Seamark-Timestamp": str(int(NOW.timestamp()) + 1)}, b"", "s3cret"),
        ({"X-Seamark-Timestamp": "soon"}, b"", "s3cret"),
        ({"X-Seamark-Signature": ""}, b"", "s3cret"),
    ],
    ids=["another secret", "another body", "another time", "no time", "no signature"],
)
def test_a_message_that_was_changed_is_not_genuine(
    is_genuine: Callable[..., bool], got: Got, headers: Mapping[str, str], body: bytes, secret: str
) -> None:
    assert not is_genuine({**got.headers, **headers}, got.body + body, secret, now=seconds())


def test_a_message_without_a_signature_is_not_genuine(is_genuine: Callable[..., bool], got: Got) -> None:
    assert not is_genuine({}, got.body, "s3cret", now=seconds())


def test_the_receivers_that_are_shown_are_read_and_show_every_channel() -> None:
    text = MODEL + textwrap.indent(shown("yaml"), "  ")
    settings = read(text, file="channels.md", folder=ROOT, environment=ENVIRONMENT)
    assert {receiver.kind for receiver in settings.alerts.receivers} == set(CHANNELS)


def test_every_channel_has_a_chapter() -> None:
    assert set(re.findall(r"^## (\w+)$", PAGE, flags=re.MULTILINE)) == set(CHANNELS)


def test_the_clock_of_the_snippet_is_the_one_of_the_channel(is_genuine: Callable[..., bool]) -> None:
    with HttpReceiver() as receiver:
        Webhook(url=receiver.url(), secret="s3cret", now=lambda: datetime.now(UTC)).send(notification(event()))
        (got,) = receiver.got
    assert is_genuine(got.headers, got.body, "s3cret")
