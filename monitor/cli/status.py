"""`status`: every model at a glance."""

from __future__ import annotations

import json

import typer

from monitor.cli.console import CONFIG, OUTPUT, ConfigOption, JsonOption
from monitor.cli.listing import table_of


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: seamark status --json")(status)


def status(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Every model: its last window, what fires, what failed; what has not arrived or started; the store's weight."""
    from monitor.service import Seamark

    with Seamark.open(config) as seamark:
        models, waiting, weights = seamark.models(), seamark.undelivered(), seamark.weights()
        actions = seamark.open_actions()
    if as_json:
        found = {"models": models, "undelivered": waiting, "actions": actions, "store": weights}
        typer.echo(json.dumps(found, indent=2, default=str))
        return
    rows = [[str(model[key] if model[key] is not None else "-") for key in _COLUMNS] for model in models]
    headings = tuple(_COLUMNS.values())
    OUTPUT.print(table_of(headings, rows, width=OUTPUT.width, numbers=headings[2:]))
    for model in models:
        if model["last_failure"]:
            _say(f"{model['model']}: last failure: {model['last_failure']}")
    for message in waiting:
        _say(f"{message['count']} messages to {message['receiver']} {message['status']}: {message['error']}")
    for action in actions:
        of = f"{action['action']} for {action['alert']} of {action['model']}"
        _say(f"action {of} {action['status']}: {action['reason'] or '-'}")
    whole, *parts = weights
    heaviest = ", ".join(f"{part['noun']} {_size(part['bytes'])} in {part['rows']:,} rows" for part in parts[:HEAVIEST])
    _say(f"the store holds {_size(whole['bytes'])}: {heaviest}")


def _say(text: str) -> None:
    """A line; on a terminal it is broken at spaces, for programs it stays whole."""
    OUTPUT.print(text, markup=False, highlight=False, soft_wrap=not OUTPUT.is_terminal)


def _size(count: object) -> str:
    """Bytes as people say them.

    >>> _size(2_600_000)
    '2.6 MB'
    """
    size, units = float(str(count)), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while size >= 1000 and unit != "TB":
        size, unit = size / 1000, next(units)
    return f"{size:.3g} {unit}"


HEAVIEST = 4
_COLUMNS = {
    "model": "model",
    "last_window": "last window (UTC)",
    "firing_page": "page",
    "firing_ticket": "ticket",
    "late_rows": "late rows",
    "late_targets": "late targets",
}
