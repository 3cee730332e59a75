"""One run of the bench: its database and folder, the children it starts, and what they cost."""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.database import Database
from bench.finding import Spent
from bench.process import CannotMeasureError, Cost, run_child

TESTS = Path(__file__).resolve().parents[1]
ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "NML_DISABLE_USAGE_LOGGING": "1",
    "PYTHONDONTWRITEBYTECODE": "",  # compiled modules are kept, as those of an installed package are
    "PYTHONPATH": os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH")))),
}


@dataclass
class Run:
    """What the parts of the bench have in common."""

    database: Database
    folder: Path
    rows: int
    fleet_hour: datetime
    say: Callable[[str], None]
    spent: list[Spent] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    peers: dict[str, Cost] = field(default_factory=dict)
    histories: int = 24  # of a usual scenario of the bench of truth
    data: Path | None = None  # real data sets that do not belong to the project

    def child(self, what: str, words: Sequence[str], **environment: str) -> Cost:
        """Run a child beside the bench's database, and say so."""
        with self.told(what):
            known = {**ENVIRONMENT, "BENCH_DATABASE": self.database.url, **environment}
            try:
                return run_child(words, environment=known)
            except CannotMeasureError as error:
                raise CannotMeasureError(str(error).replace(f"{self.folder}/", "")) from None

    def module(self, what: str, name: str, asked: Mapping[str, Any], **environment: str) -> Cost:
        """Run one of the bench's own modules in a child, with the interpreter that Seamark runs with."""
        return self.child(what, [sys.executable, "-m", f"bench.{name}", json.dumps(asked)], **environment)

    def spend(self, what: str, costs: Sequence[Cost], *, rows: int | None, note: str = "") -> Cost:
        """Note what something cost: the median of its times, the highest of its peaks."""
        cost = replace(
            costs[-1],
            seconds=statistics.median(each.seconds for each in costs),
            processor_seconds=statistics.median(each.processor_seconds for each in costs),
            megabytes=max(each.megabytes for each in costs),
        )
        repeated = f"median of {len(costs)}" if len(costs) > 1 else ""
        self.spent.append(Spent(what, rows, cost, ", ".join(filter(None, (note, repeated)))))
        return cost

    @contextmanager
    def told(self, what: str) -> Iterator[None]:
        """Say what was done, and how long it took."""
        started = perf_counter()
        try:
            yield
        except CannotMeasureError as error:
            self.say(f"{perf_counter() - started:7.1f} s  {what}: {error}")
            raise
        self.say(f"{perf_counter() - started:7.1f} s  {what}")
