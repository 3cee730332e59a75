"""A webhook receiver on the loopback that answers, fails or hangs as it is told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Got:
    """One request that arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """Keeps the request and does what the receiver was told."""

    server: HttpReceiver
    timeout = 20
    disable_nagle_algorithm = True  # head and body of an answer are two writes

    def setup(self) -> None:
        self.server.connections += 1
        self.protocol_version = "HTTP/1.1" if self.server.keeps_connections else "HTTP/1.0"
        super().setup()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(Got(self.path, {**self.headers}, body))
        self.close_connection = not self.server.keeps_connections
        self.server.behave(self)

    def do_GET(self) -> None:
        """Come here by a redirect that was followed."""
        self.server.got.append(Got(self.path, {**self.headers}, b""))
        answer(200)(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


class HttpReceiver(ThreadingHTTPServer):
    """The server; `behave` is what it does with a request, `got` what arrived."""

    daemon_threads = True
    request_queue_size = 128  # a flood on a busy machine is no fault of the network

    def __init__(self, *, tls: ssl.SSLContext | None = None, keeps_connections: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.keeps_connections = keeps_connections
        self.tls = tls
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.got: list[Got] = []
        self.connections = 0
        self.behave: Callable[[Handler], None] = answer(200)
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str = "/hook", *, host: str = "127.0.0.1", user: str = "") -> str:
        return f"{'https' if self.tls else 'http'}://{user}{host}:{self.port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no fault of the receiver."""

    def __enter__(self) -> HttpReceiver:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


def answer(status: int, body: bytes = b"", **headers: str) -> Callable[[Handler], None]:
    """Answer with a status; `retry_after="5"` is a header."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-").title(), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def echo(status: int, **headers: str) -> Callable[[Handler], None]:
    """Answer with all that was sent: address, headers and body."""

    def behave(handler: Handler) -> None:
        got = handler.server.got[-1]
        answer(status, f"{got.path} {dict(got.headers)} ".encode() + got.body, **headers)(handler)

    return behave


def hang(handler: Handler) -> None:
    """Never answer."""
    handler.server.closing.wait(20)


def hang_after_the_status(handler: Handler) -> None:
    """Say 200, promise a body, and send none."""
    handler.send_response(200)
    handler.send_header("Content-Length", "10")
    handler.end_headers()
    handler.wfile.flush()
    handler.server.closing.wait(20)


def slow_headers(handler: Handler) -> None:
    """Say 200, then one header after another, a little at a time, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _drip(handler, b"X-Wait: 1\r\n")


def slow_body(status: int) -> Callable[[Handler], None]:
    """Answer with a status and a body that comes a sign at a time."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        _drip(handler, b"x")

    return behave


def _drip(handler: Handler, drop: bytes) -> None:
    with contextlib.suppress(OSError):
        while not handler.server.closing.wait(0.02):
            handler.wfile.write(drop)
            handler.wfile.flush()


def reset(handler: Handler) -> None:
    """Break off the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def nonsense(handler: Handler) -> None:
    """Answer with something that is no HTTP."""
    handler.wfile.write(b"hello?\r\n\r\n")


def huge_body(status: int) -> Callable[[Handler], None]:
    """Answer with a status and a body that never ends, as fast as it goes."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not handler.server.closing.is_set():
                handler.wfile.write(b"x" * 65_536)

    return behave


@contextlib.contextmanager
def unused_port() -> Iterator[int]:
    """A port on which nobody listens, kept from others meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
