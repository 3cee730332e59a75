"""Times that run out."""

from __future__ import annotations

from datetime import timedelta

import httpcore
import pytest

from alerts.channels.deadline import Deadline, Timed


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Recorder(httpcore.NetworkStream):
    """A connection that notes the time-outs it is given, and takes its time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.time_outs: list[float | None] = []
        self.written = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.time_outs.append(timeout)
        self.clock.seconds += 2
        return b"x"

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.time_outs.append(timeout)
        self.clock.seconds += 2
        self.written += buffer


def timed() -> tuple[Timed, Recorder]:
    clock = Clock()
    deadline, stream = Deadline.after(timedelta(seconds=5), clock), Recorder(clock)
    return Timed(stream, lambda: deadline), stream


def test_every_read_may_take_what_is_left_and_none_begins_after_the_end() -> None:
    connection, stream = timed()
    for _ in range(3):
        connection.read(10, timeout=60)
    assert stream.time_outs == [5, 3, 1]
    with pytest.raises(httpcore.ReadTimeout):
        connection.read(10, timeout=60)


def test_a_large_write_is_made_in_pieces_that_share_the_time() -> None:
    connection, stream = timed()
    connection.write(b"x" * 150_000)
    assert stream.written == b"x" * 150_000
    assert stream.time_outs == [5, 3, 1]
    with pytest.raises(httpcore.WriteTimeout):
        connection.write(b"x")


def test_a_deadline_can_be_made_sooner_and_never_later() -> None:
    clock = Clock()
    deadline = Deadline.after(timedelta(seconds=5), clock)
    assert deadline.sooner(timedelta(seconds=2)).left() == 2
    assert deadline.sooner(timedelta(seconds=9)).left() == 5
