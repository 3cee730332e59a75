"""Ticks inside one warm process, as `seamark serve` makes them: `python -m bench.ticks '{...}'`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from monitor.service import Seamark
from monitor.service.seamark import Due

Look = Iterator[tuple[str, Any]]


def main() -> None:
    asked = json.loads(sys.argv[1])
    with Seamark.open(Path(asked["configuration"])) as seamark:
        made = [_tick(seamark, one) for one in asked["ticks"]]
    json.dump({"ticks": made[asked["warm"] :]}, sys.stdout)


def _tick(seamark: Seamark, one: dict[str, str]) -> dict[str, Any]:
    """Our own time is the time that this process has a processor; what the database works meanwhile is not in it."""
    started, worked = perf_counter(), process_time()
    outcomes = list(seamark.measure(_due(seamark, one), notify=True))
    worked, started = process_time() - worked, perf_counter() - started
    faults = [str(outcome and outcome.reason) for outcome in outcomes if outcome is None or outcome.status != "done"]
    if faults or not outcomes:
        sys.exit(
            f"the tick of {one['model']} measured {len(outcomes)} windows: {'; '.join(faults) or 'nothing is due'}"
        )
    return {"windows": len(outcomes), "processor_seconds": worked, "seconds": started}


def _due(seamark: Seamark, one: dict[str, str]) -> Due:
    """What the clock says is due, or, where the bench stands in for the clock, the windows of a stretch."""
    if "start" not in one:
        return seamark.due([one["model"]])
    start, end = (datetime.fromisoformat(one[name]) for name in ("start", "end"))
    return seamark.backfill(start, end, [one["model"]], again=False)


if __name__ == "__main__":
    main()
