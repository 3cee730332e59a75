"""`explain`: what limits stand on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import CONFIG, OUTPUT, ConfigOption, JsonOption

if TYPE_CHECKING:
    from monitor.service.explaining import Explanation, Held

MOST = 30
MANY = 1_000  # windows: who would need more has a reference that drifts by itself
LEGEND = "windows: of the reference, as many as they are worth where they hang together; more: needed for a promise"
EXAMPLES = "Examples: seamark explain ColumnDrift; seamark explain ColumnDrift --model late_arrival --window '7 days'"


def add_to(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(explain)


def explain(
    limit: Annotated[
        str | None, typer.Argument(help="The rule whose limits are asked for; default: every rule.")
    ] = None,
    model: Annotated[list[str] | None, typer.Option("--model", help="Only this model; may be repeated.")] = None,
    window: Annotated[str | None, typer.Option(help="Only windows of this length, as '1 day'.")] = None,
    end: Annotated[str | None, typer.Option(help="End of the window; default: the newest that is done.")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """What the newest windows are held against, series by series, and what each limit stands on."""
    from monitor.cli.moments import as_length, as_moment
    from monitor.service import Seamark

    length = as_length(window, "--window") if window else None
    with Seamark.open(config) as seamark:
        moment = as_moment(end, "--end") if end else None
        found = list(seamark.explain(limit, model or [], length=length, end=moment))
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in found], indent=2))
        return
    for one in found:
        _say(one)


def _say(found: Explanation) -> None:
    from monitor.config.times import say_length

    title = f"{found.model}, window of {say_length(found.window.length)} to {found.window.end:%Y-%m-%d %H:%M} UTC"
    OUTPUT.print(f"{title}, held against {found.reference}", style="bold", highlight=False, markup=False)
    if found.sharing:
        OUTPUT.print(
            f"{found.sharing} series, of every length of windows, share the budget of {found.budget}.",
            highlight=False,
            markup=False,
        )
    for rule, held in groupby(found.series, key=lambda one: one.rule):
        _table(rule, list(held))
    OUTPUT.print(LEGEND, markup=False, highlight=False)


def _table(rule: str, held: Sequence[Held]) -> None:
    from rich.table import Table

    reasons = list(dict.fromkeys(_why(one) for one in held))
    table = Table(title=f"{rule}: {held[0].measurement.metric}", title_justify="left", title_style="bold")
    named = any(_series(one) for one in held)
    if named:
        table.add_column("series", overflow="fold")
    for name in ("value", "below", "above", "windows", "more", "why"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in held[:MOST]:
        bounds = one.bounds
        cells = [_number(number) for number in (one.measurement.value, bounds.low, bounds.high)]
        cells += ["-" if bounds.windows is None else f"{bounds.windows:.0f}", _more(bounds.lacking)]
        style = "bold red" if one.is_broken else ""
        shown = [_series(one), *cells] if named else cells
        table.add_row(*shown, f"[{reasons.index(_why(one)) + 1}]".replace("[", r"\["), style=style)
    OUTPUT.print(table)
    if len(held) > MOST:
        OUTPUT.print(f"and {len(held) - MOST} series more, further from their limits; --json has all", highlight=False)
    for number, reason in enumerate(reasons, start=1):
        OUTPUT.print(f"[{number}] {reason}", markup=False, highlight=False)


def _more(lacking: int) -> str:
    return "-" if not lacking else f"{lacking}" if lacking < MANY else f">{MANY}"


def _why(held: Held) -> str:
    if held.measurement.value is None and not held.bounds.is_known:
        return f"no value: {held.measurement.reason}"
    return held.bounds.reason or "no limit"


def _series(held: Held) -> str:
    one = held.measurement
    parts = (one.column_name, one.version, f"{one.segment_key}={one.segment_value}" if one.segment_key else "")
    return " ".join(part for part in parts if part)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 10_000 else f"{value:.4g}"


def _plain(found: Explanation) -> dict[str, object]:
    return {
        "model": found.model,
        "window_start": found.window.start.isoformat(),
        "window_end": found.window.end.isoformat(),
        "reference": found.reference,
        "budget": found.budget,
        "sharing": found.sharing,
        "limits": [
            {
                "alert": one.rule,
                "metric": one.measurement.metric,
                "column": one.measurement.column_name,
                "version": one.measurement.version,
                "segment": f"{one.measurement.segment_key}={one.measurement.segment_value}".strip("="),
                "value": one.measurement.value,
                "low": one.bounds.low,
                "high": one.bounds.high,
                "windows": one.bounds.windows,
                "lacking": one.bounds.lacking,
                "broken": one.is_broken,
                "why": _why(one),
            }
            for one in found.series
        ],
    }
