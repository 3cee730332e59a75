"""A whole exchange within a time: each read and each write may take no longer than what is left."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpcore

LARGEST_WRITE = 65_536


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on a clock that only runs forward."""

    at: float
    clock: Callable[[], float]

    @classmethod
    def after(cls, length: timedelta, clock: Callable[[], float] = time.monotonic) -> Deadline:
        return cls(clock() + length.total_seconds(), clock)

    def left(self) -> float:
        """Seconds that are left, never below zero.

        >>> Deadline(at=7.5, clock=lambda: 6.0).left(), Deadline(at=7.5, clock=lambda: 9.0).left()
        (1.5, 0.0)
        """
        return max(0.0, self.at - self.clock())

    def sooner(self, length: timedelta) -> Deadline:
        """The same, or a moment so far from now, whichever comes first."""
        return Deadline(min(self.at, self.clock() + length.total_seconds()), self.clock)

    @property
    def is_over(self) -> bool:
        return self.left() == 0.0

    def time_out(self, error: type[Exception]) -> float:
        """What is left as a time-out of a socket, which takes zero for "do not wait"; the error if it is nothing."""
        left = self.left()
        if left == 0.0:
            raise error("the time is over")
        return left


class Timed(httpcore.NetworkStream):
    """A connection that is cut when its time is over; `deadline` may be moved from one request to the next."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Callable[[], Deadline]) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules
        return self._stream.read(max_bytes, self._deadline().time_out(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write in pieces: within one, a receiver that takes a little at a time would start the time anew."""
        for start in range(0, len(buffer), LARGEST_WRITE):
            piece = buffer[start : start + LARGEST_WRITE]
            self._stream.write(piece, self._deadline().time_out(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._deadline().time_out(httpcore.ConnectTimeout)
        return Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    # httpcore leaves open what is asked for.
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class TimedBackend(httpcore.NetworkBackend):
    """Connects to addresses that were looked at beforehand, whatever the name is; the first that answers is taken."""

    def __init__(self, addresses: Sequence[str], deadline: Callable[[], Deadline]) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - its addresses are known
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception = httpcore.ConnectError("no address")
        for number, address in enumerate(self._addresses):
            share = self._deadline().time_out(httpcore.ConnectTimeout) / (len(self._addresses) - number)
            try:
                stream = self._system.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return Timed(stream, self._deadline)
        raise failed
