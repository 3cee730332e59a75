"""How to silence an alert, as a command that is ready to be run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

FOR = "4h"
NAMED = ("alertname", "model", "version", "metric", "column", "segment", "window", "receiver")


def silence_command(labels: Mapping[str, str]) -> str:
    """What silences this alert and no other, on the command line of Seamark.

    >>> print(silence_command({"alertname": "AucDrop", "model": "late_arrival", "severity": "page"}))
    seamark silence add --for 4h 'alertname="AucDrop"' 'model="late_arrival"'
    """
    matchers = (f"{name}={json.dumps(labels[name], ensure_ascii=False)}" for name in NAMED if labels.get(name))
    return " ".join(["seamark silence add", f"--for {FOR}", *map(shlex.quote, matchers)])
