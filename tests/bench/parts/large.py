"""Ten times the rows: ten times the time, and no more memory."""

from __future__ import annotations

from collections.abc import Iterator

from bench.filling import need
from bench.finding import Bar, Finding, as_megabytes, as_times
from bench.part import Part
from bench.process import Cost
from bench.run import Run
from bench.seamark import MODEL, configured, model
from bench.tables import FIRST_DAY, SECOND_DAY

TIME = Bar("10M + 10M rows against 1M + 1M rows: time of the whole process", 10.5, as_times)
MEMORY = Bar("10M + 10M rows: peak memory", 350, as_megabytes)
SMALL_MEMORY = Bar("1M + 1M rows: peak memory", 350, as_megabytes)


def measure(run: Run) -> Iterator[Finding]:
    need(run, "reference_rows", "predictions")
    small = _cost(run, "1M + 1M rows", "predictions", "reference_rows", run.rows, times=3)
    yield SMALL_MEMORY.measured(small.megabytes, "")
    need(run, "ten_fold")
    large = _cost(run, "10M + 10M rows", "ten_fold", "ten_fold", 10 * run.rows)
    yield TIME.measured(large.seconds / small.seconds, f"{large.seconds:.1f} s against {small.seconds:.1f} s")
    yield MEMORY.measured(large.megabytes, "")


def _cost(run: Run, what: str, table: str, reference: str, rows: int, *, times: int = 1) -> Cost:
    costs = []
    for _ in range(times):
        seamark = configured(run, {MODEL: model(table, reference)})
        costs.append(seamark.backfill(f"Seamark, {what}", FIRST_DAY, SECOND_DAY, rows=rows))
    return run.spend(f"Seamark, PostgreSQL: {what}", costs, rows=2 * rows)


PART = Part("large", (TIME, MEMORY, SMALL_MEMORY), measure)
