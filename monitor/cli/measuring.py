"""`run` and `backfill`: measuring windows."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from monitor.cli.console import CONFIG, ERRORS, OUTPUT, ConfigOption, JsonOption, progress
from monitor.cli.lean import be_lean, load_meanwhile

if TYPE_CHECKING:
    from monitor.record import Outcome
    from monitor.service import Seamark
    from monitor.service.seamark import Due, Tell

FOUND = 1
FAILED = 3
NOT_MEASURED = {
    "left": "were not tried, since two of this model had failed for the same reason",
    "taken": "were left to another process, which is measuring them or one before them, or has just done so",
}

ModelsOption = Annotated[list[str] | None, typer.Option("--model", "-m", help="Only this model; may be repeated.")]


class FailOn(StrEnum):
    """What `run` ends with status 1 for."""

    FIRING = "firing"


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: seamark run --fail-on firing")(run)
    app.command(epilog="Example: seamark backfill --from 2013-04-01 --to 2014-01-01 --model late_arrival")(backfill)


def run(
    config: ConfigOption = CONFIG,
    models: ModelsOption = None,
    fail_on: Annotated[FailOn | None, typer.Option(help="End with status 1 while an alert fires.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure what is due now, once; deliver messages that wait, start what alerts ask for, and wait for its end."""
    be_lean()
    from monitor.service import Seamark

    with Seamark.open(config) as seamark:
        seamark.reconcile()
        due = seamark.due(models or [])
        outcomes = _measure(seamark, due, what="run", notify=True, tell="newest")
        seamark.keep_house()
        firing = seamark.firing()
    _report(outcomes, as_json=as_json)
    _exit(outcomes)
    if fail_on is FailOn.FIRING and firing:
        ERRORS.print(f"{firing} alerts fire", highlight=False)
        raise typer.Exit(FOUND)


def backfill(
    start: Annotated[str, typer.Option("--from", help="Begin of the period, UTC unless it says otherwise.")],
    end: Annotated[str, typer.Option("--to", help="End of the period, not part of it.")],
    config: ConfigOption = CONFIG,
    models: ModelsOption = None,
    notify: Annotated[
        bool, typer.Option("--notify", help="Deliver messages about what fires, and start its actions.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Read the rows again and measure windows that are done once more.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure every window of a period, in order; windows that are done are left alone."""
    be_lean()
    from monitor.cli.moments import as_moment
    from monitor.service import Seamark

    since, until = as_moment(start, "--from"), as_moment(end, "--to")
    if since >= until:
        raise typer.BadParameter(f"--from {start} is not before --to {end}")
    with Seamark.open(config) as seamark:
        windows = seamark.backfill(since, until, models or [], again=again)
        if not windows:
            ERRORS.print(
                "nothing to measure: the windows of this period are done (--again measures them once more),"
                " or none of them has closed yet",
                highlight=False,
                soft_wrap=True,
            )
        if late := seamark.late(windows):
            ERRORS.print(
                f"{late} of {len(windows)} windows end before windows that are done: they are measured and stored,"
                " but alerts move forward in time only and stay as they are",
                highlight=False,
                soft_wrap=True,
            )
        outcomes = _measure(seamark, windows, what="backfill", notify=notify, tell="each")
    _report(outcomes, as_json=as_json)
    _exit(outcomes)


def _measure(seamark: Seamark, due: Due, *, what: str, notify: bool, tell: Tell) -> list[Outcome]:
    signal.signal(signal.SIGTERM, _end)
    if due:
        load_meanwhile("scipy.special")
    found = []
    with progress(what, len(due)) as advance:
        for outcome in seamark.measure(due, notify=notify, tell=tell):
            found.append(outcome)
            if outcome.status not in NOT_MEASURED:
                ending = "" if outcome.status == "done" else f" {outcome.status}"
                advance(f"{outcome.model} {outcome.window.end:%Y-%m-%d %H:%M}{ending}")
    seamark.finish_actions()
    for status, why in NOT_MEASURED.items():
        for name, count in Counter(outcome.model for outcome in found if outcome.status == status).items():
            ERRORS.print(f"{name}: {count} windows {why}", markup=False, highlight=False, soft_wrap=True)
    return [outcome for outcome in found if outcome.status not in NOT_MEASURED]


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave as on Ctrl-C, so that windows are given back and commands that were started are ended."""
    sys.exit(128 + number)


def _report(outcomes: Iterable[Outcome], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_plain(outcome) for outcome in outcomes], indent=2))
        return
    found = list(outcomes)
    count = {status: sum(outcome.status == status for outcome in found) for status in ("done", "skipped", "failed")}
    OUTPUT.print(
        f"{count['done']} windows done, {count['skipped']} skipped, {count['failed']} failed;"
        f" {sum(outcome.fired for outcome in found)} alerts fired,"
        f" {sum(outcome.resolved for outcome in found)} resolved",
        highlight=False,
    )
    for reason in dict.fromkeys(f"{o.model}: {o.reason}" for o in found if o.status == "failed"):
        ERRORS.print(reason, markup=False, highlight=False, soft_wrap=True)


def _plain(outcome: Outcome) -> dict[str, object]:
    return {**asdict(outcome), "window": str(outcome.window)}


def _exit(outcomes: Iterable[Outcome]) -> None:
    if any(outcome.status == "failed" for outcome in outcomes):
        raise typer.Exit(FAILED)
