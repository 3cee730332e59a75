"""A process that is watched until it ends or has to end, with the last of what it says."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

LOOK_EVERY = 0.1
AT_ONCE = 65_536
LAST_BYTES = 4096
LAST_LINES = 20
AFTER_THE_END = 16  # pieces that are still read: a child that lives on may write for ever


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, and its last words."""

    why: Literal["exit", "over", "stopped"]
    status: int
    words: str


class Process:
    """A process that leads a group of its own, and whose output is a pipe; nothing it does can fill memory."""

    def __init__(self, running: subprocess.Popen[bytes]) -> None:
        assert running.stdout is not None  # noqa: S101 - as it is started
        self._running = running
        self._pipe = running.stdout
        self._is_open = True
        self._tail = b""
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)

    def ended_within(self, limit: timedelta, *, stop: threading.Event, grace: timedelta) -> Ended:
        """Wait for the end; where time is over or `stop` is set, bring it about."""
        deadline = time.monotonic() + limit.total_seconds()
        why: Literal["exit", "over", "stopped"] = "exit"
        with self._running, self._pipe:
            try:
                while self._running.poll() is None:
                    if stop.is_set():
                        why = "stopped"
                    elif time.monotonic() > deadline:
                        why = "over"
                    if why != "exit":
                        self._end(grace)
                        break
                    self._listen(LOOK_EVERY)
            except BaseException:
                self._end(timedelta(0))
                raise
            for _ in range(AFTER_THE_END):
                if not self._listen(0):
                    break
            return Ended(why, self._running.returncode, last_words(self._tail))

    def _listen(self, seconds: float) -> bool:
        """Take some of what is said; whether there was any."""
        if not self._is_open:
            with suppress(subprocess.TimeoutExpired):
                self._running.wait(seconds)
            return False
        if not self._poll.poll(seconds * 1000):
            return False
        said = os.read(self._pipe.fileno(), AT_ONCE)
        self._is_open = bool(said)
        self._tail = (self._tail + said)[-LAST_BYTES:]
        return self._is_open

    def _end(self, grace: timedelta) -> None:
        """Ask the whole group to end; what has not, once the leader has or the grace is over, is killed."""
        self._signal(signal.SIGTERM)
        patience = time.monotonic() + grace.total_seconds()
        while self._running.poll() is None and time.monotonic() < patience:
            self._listen(LOOK_EVERY)
        self._signal(signal.SIGKILL)
        self._running.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # the group is empty
            os.killpg(self._running.pid, number)


def last_words(said: bytes) -> str:
    """The last lines of an output, as a text that every store can hold.

    >>> last_words(b"epoch 1\\r\\nepoch 2 \\xff\\x00\\n\\n")
    'epoch 1\\nepoch 2 \\ufffd'
    """
    lines = said.decode(errors="replace").rstrip().splitlines()[-LAST_LINES:]
    plain = ("".join(sign for sign in line if sign.isprintable() or sign == "\t") for line in lines)
    return "\n".join(plain).strip("\n")
