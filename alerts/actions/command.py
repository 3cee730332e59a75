"""Runs a command on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from alerts.actions.action import ActionError, ActionRequest, Outcome
from alerts.actions.process import Ended, Process

TIME_LIMIT = timedelta(hours=1)
GRACE = timedelta(seconds=10)
TRY_AGAIN = os.EX_TEMPFAIL  # 75, as sysexits.h has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A list of arguments that no shell sees; the request is its standard input, as JSON.

    Exit status 0 is done, 75 means "try again later"; every other is final, for a training that failed after an hour
    would fail again. A time-out ends the command with all its children, first by SIGTERM and then by SIGKILL; so does
    `stop`, after which it is tried again.
    """

    run: Sequence[str]
    folder: Path
    stop: threading.Event = field(default_factory=threading.Event, repr=False)
    time_limit: timedelta = TIME_LIMIT
    grace: timedelta = GRACE

    def start(self, request: ActionRequest) -> Outcome:
        with tempfile.TemporaryFile() as given:  # unlike a pipe, it takes all of it at once
            given.write(json.dumps(request.body, ensure_ascii=False).encode(errors="replace"))
            given.seek(0)
            try:
                running = subprocess.Popen(  # noqa: S603 - the command is the user's own
                    self.run,
                    cwd=self.folder,
                    env={**os.environ, **environment(request)},
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                lasts = isinstance(error, FileNotFoundError | PermissionError | NotADirectoryError)
                raise ActionError(f"{self.run[0]} cannot be started: {error.strerror}", permanent=lasts) from error
            ended = Process(running).ended_within(self.time_limit, stop=self.stop, grace=self.grace)
        return self._judged(ended)

    def _judged(self, ended: Ended) -> Outcome:
        said = f": {ended.words}" if ended.words else ""
        if ended.why == "stopped":
            raise ActionError("Seamark ended before the command did; it is tried again", permanent=False)
        if ended.why == "over":
            limit = f"{self.time_limit.total_seconds():g} s"
            raise ActionError(f"the command was ended after {limit}{said}", permanent=True)
        if ended.status < 0:
            raise ActionError(f"the command was ended by signal {-ended.status}{said}", permanent=True)
        if ended.status:
            raise ActionError(f"exit status {ended.status}{said}", permanent=ended.status != TRY_AGAIN)
        return Outcome(words=ended.words)


def environment(request: ActionRequest) -> Mapping[str, str]:
    """What a command finds in its environment, besides Seamark's own."""
    labels = {name: request.labels.get(name, "") for name in ("model", "version", "metric", "column", "segment")}
    values = {
        "action": request.action,
        "action_key": request.key,
        "alert": request.labels.get("alertname", ""),
        **labels,
        "value": "" if request.value is None else repr(request.value),
        "limit": "" if request.limit is None else repr(request.limit),
        "window_end": request.window_end,
        "reason": request.reason,
        "link": request.link,
    }
    return {f"SEAMARK_{name.upper()}": _plain(text) for name, text in values.items()}


def _plain(text: str) -> str:
    """A text that an environment can hold: no zero bytes, no halves of signs."""
    return text.replace("\0", "").encode(errors="replace").decode()
