"""Runs the API in a thread of this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from monitor.errors import WorldError

STOP_WITHIN_SECONDS = 5
CONNECTIONS = 128


@dataclass(frozen=True, slots=True)
class Running:
    """An API that listens."""

    url: str
    thread: threading.Thread

    @property
    def has_ended(self) -> bool:
        return not self.thread.is_alive()


@contextmanager
def listening(app: ASGIApp, *, address: str, port: int) -> Iterator[Running]:
    """Serve until the context ends; port 0 takes any that is free.

    Raises `WorldError` where the port cannot be had.
    """
    listener = _listen(address, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who asks is who is connected: a header could say anything
        ws="none",
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="http", daemon=True)
    thread.start()
    try:
        yield Running(_url(address, listener.getsockname()[1]), thread)
    finally:
        server.should_exit = True
        thread.join(2 * STOP_WITHIN_SECONDS)
        listener.close()


def _listen(address: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
            listener.listen(CONNECTIONS)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise WorldError(f"the HTTP API cannot listen on {address}, port {port}: {error.strerror}") from error
    return listener


def _url(address: str, port: int) -> str:
    """How a process on this machine reaches it.

    >>> _url("0.0.0.0", 8500), _url("::1", 8500)
    ('http://127.0.0.1:8500', 'http://[::1]:8500')
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 - asked, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
