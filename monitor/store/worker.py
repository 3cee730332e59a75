"""Who measures a window: a process on a machine."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass

STARTED = time.time_ns()  # in a container that is started again, host name and process number are the old ones


@dataclass(frozen=True, slots=True)
class Worker:
    """A process, named so that another on the same machine can see whether it still lives."""

    host: str
    process: int
    started: int = 0

    @property
    def name(self) -> str:
        return f"{self.host}:{self.process}:{self.started}"

    def knows_to_be_gone(self, name: str) -> bool:
        """Whether another worker was on this machine and is no more; of other machines nothing is known."""
        if name == self.name:
            return False
        host, process, _ = name.rsplit(":", 2)
        return host == self.host and (int(process) == self.process or not _lives(int(process)))


def this_worker() -> Worker:
    """The worker that this process is."""
    return Worker(host=socket.gethostname(), process=os.getpid(), started=STARTED)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
