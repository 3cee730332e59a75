"""A backtest on a terminal: what was replayed, a table of the rules, their course, and what fired."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.table import Table
from rich.text import Text

from monitor.backtest.episodes import Episode
from monitor.backtest.side import Backtest
from monitor.backtest.timeline import blocks, firing_at_once, months, step_for
from monitor.cli.backtest_cells import Grid, episodes, gaps, headline, once, remarks, rules
from monitor.cli.console import OUTPUT
from monitor.config.times import say_length
from monitor.window import Window

MOST_EPISODES = 30
MOST_ALONE = 15
SHORTEST_LINE = 20
WIDE = 100
LONGEST_NAME = 20
COLOURS = {"page": "red", "ticket": "yellow"}


def show(found: Backtest) -> None:
    """Print a backtest."""
    _say(headline(found))
    for line in once(found, gaps):
        _say(line)
    OUTPUT.print(_table(rules(found, is_wide=OUTPUT.width >= WIDE), named=0))
    if found.is_comparison:
        _say(f"where they differ: {' | '.join(side.name for side in found.sides)}")
    for line in once(found, remarks):
        _say(line)
    _say("")
    for text in _course(found, OUTPUT.width):
        OUTPUT.print(text, no_wrap=True, highlight=False, crop=True)
    if found.is_comparison:
        for place, side in enumerate(found.sides):
            _alone(f"only {side.name}", found.only_in(place), of_many=found.has_many_models)
    elif found.first.episodes:
        _all_episodes(found.first.episodes, of_many=found.has_many_models)


def _table(grid: Grid, *, named: int) -> Table:
    """A table whose column of names, the `named` one, is broken last."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for place, title in enumerate(grid.titles):
        if place == named:
            widest = max((len(row.cells[place]) for row in grid.rows), default=0)
            table.add_column(title, overflow="fold", min_width=min(widest, LONGEST_NAME))
        else:
            is_text = place < grid.texts
            table.add_column(title, overflow="fold", justify="left" if is_text else "right", no_wrap=not is_text)
    for row in grid.rows:
        cells = [Text(cell) for cell in row.cells]
        if row.severity:
            cells[named].stylize(COLOURS[row.severity])
        table.add_row(*cells)
    return table


def _course(found: Backtest, width: int) -> Iterator[Text]:
    """A line of blocks for each rule that fired; where the sides differ, one for each side."""
    fired = [name for name in found.rule_names if any(side.of_rule(name) for side in found.sides)]
    if not fired:
        yield Text("Nothing would have fired.")
        return
    period = found.first.period
    names = [f"  {side.name}" for side in found.sides]
    margin = max(map(len, [*fired, *names])) + 1
    step = step_for(period, max(width - margin - 6, SHORTEST_LINE))
    for name in fired:
        lines = [_line(side.of_rule(name), period, step) for side in found.sides]
        if all(line == lines[0] for line in lines):
            yield Text.assemble(f"{name:<{margin}}", lines[0])
        else:
            yield Text(name)
            yield from (Text.assemble(f"{of:<{margin}}", line) for of, line in zip(names, lines, strict=True))
    yield Text(f"{'':<{margin}}{months(period, step, -(-period.length // step))}", style="dim")
    yield Text(f"A cell is {say_length(step)}; a full block is as many at once as stand at the end.", style="dim")


def _line(episodes: Sequence[Episode], period: Window, step: timedelta) -> Text:
    counts = firing_at_once(episodes, period, step)
    severity = next((one.severity for one in episodes), "ticket")
    return Text.assemble((blocks(counts), COLOURS[severity]), f" {max(counts)}")


def _all_episodes(found: Sequence[Episode], *, of_many: bool) -> None:
    _say("")
    _list(found[-MOST_EPISODES:], of_many=of_many)
    if (older := len(found) - MOST_EPISODES) > 0:
        _say(f"The newest {MOST_EPISODES} of {len(found):,}; --json has the {older:,} older ones too.")


def _alone(what: str, found: Sequence[Episode], *, of_many: bool) -> None:
    _say("")
    _say(f"{what}: {len(found):,} alerts" if found else f"{what}: nothing")
    if found:
        _list(found[-MOST_ALONE:], of_many=of_many)
    if len(found) > MOST_ALONE:
        _say(f"The newest {MOST_ALONE}; --json has all.")


def _list(found: Sequence[Episode], *, of_many: bool) -> None:
    grid = episodes(found, is_wide=OUTPUT.width >= WIDE, of_many=of_many)
    OUTPUT.print(_table(grid, named=grid.titles.index("rule")))


def _say(line: str) -> None:
    OUTPUT.print(line, markup=False, highlight=False, soft_wrap=not OUTPUT.is_terminal)
