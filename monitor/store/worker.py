"""Who measures a window: a process on a machine."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Worker:
    """A process, named so that another on the same machine can see whether it still lives."""

    host: str
    process: int

    @property
    def name(self) -> str:
        return f"{self.host}:{self.process}"

    def knows_to_be_gone(self, name: str) -> bool:
        """Whether another worker was on this machine and is no more; of other machines nothing is known."""
        host, _, process = name.rpartition(":")
        return host == self.host and process.isdigit() and not _lives(int(process))


def this_worker() -> Worker:
    """The worker that this process is."""
    return Worker(host=socket.gethostname(), process=os.getpid())


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
