"""The words and numbers of a backtest, for a terminal as for a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.rule import Severity
from alerts.state import Identity
from alerts.wording import number, short_length
from monitor.backtest.episodes import Episode
from monitor.backtest.replay import Replay
from monitor.backtest.side import Backtest, Side
from monitor.backtest.summary import RuleSummary
from monitor.window import Window

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Cell = Callable[[RuleSummary], str]


@dataclass(frozen=True, slots=True)
class Row:
    """Cells under their titles; `severity` is that of what is coloured: of a rule that fired, or an episode."""

    cells: tuple[str, ...]
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first `texts` columns are text, the others numbers."""

    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    texts: int


def headline(found: Backtest) -> str:
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
    return f"{said(period.start)} to {said(period.end)} ({days:,.0f} days)" if days >= 2 else str(period)


def once(found: Backtest, of: Callable[[Side], Iterator[str]]) -> Iterator[str]:
    """What is said of the sides: of which, only where they differ."""
    said = [list(of(side)) for side in found.sides]
    if all(one == said[0] for one in said):
        yield from said[0]
        return
    for side, lines in zip(found.sides, said, strict=True):
        yield from (f"({side.name}) {line}" for line in lines)


def gaps(side: Side) -> Iterator[str]:
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
    return f"seamark backfill --from {said(start)} --to {said(end)} --model {one.model}"


def rules(found: Backtest, *, is_wide: bool) -> Grid:
    """What each rule came to."""
    columns = _columns(found, is_wide=is_wide)
    rows = []
    for name in found.rule_names:
        sides = [next((rule for rule in side.rules if rule.name == name), None) for side in found.sides]
        cells = [_beside([cell(rule) if rule else "-" for rule in sides]) for _, cell in columns]
        known = next(rule for rule in sides if rule)
        has_fired = any(rule and rule.fired for rule in sides)
        rows.append(Row((name, *cells), known.severity if has_fired else None))
    totals = [_beside(column) for column in zip(*(_totals(side) for side in found.sides), strict=True)]
    rows.append(Row(("all", *totals, *[""] * (len(columns) - len(totals)))))
    return Grid(("rule", *(title for title, _ in columns)), tuple(rows), texts=1)


def _columns(found: Backtest, *, is_wide: bool) -> list[tuple[str, Cell]]:
    """The columns; of budgets only where a rule has one, and the most needed alone where there is little room."""
    columns: list[tuple[str, Cell]] = [
        ("fired", lambda rule: f"{rule.fired:,}"),
        ("a week", lambda rule: _rate(rule.a_week)),
        ("longest", lambda rule: lasting(rule.longest) if rule.fired else "-"),
        ("firing", lambda rule: lasting(rule.firing) if rule.fired else "-"),
    ]
    if not found.is_comparison or is_wide:
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


def remarks(side: Side) -> Iterator[str]:
    """What rules could not judge, and why."""
    for rule in side.rules:
        if rule.says_nothing:
            yield f"{rule.name}: no verdict in the whole period: {rule.remark}"
        elif rule.unjudged:
            share = f"{rule.unjudged:,} of {rule.readings:,} values"
            yield f"{rule.name}: {share} could not be judged, most of them: {rule.remark}"


def episodes(found: Sequence[Episode], *, is_wide: bool, of_many: bool) -> Grid:
    """What fired, when, how long, and how bad it was; `of_many` is whether there are other models too."""
    titles = ("from", "to", "rule", "of", "lasts", "worst", "limit")
    rows = [Row(_cells(one, is_wide=is_wide, of_many=of_many), one.severity) for one in found]
    if not is_wide:
        return Grid((titles[0], *titles[2:]), tuple(Row((r.cells[0], *r.cells[2:]), r.severity) for r in rows), texts=3)
    return Grid(titles, tuple(rows), texts=4)


def _cells(one: Episode, *, is_wide: bool, of_many: bool) -> tuple[str, ...]:
    goes_on = "+" if one.end is None and not is_wide else ""
    return (
        said(one.start),
        "still fires" if one.end is None else said(one.end),
        one.identity.alert,
        about(one.identity, of_many=of_many),
        lasting(one.lasts) + goes_on,
        _number(one.worst),
        _number(one.limit),
    )


def about(identity: Identity, *, of_many: bool) -> str:
    """What an alert is about; its model too, where there are others."""
    model = f"{identity.model}:" if of_many else ""
    parts = (model, identity.column_name, identity.segment, identity.version, short_length(identity.window_seconds))
    return " ".join(filter(None, parts))


def _rate(a_week: float) -> str:
    return "0" if not a_week else f"{a_week:.2f}" if a_week < 10 else f"{a_week:.0f}"


def lasting(length: timedelta) -> str:
    """A length in its largest unit, rounded.

    >>> lasting(timedelta(days=12, hours=3)), lasting(timedelta(hours=36))
    ('12 d', '36 h')
    """
    if length >= 2 * DAY or not length % DAY:
        return f"{length / DAY:,.0f} d"
    return f"{length / HOUR:.0f} h" if length >= 2 * HOUR else f"{length / timedelta(minutes=1):.0f} min"


def said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if not (moment.hour or moment.minute) else f"{moment:%Y-%m-%dT%H:%M}"


def _number(value: float | None) -> str:
    return "-" if value is None else number(value)
