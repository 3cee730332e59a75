"""`demo`: the whole thing on real flights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.console import OUTPUT
from monitor.errors import SeamarkError


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: seamark demo --folder demo --no-serve")(demo)


def demo(
    folder: Annotated[Path, typer.Option(help="Where its files go: flights.db, seamark.db, seamark.yaml.")] = Path(
        "demo"
    ),
    serve: Annotated[bool, typer.Option(help="Open the dashboard at the end.")] = True,
) -> None:
    """Watch a real model age: flights of 2013, a model trained on the first quarter, nine months of windows."""
    try:
        from monitor.demo import run_demo
    except ModuleNotFoundError as error:
        raise SeamarkError(f"the demo needs {error.name}: pip install 'seamark[demo]'") from error

    run_demo(folder, serve=serve, console=OUTPUT)
