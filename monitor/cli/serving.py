"""`serve`: the scheduler and the dashboard, together or one of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from monitor.cli.console import CONFIG, ConfigOption


class Only(StrEnum):
    """One part of `serve` by itself."""

    SCHEDULER = "scheduler"
    DASHBOARD = "dashboard"


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: seamark serve --port 8501; seamark serve --only scheduler")(serve)


def serve(
    config: ConfigOption = CONFIG,
    only: Annotated[Only | None, typer.Option(help="Only this part.")] = None,
    port: Annotated[int, typer.Option(help="Port of the dashboard.")] = 8501,
    address: Annotated[str, typer.Option(help="Address that the dashboard listens on.")] = "127.0.0.1",
    tick: Annotated[int, typer.Option(min=1, help="Seconds between two looks at what is due.")] = 60,
) -> None:
    """Measure what comes due, deliver, start actions, over and over, with the dashboard beside it. End with Ctrl-C."""
    from datetime import timedelta

    from monitor.service.serve import serve as serve_until_stopped

    serve_until_stopped(
        config,
        measuring=only is not Only.DASHBOARD,
        dashboard=only is not Only.SCHEDULER,
        port=port,
        address=address,
        every=timedelta(seconds=tick),
    )
