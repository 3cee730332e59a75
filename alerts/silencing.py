"""How to silence an alert, as a command that is ready to be run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from alerts.matcher import Matcher

FOR = "4h"
WHY = "being looked into"  # nobody silences an alert without saying why
_COMMAND = ("seamark", "silence", "add")
NAMED = ("alertname", "model", "version", "metric", "column", "segment", "window", "receiver")


def silence_command(labels: Mapping[str, str]) -> str:
    """What silences an alert on the command line of Seamark, with those of its name on parts of the same rows.

    >>> print(silence_command({"alertname": "AucDrop", "model": "late_arrival", "severity": "page"}))
    seamark silence add --for 4h --comment 'being looked into' 'alertname="AucDrop"' 'model="late_arrival"'
    """
    matchers = (Matcher(name, "=", labels[name]) for name in NAMED if labels.get(name))
    return shlex.join([*_COMMAND, "--for", FOR, "--comment", WHY, *map(str, matchers)])


def with_config(annotations: Mapping[str, str], config: str) -> dict[str, str]:
    """The same words, in which our command names the configuration; nothing is added where that is the default one.

    >>> with_config({"silence": "seamark silence add --for 4h model=churn"}, "/etc/watch.yaml")
    {'silence': 'seamark silence add --for 4h model=churn --config /etc/watch.yaml'}
    """
    command = annotations.get("silence", "")
    if not config or not command.startswith(shlex.join(_COMMAND)):
        return dict(annotations)
    return {**annotations, "silence": f"{command} --config {shlex.quote(config)}"}
