"""A backtest on a terminal: what was replayed, a table of the rules, their course, and what fired."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from rich.table import Table
from rich.text import Text

from alerts.wording import number, short_length
from monitor.backtest.episodes import Episode
from monitor.backtest.replay import Replay
from monitor.backtest.side import Backtest, Side
from monitor.backtest.summary import RuleSummary
from monitor.backtest.timeline import blocks, firing_at_once, months, step_for
from monitor.cli.console import OUTPUT
from monitor.config.times import say_length
from monitor.window import Window

MOST_EPISODES = 30
MOST_ALONE = 15
SHORTEST_LINE = 20
WIDE = 100
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COLOURS = {"page": "red", "ticket": "yellow"}

Cell = Callable[[RuleSummary], str]


def show(found: Backtest) -> None:
    """Print a backtest."""
    _say(_headline(found))
    for line in _once(found, _gaps):
        _say(line)
    OUTPUT.print(_rules(found))
    for line in _once(found, _remarks):
        _say(line)
    _say("")
    for text in _course(found, OUTPUT.width):
        OUTPUT.print(text, no_wrap=True, highlight=False, crop=True)
    if found.is_comparison:
        for place, side in enumerate(found.sides):
            _alone(f"only {side.name}", found.only_in(place))
    else:
        _all_episodes(found.first.episodes)


def _headline(found: Backtest) -> str:
    """What was replayed.

    Of the windows, those that had to be measured are named, since they take longer.
    """
    side = found.first
    windows = sum(one.windows for one in side.replays)
    measured = sum(one.measured for side in found.sides for one in side.replays)
    models = ", ".join(one.model for one in side.replays) if len(side.replays) < 4 else f"{len(side.replays)} models"
    from_profiles = f", {measured:,} measured from profiles" if measured else ""
    period = _period(side.period)
    return f"{models}: {windows:,} windows of {period} replayed in {found.seconds:.1f} s{from_profiles}"


def _period(period: Window) -> str:
    days = period.length / DAY
    return f"{_moment(period.start)} to {_moment(period.end)} ({days:,.0f} days)" if days >= 2 else str(period)


def _once(found: Backtest, of: Callable[[Side], Iterator[str]]) -> Iterator[str]:
    """What is said of the sides: of which, only where they differ."""
    said = [list(of(side)) for side in found.sides]
    if all(one == said[0] for one in said):
        yield from said[0]
        return
    for side, lines in zip(found.sides, said, strict=True):
        yield from (f"({side.name}) {line}" for line in lines)


def _gaps(side: Side) -> Iterator[str]:
    """Windows of which nothing is known, and how that is mended."""
    for one in side.replays:
        if one.missing:
            yield (
                f"{one.model}: {len(one.missing):,} of {one.windows:,} windows are not in the store, neither measured"
                f" nor as profiles; fill them by `{_filling(one)}`"
            )


def _filling(one: Replay) -> str:
    start = min(window.start for window in one.missing)
    end = max(window.end for window in one.missing)
    return f"seamark backfill --from {_moment(start)} --to {_moment(end)} --model {one.model}"


def _rules(found: Backtest) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("rule", overflow="fold", min_width=min(max(map(len, found.rule_names), default=0), 20))
    columns = _columns(found)
    for title, _ in columns:
        table.add_column(title, justify="right", no_wrap=True)
    for name in found.rule_names:
        sides = [next((rule for rule in side.rules if rule.name == name), None) for side in found.sides]
        cells = [_beside([cell(rule) if rule else "-" for rule in sides]) for _, cell in columns]
        table.add_row(_coloured(name, sides), *cells)
    totals = [_beside(column) for column in zip(*(_totals(side) for side in found.sides), strict=True)]
    table.add_row(Text("all", style="bold"), *totals, *[""] * (len(columns) - len(totals)))
    if found.is_comparison:
        table.caption = f"where they differ: {' | '.join(side.name for side in found.sides)}"
        table.caption_justify = "left"
    return table


def _columns(found: Backtest) -> list[tuple[str, Cell]]:
    """The columns; of budgets only where a rule has one, and the most needed alone where there is little room."""
    columns: list[tuple[str, Cell]] = [
        ("fired", lambda rule: f"{rule.fired:,}"),
        ("a week", lambda rule: _rate(rule.a_week)),
        ("longest", lambda rule: _length(rule.longest) if rule.fired else "-"),
        ("firing", lambda rule: _length(rule.firing) if rule.fired else "-"),
    ]
    if not found.is_comparison or OUTPUT.width >= WIDE:
        columns.insert(2, ("share", lambda rule: f"{rule.share:.0%}" if rule.fired else "-"))
        columns.append(("still", lambda rule: f"{rule.still}" if rule.still else "-"))
    if any(rule.budget is not None for side in found.sides for rule in side.rules):
        columns.append(("budget", _budget))
    return columns


def _totals(side: Side) -> tuple[str, str]:
    return f"{sum(rule.fired for rule in side.rules):,}", _rate(sum(rule.a_week for rule in side.rules))


def _budget(rule: RuleSummary) -> str:
    if rule.budget is None:
        return "-"
    return f"{rule.budget:.2g}{' shared' if rule.is_shared else ''}"


def _beside(cells: Sequence[str]) -> str:
    """The cells of all sides in one, once where they are the same."""
    return cells[0] if len(set(cells)) == 1 else " | ".join(cells)


def _coloured(name: str, sides: Sequence[RuleSummary | None]) -> Text:
    known = next(rule for rule in sides if rule)
    return Text(name, style=COLOURS[known.severity] if any(rule and rule.fired for rule in sides) else "")


def _remarks(side: Side) -> Iterator[str]:
    """What rules could not judge, and why."""
    for rule in side.rules:
        if rule.says_nothing:
            yield f"{rule.name}: no verdict in the whole period: {rule.remark}"
        elif rule.unjudged:
            share = f"{rule.unjudged:,} of {rule.readings:,} values"
            yield f"{rule.name}: {share} could not be judged, most of them: {rule.remark}"


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


def _all_episodes(episodes: Sequence[Episode]) -> None:
    if not episodes:
        return
    _say("")
    OUTPUT.print(_episodes(episodes[-MOST_EPISODES:]))
    if (older := len(episodes) - MOST_EPISODES) > 0:
        _say(f"The newest {MOST_EPISODES} of {len(episodes):,}; --json has the {older:,} older ones too.")


def _alone(what: str, episodes: Sequence[Episode]) -> None:
    _say("")
    if not episodes:
        _say(f"{what}: nothing")
        return
    _say(f"{what}: {len(episodes):,} alerts")
    OUTPUT.print(_episodes(episodes[-MOST_ALONE:]))
    if len(episodes) > MOST_ALONE:
        _say(f"The newest {MOST_ALONE}; --json has all.")


def _episodes(episodes: Sequence[Episode]) -> Table:
    is_wide = OUTPUT.width >= WIDE
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("from", no_wrap=True)
    if is_wide:
        table.add_column("to", no_wrap=True)
    table.add_column("lasts", justify="right", no_wrap=True)
    table.add_column("rule", overflow="fold", min_width=min(max(len(one.identity.alert) for one in episodes), 16))
    table.add_column("of", overflow="fold")
    table.add_column("worst", justify="right", no_wrap=True)
    table.add_column("limit", justify="right", no_wrap=True)
    for one in episodes:
        ends = "still fires" if one.end is None else _moment(one.end)
        goes_on = "+" if one.end is None and not is_wide else ""
        table.add_row(
            _moment(one.start),
            *([ends] if is_wide else []),
            _length(one.lasts) + goes_on,
            Text(one.identity.alert, style=COLOURS[one.severity]),
            _of(one),
            _number(one.worst),
            _number(one.limit),
        )
    return table


def _of(one: Episode) -> str:
    """What an episode is about."""
    identity = one.identity
    parts = (identity.column_name, identity.segment, identity.version, short_length(identity.window_seconds))
    return " ".join(filter(None, parts))


def _rate(a_week: float) -> str:
    return "0" if not a_week else f"{a_week:.2f}" if a_week < 10 else f"{a_week:.0f}"


def _length(length: timedelta) -> str:
    """A length in its largest unit, rounded.

    >>> _length(timedelta(days=12, hours=3)), _length(timedelta(hours=36))
    ('12 d', '36 h')
    """
    if length >= 2 * DAY or not length % DAY:
        return f"{length / DAY:,.0f} d"
    return f"{length / HOUR:.0f} h" if length >= 2 * HOUR else f"{length / timedelta(minutes=1):.0f} min"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if not (moment.hour or moment.minute) else f"{moment:%Y-%m-%dT%H:%M}"


def _number(value: float | None) -> str:
    return "-" if value is None else number(value)


def _say(line: str) -> None:
    OUTPUT.print(line, markup=False, highlight=False, soft_wrap=not OUTPUT.is_terminal)
