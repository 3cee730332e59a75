"""A backtest as one HTML file that needs nothing else: tables, lanes of what fired, the courses of the worst series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from dashboards import palette, words
from dashboards.charts.mail import course_svg

COLOURS = {"page": palette.PAGE, "ticket": palette.TICKET}


@dataclass(frozen=True, slots=True)
class PageRow:
    """Cells of a table; what has a severity is coloured by it."""

    cells: tuple[str, ...]
    severity: str | None


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table under its title; the first `texts` columns are text, the others numbers."""

    title: str
    titles: tuple[str, ...]
    rows: tuple[PageRow, ...]
    texts: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a lane, from 0 to 1 of the period."""

    start: float
    end: float
    severity: str
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """What a rule fired, side by side with those of the other rules."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A series with its limits and the episodes of its alert, as the charts of the dashboard want them."""

    title: str
    metric: str
    of_column: bool
    rows: pd.DataFrame
    episodes: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows; `marks` are dates under the lanes, each with its place from 0 to 1."""

    title: str
    notes: tuple[str, ...]
    rules: PageTable
    lanes: tuple[Lane, ...]
    marks: tuple[tuple[float, str], ...]
    courses: tuple[Course, ...]
    episodes: tuple[PageTable, ...]


def html(page: Page) -> str:
    """The page."""
    parts = [
        f"<h1>{escape(page.title)}</h1>",
        *(f"<p>{escape(note)}</p>" for note in page.notes),
        *_table(page.rules),
        *_lanes(page.lanes, page.marks),
        *_courses(page.courses),
        *(line for table in page.episodes for line in _table(table)),
    ]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(page.title)}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>'
        "\n</html>\n"
    )


def _table(table: PageTable) -> Iterator[str]:
    yield f"<h2>{escape(table.title)}</h2>"
    if not table.rows:
        yield "<p>Nothing.</p>"
        return
    titles = "".join(f"<th{_side(place, table)}>{escape(title)}</th>" for place, title in enumerate(table.titles))
    yield f"<table>\n<tr>{titles}</tr>"
    for row in table.rows:
        colour = f' class="{row.severity}"' if row.severity else ""
        cells = "".join(f"<td{_side(place, table)}>{escape(cell)}</td>" for place, cell in enumerate(row.cells))
        yield f"<tr{colour}>{cells}</tr>"
    yield "</table>"


def _side(place: int, table: PageTable) -> str:
    return "" if place < table.texts else ' class="number"'


def _lanes(lanes: Iterable[Lane], marks: Sequence[tuple[float, str]]) -> Iterator[str]:
    yield '<h2>When</h2>\n<div class="lanes">'
    for lane in lanes:
        bars = "".join(_bar(bar) for bar in lane.bars)
        yield f'<div class="name">{escape(lane.name)}</div><div class="lane">{bars}</div>'
    dates = "".join(f'<span style="left:{100 * place:.2f}%">{escape(text)}</span>' for place, text in marks)
    yield f'<div></div><div class="dates">{dates}</div>\n</div>'


def _bar(bar: Bar) -> str:
    width = max(100 * (bar.end - bar.start), 0.3)
    return (
        f'<i class="{bar.severity}" style="left:{min(100 * bar.start, 99.7):.2f}%;width:{width:.2f}%"'
        f' title="{escape(bar.words)}"></i>'
    )


def _courses(courses: Iterable[Course]) -> Iterator[str]:
    for number, course in enumerate(courses):
        if not number:
            yield "<h2>The series that fired longest</h2>"
        drawn = course_svg(course.rows, course.episodes, words.metric(course.metric, of_column=course.of_column))
        yield f"<figure><figcaption>{escape(course.title)}</figcaption>{drawn}</figure>"


STYLE = f"""
body {{ font: 15px/1.45 {palette.FONT}; color: {palette.INK}; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.5rem }} h2 {{ font-size: 1.15rem; margin-top: 2rem }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums }}
th, td {{ padding: .2rem 1rem .2rem 0; text-align: left; border-bottom: 1px solid {palette.GRID} }}
th {{ color: {palette.QUIET}; font-weight: normal }} .number {{ text-align: right }}
tr.page td:first-child {{ box-shadow: inset 3px 0 {palette.PAGE} }}
tr.ticket td:first-child {{ box-shadow: inset 3px 0 {palette.TICKET} }}
tr td:first-child {{ padding-left: .6rem }}
.lanes {{ display: grid; grid-template-columns: max-content 1fr; gap: 2px 1rem }}
.lane {{ position: relative; height: 1.3rem; background: {palette.GRID} }}
.lane i {{ position: absolute; top: 2px; bottom: 2px; opacity: .45 }}
.lane i:hover {{ opacity: 1 }}
i.page {{ background: {palette.PAGE} }} i.ticket {{ background: {palette.TICKET} }}
.dates {{ position: relative; height: 1.4rem; color: {palette.QUIET}; font-size: .8rem }}
.dates span {{ position: absolute; border-left: 1px solid {palette.REFERENCE}; padding-left: 3px; white-space: nowrap }}
figure {{ margin: 1.2rem 0 }} figcaption {{ color: {palette.QUIET} }} figure > svg {{ width: 100%; height: auto }}
"""
