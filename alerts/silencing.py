"""How to silence an alert, as a command that is ready to be run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from alerts.matcher import Matcher

FOR = "4h"
WHY = "being looked into"  # nobody silences an alert without saying why
NAMED = ("alertname", "model", "version", "metric", "column", "segment", "window", "receiver")


def silence_command(labels: Mapping[str, str]) -> str:
    """What silences an alert on the command line of Seamark, with those of its name on parts of the same rows.

    >>> print(silence_command({"alertname": "AucDrop", "model": "late_arrival", "severity": "page"}))
    seamark silence add --for 4h --comment 'being looked into' 'alertname="AucDrop"' 'model="late_arrival"'
    """
    matchers = (Matcher(name, "=", labels[name]) for name in NAMED if labels.get(name))
    words = ["seamark", "silence", "add", "--for", FOR, "--comment", WHY, *map(str, matchers)]
    return shlex.join(words)
