"""A backtest as an HTML file: from what was found to what the page of the dashboards shows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import pandas as pd

from alerts.state import Identity
from dashboards.backtest_page import Bar, Course, Lane, Page, PageRow, PageTable, html
from monitor.backtest.episodes import Episode, point, series_of
from monitor.backtest.replay import Replay
from monitor.backtest.side import Backtest
from monitor.cli.backtest_cells import Grid, about, episodes, gaps, headline, lasting, once, remarks, rules, said
from monitor.window import Window, to_epoch

MOST_COURSES = 20
MOST_MARKS = 14
DAY = timedelta(days=1)


def written(found: Backtest) -> str:
    """The page."""
    differ = [f"Where they differ: {' | '.join(side.name for side in found.sides)}."] if found.is_comparison else []
    page = Page(
        title=f"Backtest of {', '.join(one.model for one in found.first.replays)}",
        notes=(headline(found), *once(found, gaps), *differ, *once(found, remarks)),
        rules=_table("Rules", rules(found, is_wide=True)),
        lanes=tuple(_lanes(found)),
        marks=tuple(_marks(found.first.period)),
        courses=tuple(course for place in range(len(found.sides)) for course in _courses(found, place)),
        episodes=tuple(_episodes(found)),
    )
    return html(page)


def _table(title: str, grid: Grid) -> PageTable:
    return PageTable(title, grid.titles, tuple(PageRow(row.cells, row.severity) for row in grid.rows), grid.texts)


def _episodes(found: Backtest) -> Iterator[PageTable]:
    if not found.is_comparison:
        yield _table("What fired", episodes(found.first.episodes, is_wide=True, of_many=found.has_many_models))
        return
    for place, side in enumerate(found.sides):
        yield _table(f"Only {side.name}", episodes(found.only_in(place), is_wide=True, of_many=found.has_many_models))


def _lanes(found: Backtest) -> Iterator[Lane]:
    for name in found.rule_names:
        sides = [tuple(_bar(one, found.first.period) for one in side.of_rule(name)) for side in found.sides]
        if not any(sides):
            continue
        if all(_same(bars, sides[0]) for bars in sides):
            yield Lane(name, sides[0])
        else:
            yield from (Lane(f"{name}, {side.name}", bars) for side, bars in zip(found.sides, sides, strict=True))


def _same(some: Sequence[Bar], others: Sequence[Bar]) -> bool:
    """Whether the same was told at the same time, whatever its limit."""
    return [(one.start, one.end) for one in some] == [(one.start, one.end) for one in others]


def _bar(one: Episode, period: Window) -> Bar:
    ends = "still fires" if one.end is None else f"to {said(one.end)}"
    words = f"{about(one.identity, of_many=True)}: {said(one.start)} {ends}, {lasting(one.lasts)}; {one.reason}"
    return Bar(
        (one.start - period.start) / period.length, (one.until - period.start) / period.length, one.severity, words
    )


def _marks(period: Window) -> Iterator[tuple[float, str]]:
    """Dates at even distances, as many as there is room for."""
    step = max(-(-period.length // (MOST_MARKS * DAY)) * DAY, DAY)
    moment = period.start
    while moment < period.end - step / 2:
        yield (moment - period.start) / period.length, f"{moment:%b %d}"
        moment += step


def _courses(found: Backtest, place: int) -> Iterator[Course]:
    """The series that fired longest, each with its limits; of two sides, what one alone tells of."""
    side = found.sides[place]
    told: dict[Identity, list[Episode]] = {}
    for one in found.only_in(place) if found.is_comparison else side.episodes:
        told.setdefault(one.identity, []).append(one)
    longest = sorted(told, key=lambda identity: -sum((one.lasts for one in told[identity]), timedelta(0)))
    for identity in longest[: MOST_COURSES // len(found.sides)]:
        replay = next(one for one in side.replays if one.model == identity.model)
        rows = _rows(replay, identity)
        if len(rows) > 1:
            of = f"{identity.alert}: {identity.metric} of {about(identity, of_many=True)}"
            yield Course(
                f"{of}, {side.name}" if side.name else of,
                identity.metric,
                bool(identity.column_name),
                rows,
                _spans([one for one in side.episodes if one.identity == identity], rows),
            )


def _rows(replay: Replay, identity: Identity) -> pd.DataFrame:
    rule = next(rule for rule in replay.rules if rule.name == identity.alert and rule.matches(identity))
    wanted = series_of(identity)
    readings = [one for one in replay.readings if series_of(one) == wanted]
    limits = [point(rule, one) for one in readings]
    return pd.DataFrame(
        {
            "time_epoch": [to_epoch(one.window_end) for one in readings],
            "window_seconds": [one.window_seconds for one in readings],
            "version": [one.version for one in readings],
            "value": _numbers([one.value for one in readings]),
            "lower": _numbers([one.estimate.lower for one in readings]),
            "upper": _numbers([one.estimate.upper for one in readings]),
            "limit_low": _numbers([one.low for one in limits]),
            "limit_high": _numbers([one.high for one in limits]),
            "rows": [one.estimate.rows for one in readings],
            "target_coverage": _numbers([one.target_coverage for one in readings]),
            "reason": [one.reason for one in readings],
        }
    )


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in values]


def _spans(found: Sequence[Episode], rows: pd.DataFrame) -> pd.DataFrame:
    """The episodes as the charts shade them; one that ends with the window it begins in, from the one before on."""
    ends = [int(end) for end in rows["time_epoch"]]
    before = dict(pairwise(reversed(ends)))
    spans = pd.DataFrame(
        {
            "start": [_start(one, before) for one in found],
            "end": [None if one.end is None else to_epoch(one.end) for one in found],
            "severity": [one.severity for one in found],
            "alert": [one.identity.alert for one in found],
            "reason": [one.reason for one in found],
        }
    )
    spans["end"] = spans["end"].astype("Int64")
    return spans


def _start(one: Episode, before: dict[int, int]) -> int:
    start = to_epoch(one.start)
    return before.get(start, start) if one.until == one.start else start
