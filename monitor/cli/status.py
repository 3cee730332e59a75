"""`status`: every model at a glance."""

from __future__ import annotations

import json

import typer
from rich.table import Table

from monitor.cli.console import CONFIG, OUTPUT, ConfigOption, JsonOption


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: seamark status --json")(status)


def status(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Every model: its last window, what fires, what failed; and the messages that have not arrived."""
    from monitor.service import Seamark

    with Seamark.open(config) as seamark:
        models, waiting = seamark.models(), seamark.undelivered()
    if as_json:
        typer.echo(json.dumps({"models": models, "undelivered": waiting}, indent=2, default=str))
        return
    table = Table()
    table.add_column("model", overflow="fold")
    table.add_column("last window (UTC)", no_wrap=True)
    table.add_column("page", justify="right")
    table.add_column("ticket", justify="right")
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


_COLUMNS = ("model", "last_window", "firing_page", "firing_ticket", "last_failure")
