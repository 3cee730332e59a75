"""`alerts`: what concerns alerts and those who are told of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli import attention
from monitor.cli.console import CONFIG, OUTPUT, ConfigOption


def add_to(app: typer.Typer) -> None:
    alerts = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Alerts, and those who are told of them.")
    alerts.command("test-receiver", epilog="Example: seamark alerts test-receiver team --config seamark.yaml")(try_out)
    tried = "Example: seamark alerts test-route severity=page model=churn --at '2026-07-06 23:00'"
    alerts.command("test-route", epilog=tried)(try_route)
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


def try_route(
    labels: Annotated[list[str], typer.Argument(help="Labels of an alert, as in severity=page.")],
    at: Annotated[str, typer.Option(help="When it fires; left out: now. UTC unless it says otherwise.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Say who would be told of an alert with these labels, in what company, and whether the hour is right.

    Silences and other alerts are not looked at.
    """
    from monitor.cli.moments import as_moment
    from monitor.config.times import say_length
    from monitor.service.wayfinding import ways

    moment = as_moment(at, "--at") if at else datetime.now(UTC)
    found = ways(config, dict(map(_label, labels)), moment)
    for way in found:
        times = f"after {say_length(way.group_wait)}, again every {say_length(way.repeat_interval)}"
        typer.echo(f"{way.receiver}: {way.muted or times}\n  route {way.route}\n  group {way.group}")
    if not found:
        typer.echo("nobody: there is no route")


def _label(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise typer.BadParameter(f"`{text}` should be a label and its value, as in severity=page")
    return name, value
