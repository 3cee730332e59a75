"""Makes the tables that a part asks for, once in a run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bench.run import Run
from bench.tables import Derived, Made, catalogue


def need(run: Run, *names: str) -> None:
    """Make the tables that are not there yet."""
    for name in names:
        if name not in run.tables:
            _make(run, catalogue(run.rows, run.fleet_hour)[name])
            run.tables.add(name)


def write(run: Run, kind: str, name: str, *, to: Path) -> None:
    """Write a table's rows to a SQLite or a Parquet file."""
    made = catalogue(run.rows, run.fleet_hour)[name]
    if not isinstance(made, Made):
        raise TypeError(f"{name} is made by the server")
    _load(run, kind, made, str(to))


def _make(run: Run, table: Made | Derived) -> None:
    """Vacuumed at once, so that no reader pays for having come first."""
    if isinstance(table, Made):
        _load(run, "postgresql", table)
    else:
        need(run, *table.needs)
        with run.told(f"table {table.name}"):
            run.database.execute(f"CREATE UNLOGGED TABLE {table.name} AS {table.select}")
    with run.told(f"index of {table.name}"):
        run.database.execute(f"CREATE INDEX ON {table.name} (time)")
        run.database.execute(f"VACUUM ANALYZE {table.name}")


def _load(run: Run, kind: str, made: Made, file: str = "") -> None:
    asked = {
        "kind": kind,
        "table": made.name,
        "rows": made.rows,
        "start": made.start.isoformat(),
        "seconds": made.length / timedelta(seconds=1),
        "shift": made.shift,
        "file": file,
    }
    run.module(f"{made.rows:,} rows into {kind}, {made.name}", "load", asked)
