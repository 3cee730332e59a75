"""`test-rules`: rules held against made-up courses of values."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import OUTPUT

if TYPE_CHECKING:
    from alerts.trial import Difference, Expected

FOUND = 1


def add_to(app: typer.Typer) -> None:
    app.command(name="test-rules", epilog="Example: seamark test-rules rules.test.yaml")(test_rules)


def test_rules(files: Annotated[list[Path], typer.Argument(help="Files of tests, as the README shows one.")]) -> None:
    """Try the rules on courses of values, as `promtool test rules` does; status 1 where one comes out otherwise."""
    from alerts.trial import differences
    from monitor.config.trials import load_trials

    wanted = [(path, load_trials(path, environment=os.environ)) for path in files]
    failed = False
    for path, trials in wanted:
        _say(f"Unit Testing:  {path}")
        rules = [rule.rule() for rule in trials.settings.alerts.rules]
        found = [(trial.name, it) for trial in trials.trials for it in differences(rules, trial)]
        _say("  FAILED:" if found else "  SUCCESS")
        for name, difference in found:
            _explain(name, difference)
        failed |= bool(found)
    if failed:
        raise typer.Exit(FOUND)


def _explain(name: str, difference: Difference) -> None:
    from monitor.config.times import say_length

    check = difference.check
    of = f"    name: {name}, " if name else "    "
    _say(f"{of}alertname: {check.alert}, time: {say_length(check.at)},")
    for word, alerts in (("exp", check.expected), ("got", difference.got)):
        _say(f"        {word}:[" + ("]" if not alerts else ""))
        for number, alert in enumerate(alerts):
            _say(f"            {number}:\n              Labels:{_set({**alert.labels, 'alertname': check.alert})}")
            annotations = _named(alert, check.expected)
            _say(f"              Annotations:{_set(annotations)}")
        if alerts:
            _say("            ]")


def _named(alert: Expected, expected: Sequence[Expected]) -> dict[str, str]:
    """The annotations of an alert that any expected one names."""
    names = {name for one in expected for name in one.annotations}
    return {name: text for name, text in alert.annotations.items() if name in names}


def _set(labels: Mapping[str, str]) -> str:
    pairs = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in sorted(labels.items()))
    return f"{{{', '.join(pairs)}}}"


def _say(line: str) -> None:
    OUTPUT.print(line, markup=False, highlight=False, soft_wrap=True)
