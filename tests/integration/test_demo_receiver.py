"""The demo's receiver of webhooks, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from threading import Thread

import httpx
import pytest

from monitor.demo.receiver import MAX_BYTES, Mailbox, receiver


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with receiver() as box:
        yield box


def alert(**changes: object) -> dict[str, object]:
    labels = {"alertname": "ColumnDrift", "model": "late_arrival", "column": "dest", "window": "7d"}
    return {"status": "firing", "labels": labels, "startsAt": "2013-07-02T00:00:00Z"} | changes


def post(mailbox: Mailbox, *alerts: dict[str, object], key: str = "k1") -> int:
    body = {"version": "4", "status": "firing", "alerts": list(alerts)}
    return httpx.post(mailbox.url, json=body, headers={"Idempotency-Key": key}).status_code


def test_each_alert_of_a_message_is_kept(mailbox):
    assert post(mailbox, alert(), alert(status="resolved")) == 200
    first, second = mailbox.messages
    assert (first.status, first.alert, first.model, first.column) == ("firing", "ColumnDrift", "late_arrival", "dest")
    assert (first.starts_at, first.key, first.labels["window"]) == ("2013-07-02T00:00:00Z", "k1", "7d")
    assert second.status == "resolved"


def test_an_alert_of_the_whole_model_has_no_column(mailbox):
    post(mailbox, alert(labels={"alertname": "AucDrop", "model": "late_arrival"}))
    assert mailbox.messages[0].column == ""


def test_a_message_that_comes_twice_is_kept_once(mailbox):
    assert [post(mailbox, alert()), post(mailbox, alert())] == [200, 200]
    assert mailbox.posts == 2
    assert len(mailbox.messages) == 1


def test_a_message_that_cannot_be_read_is_refused_and_may_be_sent_again_in_order(mailbox):
    headers = {"Idempotency-Key": "k1"}
    for body in (b"", b"{", b"[]", b"{}", json.dumps({"alerts": [{}]}).encode()):
        assert httpx.post(mailbox.url, content=body, headers=headers).status_code == 400
    assert mailbox.messages == []
    assert post(mailbox, alert()) == 200
    assert len(mailbox.messages) == 1


def test_only_its_own_path_is_there(mailbox):
    assert httpx.post(f"{mailbox.url}/other", json={}).status_code == 404
    assert httpx.get(mailbox.url).status_code == 501


def test_a_message_without_a_length_or_too_long_is_refused(mailbox):
    assert httpx.post(mailbox.url, content=iter([b"{}"])).status_code == 411
    url = httpx.URL(mailbox.url)
    with closing(HTTPConnection(url.host, url.port)) as connection:
        connection.putrequest("POST", url.path)
        connection.putheader("Content-Length", str(MAX_BYTES + 1))
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_messages_that_come_at_once_are_all_kept(mailbox):
    threads = [Thread(target=post, args=(mailbox, alert()), kwargs={"key": f"k{number}"}) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {message.key for message in mailbox.messages} == {f"k{number}" for number in range(20)}


def test_two_receivers_stand_side_by_side_and_end_with_their_block(mailbox):
    with receiver() as other:
        assert other.url != mailbox.url
        post(other, alert())
    assert mailbox.messages == []
    with pytest.raises(httpx.ConnectError):
        httpx.post(other.url, json={})
