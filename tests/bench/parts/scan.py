"""What profiling adds to reading."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench.filling import need
from bench.finding import Bar, Finding, as_times
from bench.part import Part
from bench.process import SeamarkFailedError
from bench.run import Run
from bench.seamark import MODEL, configured, model
from bench.tables import FIRST_DAY, SECOND_DAY, selected

REPETITIONS = 3
SCAN = Bar("scanning and profiling 1M rows x 25 columns, against draining them by ADBC", 1.2, as_times)


def measure(run: Run) -> Iterator[Finding]:
    need(run, "small_reference", "predictions")
    select = selected("predictions", FIRST_DAY, SECOND_DAY)
    drain = [run.module("ADBC drain", "drain", {"select": select}) for _ in range(REPETITIONS)]
    run.spend("ADBC drain of the same columns, nothing else", drain, rows=run.rows)
    asked = {
        "model": MODEL,
        "select": select,
        "start": FIRST_DAY.isoformat(),
        "end": SECOND_DAY.isoformat(),
    }
    found = []
    for _ in range(REPETITIONS):
        seamark = configured(run, {MODEL: model("predictions", "small_reference")})
        found.append(seamark.module("drain, then scan and profile", "scan", asked).answer)
    if any(each["rows"] != run.rows for each in found):
        raise SeamarkFailedError(f"Seamark profiled {found[0]['rows']:,} rows where there are {run.rows:,}")
    ratio = statistics.median(each["scan"] / each["drain"] for each in found)
    scan, floor = (statistics.median(each[name] for each in found) for name in ("scan", "drain"))
    yield SCAN.measured(ratio, f"{scan:.2f} s against {floor:.2f} s")


PART = Part("scan", (SCAN,), measure)
