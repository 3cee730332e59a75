"""What every channel promises: sends once, says whether another try makes sense, and keeps its secrets."""

from __future__ import annotations

import base64
import io
import json
import logging
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from time import monotonic
from traceback import format_exception

import pytest
from builders.http_receiver import (
    HttpReceiver,
    answer,
    echo,
    hang,
    huge_body,
    nonsense,
    reset,
    slow_body,
    slow_headers,
)
from builders.mail_receiver import MailReceiver
from builders.notifications import NOW, notification
from builders.readings import event

import alerts.channels
from alerts.channels.catalogue import CHANNELS
from alerts.channels.channel import Channel, DeliveryError

SECRET = "hunter2"
CREDENTIALS = base64.b64encode(f"{SECRET}:{SECRET}".encode()).decode()
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
        arrived=lambda: stream.getvalue().count("[FIRING:"),
        fail=stream.close,
    )


@dataclass(frozen=True, slots=True)
class WebStand(RemoteStand):
    """A receiver on the web that can fail in every way; whether the channel hears how long to wait."""

    receiver: HttpReceiver
    hears_retry_after: bool


@contextmanager
def web(
    make: Callable[[HttpReceiver], Channel], *, success: int = 200, hears_retry_after: bool = True
) -> Iterator[WebStand]:
    with HttpReceiver() as receiver:

        def told(behave: Callable[..., None]) -> Callable[[], None]:
            return lambda: setattr(receiver, "behave", behave)

        receiver.behave = answer(success)
        yield WebStand(
            channel=make(receiver),
            arrived=lambda: len(receiver.got),
            refuse=told(echo(404)),
            fail=told(echo(503)),
            hang=told(hang),
            receiver=receiver,
            hears_retry_after=hears_retry_after,
        )


def address(receiver: HttpReceiver) -> str:
    """A web address that is a secret from end to end."""
    return receiver.url(f"/{SECRET}?token={SECRET}", user=f"{SECRET}:{SECRET}@")


def webhook() -> AbstractContextManager[WebStand]:
    return web(lambda it: CHANNELS["webhook"](url=address(it), secret=SECRET, now=lambda: NOW, time_out=SHORT))


def alertmanager() -> AbstractContextManager[WebStand]:
    return web(lambda it: CHANNELS["alertmanager"](urls=(address(it),), now=lambda: NOW, time_out=SHORT))


def pagerduty() -> AbstractContextManager[WebStand]:
    def make(receiver: HttpReceiver) -> Channel:
        return CHANNELS["pagerduty"](key=SECRET, url=address(receiver), now=lambda: NOW, time_out=SHORT)

    return web(make, success=202)


def apprise() -> AbstractContextManager[WebStand]:
    def make(receiver: HttpReceiver) -> Channel:
        url = address(receiver).replace("http://", "json://") + "&redirect=yes&retry=3"
        return CHANNELS["apprise"](url=url, time_out=SHORT, longest=3 * SHORT)

    return web(make, hears_retry_after=False)


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
WEB: dict[str, Callable[[], AbstractContextManager[WebStand]]] = {
    "alertmanager": alertmanager,
    "apprise": apprise,
    "pagerduty": pagerduty,
    "webhook": webhook,
}
REMOTE: dict[str, Callable[[], AbstractContextManager[RemoteStand]]] = {"email": email, **WEB}


@pytest.fixture(params=[*LOCAL.values(), *REMOTE.values()], ids=[*LOCAL, *REMOTE])
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    with request.param() as standing:
        yield standing


@pytest.fixture(params=REMOTE.values(), ids=REMOTE)
def remote(request: pytest.FixtureRequest) -> Iterator[RemoteStand]:
    with request.param() as standing:
        yield standing


@pytest.fixture(params=WEB.values(), ids=WEB)
def on_the_web(request: pytest.FixtureRequest) -> Iterator[WebStand]:
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
        if isinstance(value, type) and value is not Channel and {"send", "resend_every"} <= set(dir(value))
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


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403, 404, 405, 409, 410])
def test_what_is_refused_is_not_worth_another_try(on_the_web: WebStand, status: int) -> None:
    on_the_web.receiver.behave = answer(status, location=on_the_web.receiver.url("/elsewhere"))
    assert error_of(on_the_web.channel).permanent
    assert len(on_the_web.receiver.got) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_wrong_with_the_message_stays_wrong(on_the_web: WebStand, status: int) -> None:
    on_the_web.receiver.behave = answer(status)
    assert error_of(on_the_web.channel).permanent


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_trouble_of_a_server_is_worth_another_try(on_the_web: WebStand, status: int) -> None:
    on_the_web.receiver.behave = answer(status, retry_after="7")
    error = error_of(on_the_web.channel)
    assert not error.permanent
    assert error.retry_after == (timedelta(seconds=7) if on_the_web.hears_retry_after else None)
    assert len(on_the_web.receiver.got) == 1


@pytest.mark.parametrize("behave", [hang, slow_headers, reset, nonsense])
def test_a_server_that_does_not_answer_properly_is_worth_another_try(on_the_web: WebStand, behave: object) -> None:
    on_the_web.receiver.behave = behave
    started = monotonic()
    assert not error_of(on_the_web.channel).permanent
    assert monotonic() - started < 5


@pytest.mark.parametrize("status", [200, 503])
@pytest.mark.parametrize("behave", [slow_body, huge_body])
def test_an_answer_that_does_not_end_holds_nobody_up(
    on_the_web: WebStand, behave: Callable[[int], Callable[..., None]], status: int
) -> None:
    on_the_web.receiver.behave = behave(status)
    started = monotonic()
    with suppress(DeliveryError):
        on_the_web.channel.send(MESSAGE)
    assert monotonic() - started < 5
    assert len(on_the_web.receiver.got) == 1


def test_a_port_where_nobody_listens_is_worth_another_try(on_the_web: WebStand) -> None:
    on_the_web.receiver.shutdown()
    on_the_web.receiver.server_close()
    assert not error_of(on_the_web.channel).permanent


def test_a_channel_says_whether_it_wants_to_hear_again(stand: Stand) -> None:
    name = next(name for name, kind in CHANNELS.items() if isinstance(stand.channel, kind))
    assert stand.channel.resend_every == (timedelta(minutes=1) if name == "alertmanager" else None)


def test_no_secret_is_in_logs_payload_or_the_text_of_the_channel(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        stand.channel.send(MESSAGE)
    assert SECRET not in repr(stand.channel) + json.dumps(MESSAGE.payload) + caplog.text


def test_no_secret_is_in_an_error_though_the_answer_repeats_all_that_was_sent(
    on_the_web: WebStand, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for status in (301, 400, 403, 422, 429, 500):
            on_the_web.receiver.behave = echo(status, location=on_the_web.receiver.url(f"/{SECRET}"))
            error = error_of(on_the_web.channel)
            assert SECRET not in "".join(format_exception(error)) + caplog.text
            assert CREDENTIALS not in str(error)


@pytest.mark.parametrize("way", ["refuse", "fail", "hang"])
def test_no_secret_is_in_logs_and_errors_of_a_failure(
    remote: RemoteStand, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    getattr(remote, way)()
    with caplog.at_level(logging.DEBUG):
        error = error_of(remote.channel)
    assert SECRET not in str(error) + caplog.text
