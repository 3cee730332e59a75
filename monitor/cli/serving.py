"""`serve`: the scheduler, the HTTP API and the dashboard, together or one of them."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Annotated

import typer

from monitor.cli.console import CONFIG, ConfigOption
from monitor.cli.lean import be_lean


class Only(StrEnum):
    """A part of `serve`."""

    SCHEDULER = "scheduler"
    DASHBOARD = "dashboard"
    HTTP = "http"


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: seamark serve --port 8501; seamark serve --only http --api-port 8500")(serve)


def serve(
    config: ConfigOption = CONFIG,
    only: Annotated[list[Only] | None, typer.Option(help="Only this part; may be said more than once.")] = None,
    port: Annotated[int, typer.Option(help="Port of the dashboard.")] = 8501,
    address: Annotated[str, typer.Option(help="Address that the dashboard listens on.")] = "127.0.0.1",
    api_port: Annotated[int, typer.Option(help="Port of the HTTP API.")] = 8500,
    api_address: Annotated[
        str, typer.Option(help="Address that the HTTP API listens on; another than this machine's needs a token.")
    ] = "127.0.0.1",
    tick: Annotated[int, typer.Option(min=1, help="Seconds between two looks at what is due.")] = 60,
) -> None:
    """Measure what comes due, deliver, start actions, over and over, with HTTP API and dashboard. End with Ctrl-C."""
    for part in ("monitor", "alerts"):
        logging.getLogger(part).setLevel(logging.INFO)  # a service says what it does
    be_lean()
    from datetime import timedelta

    from monitor.service.http import Place
    from monitor.service.serve import serve as serve_until_stopped

    parts = only or list(Only)
    serve_until_stopped(
        config,
        measuring=Only.SCHEDULER in parts,
        http=Place(api_address, api_port) if Only.HTTP in parts else None,
        dashboard=Place(address, port) if Only.DASHBOARD in parts else None,
        every=timedelta(seconds=tick),
    )
