"""An hourly tick of a long window: what it costs must not depend on how much history there is."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

from bench.filling import need
from bench.finding import Bar, Finding, as_times
from bench.part import Part
from bench.run import Run
from bench.seamark import MODEL, configured, model
from bench.tables import DAY, FIRST_DAY, HOUR, ROWS_PER_HOUR, TICK_DAYS, TICKS, WARM_TICKS

WINDOW = 7 * DAY
TICK = Bar(
    "an hourly tick of a 7-day window after 30 days of history, against 1 day: our own time", 1.2, as_times, False
)
READ = Bar("rows that tick reads, by PostgreSQL's own count, against the rows of the new hour", 1.0, as_times, False)


def measure(run: Run) -> Iterator[Finding]:
    long, short = (_ticks(run, days) for days in (TICK_DAYS, 1))
    own, wall = (
        [1000 * statistics.median(tick[key] for tick in each["ticks"]) for each in (long, short)]
        for key in ("processor_seconds", "seconds")
    )
    clock = f"by the clock {wall[0]:.0f} against {wall[1]:.0f}"
    yield TICK.measured(own[0] / own[1], f"{own[0]:.0f} ms against {own[1]:.0f} ms; {clock}")
    read = long["rows_read"] / (TICKS + WARM_TICKS)
    yield READ.measured(read / ROWS_PER_HOUR, f"{read:,.0f} rows of {ROWS_PER_HOUR:,}")


def _ticks(run: Run, days: int) -> dict[str, Any]:
    """Ticks of successive hours; the first ones only warm the process up."""
    history = f"{days} day{'s' if days > 1 else ''}"
    table = f"ticked_{history.replace(' ', '_')}"
    need(run, "small_reference", table)
    wanted = model(table, "small_reference", windows=["7 days"], every="1 hour")
    seamark = configured(run, {MODEL: wanted})
    seamark.backfill(f"history of {history}", FIRST_DAY - max(days * DAY, WINDOW), FIRST_DAY)
    ends = [FIRST_DAY + hour * HOUR for hour in range(1, TICKS + WARM_TICKS + 1)]
    ticks = [{"model": MODEL, "start": (end - WINDOW).isoformat(), "end": end.isoformat()} for end in ends]
    before = run.database.rows_read(table)
    cost = seamark.module(f"ticks after {history}", "ticks", {"warm": WARM_TICKS, "ticks": ticks})
    run.spend(f"Seamark, {len(ticks)} hourly ticks after {history}, process and all", [cost], rows=None)
    return {**cost.answer, "rows_read": run.database.rows_read(table) - before}


PART = Part("tick", (TICK, READ), measure)
