"""`report`: a page to drill down with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.console import CONFIG, ERRORS, OUTPUT, ConfigOption

ROWS = 5_000
TIMEOUT_SECONDS = 180


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: seamark report late_arrival --evidently --end 2013-06-01 --output june.html")(report)


def report(
    model: Annotated[str, typer.Argument(help="The model.")],
    config: ConfigOption = CONFIG,
    evidently: Annotated[bool, typer.Option("--evidently", help="Evidently's report (the only kind so far).")] = False,
    end: Annotated[str | None, typer.Option(help="End of the window; default: the newest that is done.")] = None,
    window: Annotated[str | None, typer.Option(help="Its length, as '1 day' or in seconds; default: shortest.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the page.")] = Path("report.html"),
    rows: Annotated[int, typer.Option(min=100, help="Rows of each side at most; a sample beyond.")] = ROWS,
    timeout: Annotated[int, typer.Option(min=1, help="Seconds after which to give up.")] = TIMEOUT_SECONDS,
) -> None:
    """Hold a window against the reference, column by column, as an HTML page."""
    from monitor.cli.moments import as_length, as_moment
    from monitor.report import make_report
    from monitor.service import Seamark

    if not evidently:
        raise typer.BadParameter("say --evidently; it is the only kind of report so far")
    if not output.parent.is_dir():
        raise typer.BadParameter(f"the folder {output.parent} does not exist")
    with Seamark.open(config) as seamark:
        chosen = seamark.window(
            model,
            end=as_moment(end, "--end") if end else None,
            length=as_length(window, "--window") if window else None,
        )
        ERRORS.print(f"Evidently report of {model}, {chosen} ...", highlight=False)
        data, title, patience = seamark.data(model), f"{model} {chosen}", timedelta(seconds=timeout)
        size = make_report(data, chosen, output, title=title, rows=rows, timeout=patience)
    OUTPUT.print(f"{output}: {size / 1e6:.1f} MB", markup=False, highlight=False, soft_wrap=True)
