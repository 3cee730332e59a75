"""Seamark as a user runs it: a YAML file and the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bench.columns import CATEGORICAL, NUMERIC
from bench.process import CannotMeasureError, Cost, SeamarkFailedError
from bench.run import Run

MODEL = "bench"
ROWS = {"env": "BENCH_DATABASE"}
STORE = {"env": "BENCH_STORE"}


def log(*, numeric: tuple[str, ...] = NUMERIC, categorical: tuple[str, ...] = CATEGORICAL) -> dict[str, Any]:
    """The columns of every table here."""
    return {
        "columns": {"id": "id", "time": "time"},
        "features": {"numeric": [*numeric], "categorical": [*categorical]},
    }


def model(table: str, reference: str, **more: Any) -> dict[str, Any]:
    """A model whose rows and reference are tables of the bench's database."""
    return {
        "task": "none",
        "predictions": {"database": ROWS, "table": table, **log()},
        "reference": {"table": reference},
        "windows": ["1 day"],
        **more,
    }


@dataclass(frozen=True, slots=True)
class Seamark:
    """Seamark on one configuration and a store of its own."""

    run: Run
    configuration: Path
    environment: Mapping[str, str]

    def migrate(self) -> None:
        """Make the store's tables."""
        self._command("migrate", "migrate")

    def backfill(self, what: str, start: datetime, end: datetime, *, rows: int | None = None) -> Cost:
        """Measure and store every window of a stretch; `rows` is how many there should be in them."""
        stretch = ("--from", start.isoformat(), "--to", end.isoformat(), "--json")
        cost = self._command(what, "backfill", *stretch)
        if rows is not None:
            _check(cost.answer, rows)
        return cost

    def backtest(self, what: str, *arguments: str) -> Cost:
        """Replay all that is measured."""
        return self._command(what, "backtest", "--json", *arguments)

    def module(self, what: str, name: str, asked: Mapping[str, Any]) -> Cost:
        """One of the bench's own modules on this configuration."""
        with blamed():
            return self.run.module(what, name, {"configuration": str(self.configuration), **asked}, **self.environment)

    def _command(self, what: str, name: str, *arguments: str) -> Cost:
        words = [sys.executable, "-m", "monitor", name, "--config", str(self.configuration), *arguments]
        with blamed():
            return self.run.child(what, words, **self.environment)


def configured(run: Run, models: Mapping[str, Any], *, store: str = "") -> Seamark:
    """Seamark on these models, as a YAML file says it; addresses come out of the environment, as they should."""
    file = run.folder / f"seamark_{len(list(run.folder.glob('*.yaml')))}.yaml"
    file.write_text(yaml.safe_dump({"version": 1, "store": STORE, "models": dict(models)}, sort_keys=False))
    seamark = Seamark(run, file, {"BENCH_STORE": store or run.database.fresh_store()})
    seamark.migrate()
    return seamark


@contextmanager
def blamed() -> Iterator[None]:
    """Whatever fails in here is a fault of Seamark."""
    try:
        yield
    except CannotMeasureError as error:
        raise SeamarkFailedError(str(error)) from None


def _check(outcomes: list[dict[str, Any]], rows: int) -> None:
    """A window that is quick because it measured nothing is no measurement."""
    measured = sum(outcome["rows"] for outcome in outcomes if outcome["status"] == "done")
    if measured != rows:
        raise SeamarkFailedError(f"Seamark measured {measured:,} rows where there are {rows:,}")
