"""Webhooks against a real receiver on the loopback that fails in many ways."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from builders.certificate import certificate, server_context
from builders.http_receiver import (
    HttpReceiver,
    answer,
    hang,
    hang_after_the_status,
    huge_body,
    nonsense,
    reset,
    slow_body,
    slow_headers,
    unused_port,
)
from builders.notifications import NOW, notification
from builders.readings import event

from alerts.channels.channel import DeliveryError
from alerts.channels.webhook import Webhook

SHORT = timedelta(seconds=0.3)
MESSAGE = notification(event(column_name="größe"))


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with HttpReceiver() as running:
        yield running


def webhook(url: str, **settings: object) -> Webhook:
    return Webhook(**{"url": url, "now": lambda: NOW, "time_out": SHORT} | settings)


def refusal(url: str, **settings: object) -> DeliveryError:
    """The error of a message that does not arrive."""
    with pytest.raises(DeliveryError) as caught:
        webhook(url, **settings).send(MESSAGE)
    return caught.value


def test_the_body_arrives_under_its_key(receiver: HttpReceiver) -> None:
    webhook(receiver.url("/hook?token=1")).send(MESSAGE)
    (got,) = receiver.got
    assert json.loads(got.body) == MESSAGE.payload
    assert got.path == "/hook?token=1"
    assert got.headers["Idempotency-Key"] == MESSAGE.dedup_key
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert "X-Seamark-Signature" not in got.headers


def test_the_receiver_can_prove_the_signature_with_the_secret(receiver: HttpReceiver) -> None:
    webhook(receiver.url(), secret="s3cret").send(MESSAGE)
    (got,) = receiver.got
    assert got.headers["X-Seamark-Timestamp"] == str(int(NOW.timestamp()))
    expected = hmac.new(b"s3cret", b"%d." % NOW.timestamp() + got.body, hashlib.sha256).hexdigest()
    assert got.headers["X-Seamark-Signature"] == f"sha256={expected}"


def test_user_and_password_of_the_url_are_basic_authentication(receiver: HttpReceiver) -> None:
    webhook(receiver.url(user="me:p%40ss@")).send(MESSAGE)
    (got,) = receiver.got
    assert got.headers["Authorization"] == f"Basic {base64.b64encode(b'me:p@ss').decode()}"
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_success(receiver: HttpReceiver, status: int) -> None:
    receiver.behave = answer(status)
    webhook(receiver.url()).send(MESSAGE)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [300, 301, 302, 307, 400, 401, 403, 404, 405, 409, 410, 413, 422])
def test_a_refusal_of_the_message_is_permanent(receiver: HttpReceiver, status: int) -> None:
    receiver.behave = answer(status, location=receiver.url("/elsewhere"))
    error = refusal(receiver.url())
    assert error.permanent
    assert str(error).startswith(f"127.0.0.1 answered {status} ")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 599])
def test_a_trouble_of_the_receiver_is_not_permanent(receiver: HttpReceiver, status: int) -> None:
    receiver.behave = answer(status)
    error = refusal(receiver.url())
    assert (error.permanent, error.retry_after) == (False, None)


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_is_not_followed(receiver: HttpReceiver, status: int) -> None:
    receiver.behave = answer(status, location=receiver.url("/elsewhere"))
    refusal(receiver.url())
    assert [got.path for got in receiver.got] == ["/hook"]


@pytest.mark.parametrize(
    ("status", "header", "expected"),
    [
        (429, "7", timedelta(seconds=7)),
        (503, "Mon, 03 Jun 2013 08:05:00 GMT", timedelta(minutes=5)),
        (429, "later", None),
        (404, "7", None),
    ],
)
def test_retry_after_is_handed_on(receiver: HttpReceiver, status: int, header: str, expected: timedelta | None) -> None:
    receiver.behave = answer(status, retry_after=header)
    assert refusal(receiver.url()).retry_after == expected


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (hang, "did not answer within 0.3 s"),
        (slow_headers, "did not answer within 0.3 s"),
        (reset, "broke off"),
        (nonsense, "broke off"),
    ],
)
def test_a_receiver_that_does_not_answer_properly_is_tried_again(
    receiver: HttpReceiver, behave: object, words: str
) -> None:
    receiver.behave = behave
    error = refusal(receiver.url())
    assert not error.permanent
    assert words in str(error)


@pytest.mark.parametrize(
    "behave", [huge_body(200), hang_after_the_status, slow_body(200), answer(200, b"x" * 1_000_000)]
)
def test_what_follows_a_success_cannot_hold_us_up(receiver: HttpReceiver, behave: object) -> None:
    receiver.behave = behave
    started = monotonic()
    webhook(receiver.url()).send(MESSAGE)
    assert len(receiver.got) == 1
    assert monotonic() - started < 5


def test_the_body_of_a_refusal_cannot_hold_us_up(receiver: HttpReceiver) -> None:
    receiver.behave = slow_body(503)
    assert str(refusal(receiver.url())) == "127.0.0.1 answered 503 Service Unavailable"


def test_a_receiver_that_takes_nothing_of_a_large_message_is_tried_again() -> None:
    large = replace(MESSAGE, payload={**MESSAGE.payload, "groupKey": "x" * 20_000_000})
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        channel = webhook(f"http://127.0.0.1:{deaf.getsockname()[1]}/")
        with pytest.raises(DeliveryError, match=r"did not answer within 0\.3 s") as caught:
            channel.send(large)
    assert not caught.value.permanent


def test_a_port_where_nobody_listens_is_tried_again() -> None:
    with unused_port() as port:
        error = refusal(f"http://127.0.0.1:{port}/hook")
    assert not error.permanent
    assert "cannot be reached" in str(error)


def test_the_next_address_is_tried_if_nobody_listens_at_the_first(receiver: HttpReceiver) -> None:
    addresses = ["127.0.0.2", "127.0.0.1"]
    webhook(f"http://hook.example.org:{receiver.port}/", resolve=lambda *_: addresses).send(MESSAGE)
    (got,) = receiver.got
    assert got.headers["Host"] == f"hook.example.org:{receiver.port}"


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"])
def test_link_local_and_metadata_addresses_get_no_message(host: str) -> None:
    error = refusal(f"http://{host}/latest/meta-data")
    assert error.permanent
    assert "where no message may go" in str(error)


def test_a_name_that_leads_to_a_metadata_address_gets_no_message(receiver: HttpReceiver) -> None:
    addresses = ["127.0.0.1", "169.254.169.254"]
    error = refusal(f"http://hook.example.org:{receiver.port}/", resolve=lambda *_: addresses)
    assert error.permanent
    assert receiver.got == []


def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    assert not refusal("http://hook.invalid/").permanent


def test_a_certificate_is_checked_against_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path)
    with HttpReceiver(tls=server_context(pem)) as receiver:
        local, other = receiver.url(host="localhost"), f"https://other.example.org:{receiver.port}/"
        assert "certificate" in str(refusal(local))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        webhook(local).send(MESSAGE)
        assert "certificate" in str(refusal(other, resolve=lambda *_: ["127.0.0.1"]))
        assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [200, 404, 500])
def test_nothing_of_the_url_but_its_host_reaches_logs_and_errors(
    receiver: HttpReceiver, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.behave = answer(status)
    told = ""
    with caplog.at_level(logging.DEBUG):
        try:
            webhook(receiver.url("/services/hunter2?key=hunter2", user="hunter2:hunter2@"), secret="hunter2").send(
                MESSAGE
            )
        except DeliveryError as error:
            told = str(error)
    assert len(receiver.got) == 1
    assert "hunter2" not in told + caplog.text
