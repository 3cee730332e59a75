"""The tables, as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from bench.finding import Finding, Spent

TITLE = """# What it costs

Written by `make bench`: every figure is of one run, on one machine, on the same made-up rows. Ratios can be held
against yours; seconds cannot.
"""
HOW = """
## How it is measured

- Rows: 20 columns of numbers of five shapes (some with nulls), 5 of text with 5 to 50 categories, an id and a time;
  fixed seeds. PostgreSQL holds them in unlogged tables, vacuumed before anybody reads. Everybody reads the same tables.
- Each thing is a process of its own, from its start to its end: wall time, and the peak of its resident memory as the
  kernel counts it (`ru_maxrss`; 1 MB is 10^6 bytes). The database's own memory is in nobody's figure.
- Seamark runs as a user runs it: `seamark backfill` with a YAML file, its default measures, and a PostgreSQL store that
  was migrated before. It ends when its measurements are stored. It measures more than the peers do: four distances
  with intervals, and the quality of the data. The peers compute one distance for each column, and store nothing.
- The peers run as their documents say, `pandas.read_sql` first: Evidently with an explicit `DataDefinition`, NannyML
  with its default ten chunks; once each, and neither phones home. The next window costs them as much as the first.
- Short things are repeated, and the median counts; peers, and what takes a minute, run once.
- Our own time is the time for which Seamark's process has a processor: what the database works for it is not in it.
- Ticks are made inside one warm process, as `seamark serve` makes them.
"""


def markdown(findings: Sequence[Finding], spent: Sequence[Spent], *, server: str, comparable: bool) -> str:
    """Every bar, then every cost."""
    lines = [
        TITLE,
        f"{machine(server)}\n",
        *table(("what", "measured", "bar", "", "figures"), (_bar_row(each, comparable) for each in findings)),
        "",
        *table(("process", "rows read", "wall time", "processor time", "peak memory", ""), map(_cost_row, spent)),
        HOW.rstrip()
        if comparable
        else "\nThis was a quick look with fewer rows: ratios cannot be compared with the bars.",
    ]
    return "\n".join(lines) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _bar_row(finding: Finding, comparable: bool) -> tuple[str, ...]:
    bar = finding.bar
    measured = "-" if finding.value is None else bar.say(finding.value)
    limit = f"at most {bar.say(bar.limit)}"
    return bar.what, measured, limit, finding.verdict(comparable=comparable), finding.how


def _cost_row(spent: Spent) -> tuple[str, ...]:
    rows = "" if spent.rows is None else f"{spent.rows:,}"
    if spent.cost is None:
        return spent.what, rows, "-", "-", "-", f"not measured: {spent.note}"
    cost = spent.cost
    return (
        spent.what,
        rows,
        f"{cost.seconds:,.1f} s",
        f"{cost.processor_seconds:,.1f} s",
        f"{cost.megabytes:,.0f} MB",
        spent.note,
    )


def machine(*more: str) -> str:
    """What it was measured on."""
    packages = ", ".join(f"{name} {_version(name)}" for name in ("numpy", "pyarrow", "pandas"))
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores; Python {platform.python_version()}, {'; '.join((packages, *more))}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(none)"
