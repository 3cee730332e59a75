"""`python -m bench`: measures every part, prints the tables, and ends with status 1 if a bar is missed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.database import Database
from bench.finding import Finding
from bench.part import Part
from bench.parts import PARTS
from bench.process import CannotMeasureError, SeamarkFailedError
from bench.report import markdown
from bench.run import Run
from bench.tables import HOUR

ROWS = 1_000_000
HISTORIES = 24
LONG = "truth"
PAGE = Path("docs/bench.md")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def main() -> int:
    wanted = _arguments()
    parts = [part for part in PARTS if part.name in wanted.only]
    comparable = wanted.rows == ROWS
    started = perf_counter()
    with tempfile.TemporaryDirectory() as folder, Database() as database:
        run = Run(database, Path(folder), wanted.rows, _last_full_hour(), _say, histories=wanted.runs, data=wanted.data)
        findings = [finding for part in parts for finding in _measured(part, run)]
        page = markdown(findings, run.spent, server=_server(database), comparable=comparable)
    sys.stdout.write(page)
    if comparable and set(_usual()) <= set(wanted.only):
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page)
        _say(f"written to {PAGE}")
    _say(f"{perf_counter() - started:7.1f} s  in all")
    return int(any(finding.verdict(comparable=comparable) in {"missed", "failed"} for finding in findings))


def _measured(part: Part, run: Run) -> Iterator[Finding]:
    """What a part finds; a bar that it did not get to is a row with the reason."""
    _say(f"--- {part.name}")
    seen = set()
    try:
        for finding in part.measure(run):
            seen.add(finding.bar)
            yield finding
    except CannotMeasureError as error:
        failed = isinstance(error, SeamarkFailedError)
        yield from (bar.missing(str(error), failed=failed) for bar in part.bars if bar not in seen)


def _arguments() -> argparse.Namespace:
    names = ", ".join(part.name for part in PARTS)
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument(
        "--only", type=_chosen, default=_usual(), help=f"parts, comma between: {names}; default: all but {LONG}"
    )
    parser.add_argument(
        "--rows", type=int, default=ROWS, help="fewer than 1M for a quick look; bars are not judged then"
    )
    parser.add_argument("--runs", type=int, default=HISTORIES, help="histories of a scenario in the bench of truth")
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("SEAMARK_BENCH_DATA", DATA), help="the folder of real data sets"
    )
    return parser.parse_args()


def _usual() -> list[str]:
    """The parts that write the page of speed; what alarms are worth has a page of its own."""
    return [part.name for part in PARTS if part.name != LONG]


def _chosen(text: str) -> list[str]:
    known = [part.name for part in PARTS]
    chosen = text.split(",")
    if unknown := [name for name in chosen if name not in known]:
        raise argparse.ArgumentTypeError(f"no part is called {', '.join(unknown)}; there are {', '.join(known)}")
    return chosen


def _last_full_hour() -> datetime:
    """The start of the newest hour that is over."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - HOUR


def _server(database: Database) -> str:
    try:
        (version,) = database.fetch("SHOW server_version")
    except CannotMeasureError:
        return "no PostgreSQL"
    return f"PostgreSQL {version.split()[0]}"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
