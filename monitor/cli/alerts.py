"""`alerts`: what concerns alerts and those who are told of them."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import attention
from monitor.cli.console import CONFIG, OUTPUT, ConfigOption


def add_to(app: typer.Typer) -> None:
    alerts = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Alerts, and those who are told of them.")
    alerts.command("test-receiver", epilog="Example: seamark alerts test-receiver team --config seamark.yaml")(try_out)
    attention.add_to(app, alerts)
    app.add_typer(alerts, name="alerts")


def try_out(
    name: Annotated[str, typer.Argument(help="The receiver's name in the configuration.")],
    resolved: Annotated[bool, typer.Option("--resolved", help="Say that the try-out is over.")] = False,
    config: ConfigOption = CONFIG,
) -> None:
    """Send a message that is marked as a try-out through a receiver's own channel, and say what happened."""
    from monitor.service.tryout import try_receiver

    told = try_receiver(config, name, resolved=resolved)
    OUTPUT.print(told, markup=False, highlight=False, soft_wrap=True)
