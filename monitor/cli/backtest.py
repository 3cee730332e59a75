"""`backtest`: which alerts would have fired."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import CONFIG, ERRORS, ConfigOption, JsonOption, progress
from monitor.cli.lean import be_lean
from monitor.cli.measuring import ModelsOption

if TYPE_CHECKING:
    from monitor.backtest.side import Backtest
    from monitor.calibration.budget import Budget
    from monitor.cli.backtest_suggest import Suggested

EXAMPLE = (
    "Examples: seamark backtest --from 2013-04-01 --to 2014-01-01; "
    "seamark backtest --set Drift.above=0.2 --set Drift.for='2 windows' --set alerts.false_alarms='1 per 7 days'; "
    "seamark backtest --against other.yaml --html backtest.html; "
    "seamark backtest --from 2013-04-01 --to 2013-06-01 --suggest '1 per 30 days'"
)
AS_IT_IS = "as it is"
CHANGED = "with the change"


def add_to(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLE)(backtest)


def backtest(
    config: ConfigOption = CONFIG,
    start: Annotated[
        str | None, typer.Option("--from", help="Begin of the period; left out: the first window, a year ago at most.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="End of the period; left out: the newest window.")] = None,
    models: ModelsOption = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="RULE.KEY=VALUE, tried out beside the file as it is; may be repeated."),
    ] = None,
    against: Annotated[Path | None, typer.Option(help="Another configuration, tried out beside this one.")] = None,
    suggest: Annotated[
        str | None,
        typer.Option(
            help="Propose limits that keep a budget, as '1 per 30 days', over a period of which all was well."
        ),
    ] = None,
    page: Annotated[Path | None, typer.Option("--html", help="Write it to an HTML file too, with charts.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Replay history over what is stored: which alerts would have fired, when, and how long. Nothing is written."""
    if page is None:
        be_lean()
    elif not page.parent.is_dir():
        raise typer.BadParameter(f"--html: the folder {page.parent} does not exist")
    from monitor.cli.backtest_json import plain
    from monitor.cli.backtest_suggest import plain_suggested, show_suggested
    from monitor.cli.backtest_tables import show
    from monitor.cli.moments import as_budget, as_moment

    budget = (suggest and as_budget(suggest, "--suggest")) or None
    found, suggested = _replayed(
        config,
        (start and as_moment(start, "--from")) or None,
        (end and as_moment(end, "--to")) or None,
        models or [],
        changes or [],
        against,
        budget,
    )
    if as_json:
        more = {} if suggested is None else {"suggested": plain_suggested(suggested)}
        typer.echo(json.dumps({**plain(found), **more}, indent=2))
    else:
        show(found)
        if suggested is not None:
            show_suggested(suggested)
    if page is not None:
        from monitor.cli.backtest_page import written

        page.write_text(written(found), "utf-8")
        ERRORS.print(f"{page}: {page.stat().st_size / 1e6:.1f} MB", markup=False, highlight=False, soft_wrap=True)


def _replayed(
    config: Path,
    start: datetime | None,
    end: datetime | None,
    models: Sequence[str],
    changes: Sequence[str],
    against: Path | None,
    budget: Budget | None,
) -> tuple[Backtest, Suggested | None]:
    """The file as it is, what is tried out beside it, and what is suggested for the last of them."""
    from monitor.backtest.side import Backtest, Side
    from monitor.backtest.suggest import alarms_in, suggestions
    from monitor.cli.backtest_suggest import Suggested
    from monitor.config.changes import read_changes
    from monitor.service.backtesting import Backtesting

    started = perf_counter()
    with Backtesting.open(config) as backtesting:
        tried = [(AS_IT_IS if changes or against else "", backtesting.settings)]
        if changes or against:
            other = backtesting.other(against, read_changes(changes))
            tried.append((against.name if against else CHANGED, other))
        wishes = [backtesting.wishes(settings, models, start, end) for _, settings in tried]
        with progress("backtest", sum(len(wish.windows) for all_of in wishes for wish in all_of)) as advance:
            sides = tuple(
                Side(name, tuple(backtesting.replay(settings, asked, advance=advance)))
                for (name, settings), asked in zip(tried, wishes, strict=True)
            )
        found = Backtest(sides, perf_counter() - started)
        if budget is None:
            return found, None
        learnt = backtesting.calibrated(tried[-1][1], wishes[-1], budget, advance=lambda _: None)
    last = sides[-1]
    made = suggestions(budget, last.replays, learnt)
    return found, Suggested(budget, last.period, alarms_in(budget, last.replays), made)
