"""The same rows in SQLite and in Parquet files, measured into a SQLite store: no bar, for comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bench.filling import write
from bench.finding import Finding, Spent
from bench.part import Part
from bench.process import CannotMeasureError
from bench.run import Run
from bench.seamark import MODEL, configured, log
from bench.tables import FIRST_DAY, SECOND_DAY

Where = dict[str, Any]


def measure(run: Run) -> Iterator[Finding]:
    for name, prepare in (("SQLite", _sqlite), ("Parquet", _parquet)):
        what = f"Seamark, {name}: reference and first window"
        try:
            _measure(run, what, prepare)
        except CannotMeasureError as error:
            run.spent.append(Spent(what, 2 * run.rows, None, str(error)))
    yield from ()


def _measure(run: Run, what: str, prepare: Callable[[Run], tuple[Where, Where]]) -> None:
    predictions, reference = prepare(run)
    model = {"task": "none", "predictions": {**predictions, **log()}, "reference": reference, "windows": ["1 day"]}
    seamark = configured(run, {MODEL: model}, store=f"sqlite:///{run.folder}/{what[9:13]}.store.db")
    cost = seamark.backfill(what, FIRST_DAY, SECOND_DAY, rows=run.rows)
    run.spend(what, [cost], rows=2 * run.rows)


def _sqlite(run: Run) -> tuple[Where, Where]:
    file = run.folder / "rows.db"
    for table in ("reference_rows", "predictions"):
        write(run, "sqlite", table, to=file)
    return {"database": f"sqlite:///{file}", "table": "predictions"}, {"table": "reference_rows"}


def _parquet(run: Run) -> tuple[Where, Where]:
    folder = run.folder
    for table in ("reference_rows", "predictions"):
        write(run, "parquet", table, to=folder)
    return {"path": str(folder / "predictions.parquet")}, {"file": str(folder / "reference_rows.parquet")}


PART = Part("files", (), measure)
