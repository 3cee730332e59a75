"""Measuring nine months of the demo's flights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

from bench.finding import Bar, Finding, as_megabytes
from bench.part import Part
from bench.process import CannotMeasureError
from bench.run import Run
from bench.seamark import Seamark

DEMO = Path("demo")
START, END = datetime(2013, 4, 1, tzinfo=UTC), datetime(2014, 1, 1, tzinfo=UTC)
TIME = Bar(
    "the demo's nine months of real flights: time of the whole backfill", 60, lambda value: f"{value:.1f} s", False
)
MEMORY = Bar("the same: peak memory", 500, as_megabytes, False)


def measure(run: Run) -> Iterator[Finding]:
    if not (DEMO / "flights.db").exists():
        raise CannotMeasureError("the demo's files are missing: run `make demo SERVE=0` first")
    folder = run.folder / "demo"
    folder.mkdir()
    for name in ("flights.db", "seamark.yaml"):
        copy(DEMO / name, folder)
    seamark = Seamark(run, folder / "seamark.yaml", {})
    seamark.migrate()
    cost = seamark.backfill("the demo's nine months", START, END)
    windows = sum(outcome["status"] == "done" for outcome in cost.answer)
    yield TIME.measured(cost.seconds, f"{windows:,} windows")
    yield MEMORY.measured(cost.megabytes, "")


PART = Part("demo", (TIME, MEMORY), measure)
