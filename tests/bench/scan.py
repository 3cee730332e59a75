"""Draining the columns, then scanning and profiling them, in one process: `python -m bench.scan '{...}'`."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from bench.drain import drained
from monitor.observe.reference import profile_reference
from monitor.profile.part import ALL
from monitor.profile.scan import profile_rows
from monitor.service import Seamark
from monitor.window import Window

HOUR = timedelta(hours=1)


def main() -> None:
    asked = json.loads(sys.argv[1])
    window = Window(datetime.fromisoformat(asked["start"]), datetime.fromisoformat(asked["end"]))
    with Seamark.open(Path(asked["configuration"])) as seamark:
        data = seamark.data(asked["model"])
        plan = profile_reference("bench", data.basis(window), data.shape).plan  # the bins; not part of what is timed
        started = perf_counter()
        drained(os.environ["BENCH_DATABASE"], asked["select"])
        after_drain = perf_counter()
        buckets = profile_rows(data.current(window), plan, HOUR)
        after_profile = perf_counter()
    drain, scan = after_drain - started, after_profile - after_drain
    json.dump({"drain": drain, "scan": scan, "rows": sum(parts[ALL].rows for parts in buckets.values())}, sys.stdout)


if __name__ == "__main__":
    main()
