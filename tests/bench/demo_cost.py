"""What the demo's measuring costs, as ratios within one run: `make bench`, after `make demo`."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copy
from time import perf_counter

DEMO = Path("demo")
PERIOD = ("--from", "2013-04-01", "--to", "2014-01-01")
MEBIBYTE_IN_KIBIBYTES = 1024
LIMIT_MEBIBYTES = 500
LIMIT_SECONDS = 60


def seconds_of(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def drain(database: Path) -> int:
    """Fetch every row and column of the log once, as Python objects, and do nothing with them."""
    with closing(sqlite3.connect(database)) as connection:
        return sum(1 for _ in connection.execute("SELECT * FROM predictions"))


def seamark(command: str, config: Path, *arguments: str) -> None:
    program = [sys.executable, "-m", "monitor", command, "--config", str(config), *arguments]
    subprocess.run(program, check=True, capture_output=True)


def main() -> None:
    if not (DEMO / "flights.db").exists():
        sys.exit("demo/flights.db is missing: run `make demo SERVE=0` first")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("flights.db", "seamark.yaml"):
            copy(DEMO / name, folder)
        config = Path(folder, "seamark.yaml")
        seamark("migrate", config)
        reading = seconds_of(lambda: drain(DEMO / "flights.db"))
        measuring = seconds_of(lambda: seamark("backfill", config, *PERIOD))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEBIBYTE_IN_KIBIBYTES
        with closing(sqlite3.connect(Path(folder, "seamark.db"))) as connection:
            (measurements,) = connection.execute("SELECT count(*) FROM v_measurement").fetchone()
            (windows,) = connection.execute("SELECT count(*) FROM v_run WHERE status = 'done'").fetchone()
    rows = (
        ("windows done", f"{windows:,}", ""),
        ("measurements stored", f"{measurements:,}", ""),
        ("whole backfill against draining the log once", f"{measuring / reading:.1f} times", "none yet"),
        ("whole backfill against its limit", f"{measuring / LIMIT_SECONDS:.2f}", "at most 1"),
        ("peak memory against its limit", f"{peak / LIMIT_MEBIBYTES:.2f}", "at most 1"),
    )
    print("| what | measured | bar |\n|---|---|---|")  # noqa: T201 - the table is the point
    for row in rows:
        print("| " + " | ".join(row) + " |")  # noqa: T201


if __name__ == "__main__":
    main()
