"""Messages by Apprise, as they arrive at a web server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from builders.http_receiver import HttpReceiver, answer
from builders.notifications import notification
from builders.readings import event, resolved

from alerts.channels.apprise import Apprise
from alerts.channels.channel import DeliveryError


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with HttpReceiver() as running:
        yield running


def chat(receiver: HttpReceiver, query: str = "", *, scheme: str = "json") -> Apprise:
    return Apprise(url=receiver.url(f"/hook{query}").replace("http", scheme), time_out=timedelta(seconds=2))


def test_a_message_arrives_as_plain_text_with_its_headline(receiver: HttpReceiver) -> None:
    chat(receiver).send(notification(event(column_name="a_b *c* <d>")))
    told = json.loads(receiver.got[0].body)
    assert told["title"] == "[FIRING:1] AucDrop late_arrival: a_b *c* <d>"
    assert "roc_auc of a_b *c* <d> is 0.671 over 1 day, limit 0.7" in told["message"]
    assert told["type"] == "failure"


def test_the_end_of_an_alert_is_a_success(receiver: HttpReceiver) -> None:
    chat(receiver).send(notification(resolved()))
    assert json.loads(receiver.got[0].body)["type"] == "success"


def test_a_flood_is_cut_to_what_the_service_takes_and_says_so(receiver: HttpReceiver) -> None:
    flood = (event(column_name=f"column_{number}") for number in range(2000))
    chat(receiver).send(notification(*flood, max_alerts=0))
    (got,) = receiver.got
    message = json.loads(got.body)["message"]
    assert 30_000 < len(message) <= 32_768
    assert message.endswith("the message is longer than this service takes)")


def test_another_kind_of_service_gets_the_same_words(receiver: HttpReceiver) -> None:
    chat(receiver, scheme="form").send(notification(event()))
    told = parse_qs(receiver.got[0].body.decode())
    assert told["title"] == ["[FIRING:1] AucDrop late_arrival"]


def test_what_the_url_says_of_redirects_and_retries_does_not_count(receiver: HttpReceiver) -> None:
    receiver.behave = answer(302, location=receiver.url("/elsewhere"))
    with pytest.raises(DeliveryError, match="JSON answered 302") as caught:
        chat(receiver, "?redirect=yes&retry=3").send(notification(event()))
    assert caught.value.permanent
    assert [got.path for got in receiver.got] == ["/hook"]
