"""One tick of one model in a store with a thousand."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.filling import need
from bench.finding import Bar, Finding, as_milliseconds
from bench.part import Part
from bench.run import Run
from bench.seamark import configured, model
from bench.tables import HOUR, ROWS_PER_FLEET_TICK

MODELS = 1_000
MEASURED_MODELS = 15
TICK = Bar(
    "a tick of one model with 500 new rows, in a store with 1,000 models: our own time", 25, as_milliseconds, False
)


def measure(run: Run) -> Iterator[Finding]:
    need(run, "fleet_reference", "fleet")
    wanted = model("fleet", "fleet_reference", windows=["1 hour"], delay=_delay(run.fleet_hour))
    seamark = configured(run, {f"model_{i:04}": wanted for i in range(MODELS)})
    hours = [run.fleet_hour - 2 * HOUR, run.fleet_hour - HOUR, run.fleet_hour]
    filled = seamark.backfill(f"the first hour of {MODELS:,} models", hours[0], hours[1])
    run.spend(f"Seamark, one hour of {MODELS:,} models of 500 rows each", [filled], rows=MODELS * ROWS_PER_FLEET_TICK)
    chosen = [f"model_{i:04}" for i in range(0, MODELS, MODELS // MEASURED_MODELS)]
    before = [{"model": name, "start": hours[1].isoformat(), "end": hours[2].isoformat()} for name in chosen]
    ticks = [*before, *({"model": name} for name in chosen)]
    cost = seamark.module("ticks of single models", "ticks", {"warm": len(before), "ticks": ticks})
    own, wall = (
        1000 * statistics.median(tick[key] for tick in cost.answer["ticks"]) for key in ("processor_seconds", "seconds")
    )
    yield TICK.measured(own, f"{own:.1f} ms of our own, {wall:.1f} ms by the clock, median of {len(chosen)} models")


def _delay(hour: datetime) -> str:
    """A delay by which the fleet's newest hour is the newest that is closed, however long the bench runs."""
    waited = datetime.now(UTC) - (hour + HOUR) - timedelta(minutes=1)
    return f"{max(waited // timedelta(minutes=1), 0)} minutes"


PART = Part("fleet", (TICK,), measure)
