"""Stands in for whoever is told of alerts: a web server on this machine that keeps the messages it gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TypedDict

MAX_BYTES = 1_000_000
PATH = "/alerts"


class PostedAlert(TypedDict):
    """What the demo reads of one alert in Alertmanager's body."""

    status: str
    labels: dict[str, str]
    startsAt: str


class PostedBody(TypedDict):
    """What the demo reads of Alertmanager's body."""

    alerts: list[PostedAlert]


@dataclass(frozen=True, slots=True)
class Message:
    """One alert in a message: `key` is the message's idempotency key."""

    status: str
    alert: str
    model: str
    column: str
    labels: dict[str, str]
    starts_at: str
    key: str


@dataclass(slots=True)
class Mailbox:
    """The messages that came, in order; a message that came before, by its key, is not kept twice."""

    url: str
    messages: list[Message] = field(default_factory=list)
    posts: int = 0
    _keys: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def put(self, body: PostedBody, key: str) -> None:
        """Keep each alert of a message."""
        messages = [_message(alert, key) for alert in body["alerts"]]
        with self._lock:
            self.posts += 1
            if key and key in self._keys:
                return
            self._keys.add(key)
            self.messages.extend(messages)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # more than the 5 by default: messages may come at once


@contextmanager
def receiver() -> Iterator[Mailbox]:
    """A receiver of webhooks on a free port of this machine, until the block ends."""
    server = _Server(("127.0.0.1", 0), BaseHTTPRequestHandler)
    mailbox = Mailbox(url=f"http://127.0.0.1:{server.server_port}{PATH}")
    server.RequestHandlerClass = _handler(mailbox)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="webhook receiver", daemon=True)
    thread.start()
    try:
        yield mailbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(mailbox: Mailbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            self.send_response(self._take())
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _take(self) -> HTTPStatus:
            length = self.headers.get("Content-Length", "")
            if self.path != PATH:
                return HTTPStatus.NOT_FOUND
            if not length.isdigit():
                return HTTPStatus.LENGTH_REQUIRED
            if int(length) > MAX_BYTES:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            try:
                mailbox.put(json.loads(self.rfile.read(int(length))), self.headers.get("Idempotency-Key", ""))
            except (ValueError, KeyError, TypeError, AttributeError):
                return HTTPStatus.BAD_REQUEST
            return HTTPStatus.OK

        def log_message(self, *_: object) -> None:
            """Stay silent: the demo prints what came itself."""

    return Handler


def _message(alert: PostedAlert, key: str) -> Message:
    labels = alert["labels"]
    return Message(
        status=alert["status"],
        alert=labels["alertname"],
        model=labels["model"],
        column=labels.get("column", ""),
        labels=labels,
        starts_at=alert["startsAt"],
        key=key,
    )
