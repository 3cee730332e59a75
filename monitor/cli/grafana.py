"""`grafana`: boards as files, or pushed into a Grafana."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.console import CONFIG, OUTPUT, ConfigOption


def add_to(app: typer.Typer) -> None:
    grafana = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Boards for Grafana, built on the SQL views."
    )
    grafana.command(epilog="Example: seamark grafana export boards/")(export)
    grafana.command(epilog="Example: seamark grafana publish --config seamark.yaml")(publish)
    app.add_typer(grafana, name="grafana")


def export(folder: Annotated[Path, typer.Argument(help="Where the JSON files go; made if it is missing.")]) -> None:
    """Write the boards as JSON files, for provisioning or import."""
    from dashboards.grafana.catalogue import export as write_boards

    try:
        written = write_boards(folder)
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be written: {error.strerror}") from error
    for path in written:
        OUTPUT.print(str(path), markup=False, highlight=False, soft_wrap=True)


def publish(config: ConfigOption = CONFIG) -> None:
    """Push folder, data source and boards into the Grafana of the configuration; safe to repeat."""
    from monitor.service.grafana import publish_boards

    for line in publish_boards(config):
        OUTPUT.print(line, markup=False, highlight=False, soft_wrap=True)
