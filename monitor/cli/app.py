"""The commands, and what their exit status says: 0 done, 1 found, 2 wrong wish, 3 fault of the world."""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import version

import typer

from monitor.cli import (
    alerts,
    backtest,
    configuration,
    demo,
    explaining,
    grafana,
    measuring,
    report,
    serving,
    status,
    testing,
)
from monitor.cli.console import ERRORS
from monitor.errors import ConfigError, SeamarkError

WRONG_WISH = 2
FAULT_OF_THE_WORLD = 3

app = typer.Typer(
    name="seamark",
    help="Watches machine learning models in production: drift, data quality, performance, alerts, dashboards.",
    epilog="Start with `seamark demo`, or write a seamark.yaml and run `seamark validate`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def seamark(
    show_version: bool = typer.Option(False, "--version", help="Print the version and end."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Log more, with tracebacks."),
) -> None:
    """Options that go before every command."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    if show_version:
        typer.echo(f"seamark {version('seamark')}")
        raise typer.Exit


configuration.add_to(app)
measuring.add_to(app)
backtest.add_to(app)
serving.add_to(app)
status.add_to(app)
report.add_to(app)
explaining.add_to(app)
alerts.add_to(app)
grafana.add_to(app)
testing.add_to(app)
demo.add_to(app)


def main() -> None:
    """Run a command; troubles that have a name become one clear message and an exit status."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    try:
        app()
    except ConfigError as error:
        for fault in error.faults:
            ERRORS.print(str(fault), markup=False, highlight=False, soft_wrap=True)
        sys.exit(WRONG_WISH)
    except SeamarkError as error:
        ERRORS.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(FAULT_OF_THE_WORLD)
