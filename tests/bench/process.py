"""Runs a child process and tells what exactly that child cost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

BYTES_PER_KIBIBYTE = 1024
PATIENCE_SECONDS = 600.0


class CannotMeasureError(Exception):
    """Why something could not be measured."""


class SeamarkFailedError(CannotMeasureError):
    """Seamark itself did not do what it should: as bad as a bar that is missed."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process cost, and what it said."""

    seconds: float
    processor_seconds: float
    megabytes: float
    output: str = ""

    @property
    def answer(self) -> Any:
        """What it said, which was JSON."""
        return json.loads(self.output)


def run_child(command: Sequence[str], *, environment: Mapping[str, str], patience: float = PATIENCE_SECONDS) -> Cost:
    """Run a command to its end.

    A child's peak memory is never less than its parent's was when it started: so the caller imports next to nothing.
    Raises `CannotMeasureError` with the last thing it said where it fails or takes too long.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=errors, env={**os.environ, **environment})
        too_long = threading.Timer(patience, child.send_signal, (signal.SIGKILL,))
        too_long.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except KeyboardInterrupt:
            child.kill()
            raise
        finally:
            too_long.cancel()
        seconds = perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode == -signal.SIGKILL:
            raise CannotMeasureError(f"ended after {seconds:.0f} s: the bench waits no longer than {patience:.0f} s")
        if child.returncode:
            raise CannotMeasureError(_last_line(errors) or _last_line(output) or f"status {child.returncode}")
        return Cost(
            seconds=seconds,
            processor_seconds=usage.ru_utime + usage.ru_stime,
            megabytes=usage.ru_maxrss * BYTES_PER_KIBIBYTE / 1e6,
            output=_text(output),
        )


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode(errors="replace"))


def _last_line(file: Any) -> str:
    lines = [line.strip() for line in _text(file).splitlines()]
    return next((line for line in reversed(lines) if line), "")
