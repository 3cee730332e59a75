"""What ten segment columns of ten values each add."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.columns import CATEGORICAL, SEGMENTS
from bench.filling import need
from bench.finding import Bar, Finding, as_times
from bench.part import Part
from bench.process import Cost
from bench.run import Run
from bench.seamark import MODEL, configured, log, model
from bench.tables import FIRST_DAY, SECOND_DAY

REPETITIONS = 3
COST = Bar("10 segment columns of 10 values, against none, on the same 35 columns", 1.6, as_times)


def measure(run: Run) -> Iterator[Finding]:
    """By turns, so that a slow minute of the machine falls on both."""
    need(run, "segmented_reference", "segmented")
    plain, split = "Seamark, 35 columns, no segments", "Seamark, 35 columns, 10 segment columns"
    costs = [(_cost(run, plain), _cost(run, split, segments=[*SEGMENTS])) for _ in range(REPETITIONS)]
    without = run.spend(plain, [one for one, _ in costs], rows=2 * run.rows)
    segmented = run.spend(split, [one for _, one in costs], rows=2 * run.rows)
    how = f"{segmented.seconds:.1f} s against {without.seconds:.1f} s"
    yield COST.measured(segmented.seconds / without.seconds, how)


def _cost(run: Run, what: str, **more: Any) -> Cost:
    wanted = model("segmented", "segmented_reference", **more)
    wanted["predictions"] |= log(categorical=(*CATEGORICAL, *SEGMENTS))
    return configured(run, {MODEL: wanted}).backfill(what, FIRST_DAY, SECOND_DAY, rows=run.rows)


PART = Part("segments", (COST,), measure)
