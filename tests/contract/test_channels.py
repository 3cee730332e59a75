"""What every channel promises: sends once, says whether another try makes sense, and keeps its secrets."""

from __future__ import annotations

import io
import json
import logging
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

import pytest
from builders.http_receiver import HttpReceiver, answer, hang
from builders.mail_receiver import MailReceiver
from builders.notifications import NOW, notification
from builders.readings import event

import alerts.channels
from alerts.channels.catalogue import CHANNELS
from alerts.channels.channel import Channel, DeliveryError

SECRET = "hunter2"
SHORT = timedelta(seconds=0.3)
MESSAGE = notification(event(column_name="dep_delay"))


@dataclass(frozen=True, slots=True)
class Stand:
    """A channel before a receiver: `arrived` counts messages, `fail` makes the receiver fail for a while."""

    channel: Channel
    arrived: Callable[[], int]
    fail: Callable[[], None]


@dataclass(frozen=True, slots=True)
class RemoteStand(Stand):
    """A receiver that can also refuse for good, or hang."""

    refuse: Callable[[], None]
    hang: Callable[[], None]


@contextmanager
def console() -> Iterator[Stand]:
    stream = io.StringIO()
    yield Stand(
        channel=CHANNELS["console"](stream),
        arrived=lambda: stream.getvalue().count("[FIRING]"),
        fail=stream.close,
    )


@contextmanager
def webhook() -> Iterator[RemoteStand]:
    with HttpReceiver() as receiver:

        def told(behave: Callable[..., None]) -> Callable[[], None]:
            return lambda: setattr(receiver, "behave", behave)

        url = receiver.url(f"/{SECRET}", user=f"{SECRET}:{SECRET}@")
        yield RemoteStand(
            channel=CHANNELS["webhook"](url=url, secret=SECRET, now=lambda: NOW, time_out=SHORT),
            arrived=lambda: len(receiver.got),
            refuse=told(answer(404)),
            fail=told(answer(503)),
            hang=told(hang),
        )


@contextmanager
def email() -> Iterator[RemoteStand]:
    with MailReceiver() as receiver:
        url = receiver.url("&starttls=false", user=f"seamark%40example.org:{SECRET}@")
        receiver.password = SECRET
        yield RemoteStand(
            channel=CHANNELS["email"](to=("ml@example.org",), smtp=url, time_out=SHORT),
            arrived=lambda: len(receiver.got),
            refuse=lambda: receiver.answers.update(DATA="554 no"),
            fail=lambda: receiver.answers.update(DATA="451 later"),
            hang=lambda: setattr(receiver, "hangs", True),
        )


LOCAL: dict[str, Callable[[], AbstractContextManager[Stand]]] = {"console": console}
REMOTE: dict[str, Callable[[], AbstractContextManager[RemoteStand]]] = {"email": email, "webhook": webhook}


@pytest.fixture(params=[*LOCAL.values(), *REMOTE.values()], ids=[*LOCAL, *REMOTE])
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    with request.param() as standing:
        yield standing


@pytest.fixture(params=REMOTE.values(), ids=REMOTE)
def remote(request: pytest.FixtureRequest) -> Iterator[RemoteStand]:
    with request.param() as standing:
        yield standing


def error_of(channel: Channel) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(MESSAGE)
    return caught.value


def test_every_channel_is_in_the_catalogue_and_stands_before_this_contract() -> None:
    modules = [
        import_module(f"alerts.channels.{found.name}") for found in pkgutil.iter_modules(alerts.channels.__path__)
    ]
    channels = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and value is not Channel and callable(getattr(value, "send", None))
    }
    assert set(CHANNELS.values()) == channels
    assert {*LOCAL, *REMOTE} == set(CHANNELS)


def test_a_message_is_sent_once(stand: Stand) -> None:
    stand.channel.send(MESSAGE)
    assert stand.arrived() == 1


def test_sending_does_not_change_the_message(stand: Stand) -> None:
    before = json.dumps(MESSAGE.payload)
    stand.channel.send(MESSAGE)
    assert json.dumps(MESSAGE.payload) == before


def test_a_trouble_of_the_receiver_is_not_permanent(stand: Stand) -> None:
    stand.fail()
    assert not error_of(stand.channel).permanent


def test_a_refusal_is_permanent(remote: RemoteStand) -> None:
    remote.refuse()
    assert error_of(remote.channel).permanent


def test_a_time_out_is_not_permanent(remote: RemoteStand) -> None:
    remote.hang()
    assert not error_of(remote.channel).permanent


def test_no_secret_is_in_logs_payload_or_the_text_of_the_channel(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        stand.channel.send(MESSAGE)
    assert SECRET not in repr(stand.channel) + json.dumps(MESSAGE.payload) + caplog.text


@pytest.mark.parametrize("way", ["refuse", "fail", "hang"])
def test_no_secret_is_in_logs_and_errors_of_a_failure(
    remote: RemoteStand, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    getattr(remote, way)()
    with caplog.at_level(logging.DEBUG):
        error = error_of(remote.channel)
    assert SECRET not in str(error) + caplog.text
