"""`status`: every model at a glance."""

from __future__ import annotations

import json

import typer

from monitor.cli.console import CONFIG, OUTPUT, ConfigOption, JsonOption


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
    from rich.table import Table

    table = Table()
    table.add_column("model", overflow="fold")
    table.add_column("last window (UTC)", no_wrap=True)
    table.add_column("page", justify="right")
    table.add_column("ticket", justify="right")
    table.add_column("late rows", justify="right")
    table.add_column("late targets", justify="right")
    table.add_column("last failure", overflow="fold")
    for model in models:
        table.add_row(*(str(model[key] if model[key] is not None else "-") for key in _COLUMNS))
    OUTPUT.print(table)
    for message in waiting:
        OUTPUT.print(
            f"{message['count']} messages to {message['receiver']} {message['status']}: {message['error']}",
            markup=False,
            highlight=False,
        )
    for action in actions:
        OUTPUT.print(
            f"action {action['action']} for {action['alert']} of {action['model']} {action['status']}: "
            f"{action['reason'] or '-'}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    whole, *parts = weights
    heaviest = ", ".join(f"{part['noun']} {_size(part['bytes'])} in {part['rows']:,} rows" for part in parts[:HEAVIEST])
    OUTPUT.print(f"the store holds {_size(whole['bytes'])}: {heaviest}", markup=False, highlight=False)


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
_COLUMNS = ("model", "last_window", "firing_page", "firing_ticket", "late_rows", "late_targets", "last_failure")
