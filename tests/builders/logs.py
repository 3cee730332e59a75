"""The same rows in every database, read in every way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.sources.engines import open_engine
from monitor.sources.postgresqlcopy import by_copy
from monitor.sources.spec import TableSpec
from monitor.sources.sqliteprocess import by_process
from monitor.sources.table import SqlTable, Way

by_any_process = partial(by_process, worth=0)
WAYS: Mapping[str, tuple[str, tuple[Way, ...]]] = {
    "sqlite by cursor": ("sqlite", ()),
    "sqlite by adbc": ("sqlite", (by_any_process,)),
    "postgresql by cursor": ("postgresql", ()),
    "postgresql by adbc": ("postgresql", (by_copy,)),
    "mariadb by cursor": ("mariadb", ()),
}
Fill = Callable[[sa.Engine], None]


def new_engine(request: pytest.FixtureRequest, database: str) -> sa.Engine:
    """An empty database of a kind."""
    if database != "sqlite":
        return open_engine(request.getfixturevalue(f"{database}_url"))
    path: Path = request.getfixturevalue("tmp_path") / "log.db"
    path.touch()
    return open_engine(f"sqlite:///{path}")


def strictly(ways: Sequence[Way]) -> tuple[Way, ...]:
    """The ways, one of which must be taken."""

    def none_was_taken(query: object) -> None:
        raise AssertionError(f"no fast way was taken for {query}")

    return (*ways, none_was_taken) if ways else ()


def rows_of(table: SqlTable, **narrowed: object) -> list[dict[str, object]]:
    """All rows in the order of their ids."""
    rows = [row for batch in table.scan(**narrowed) for row in batch.to_pylist()]  # type: ignore[arg-type]
    return sorted(rows, key=lambda row: str(row["id"]))


def opened(engine: sa.Engine, spec: TableSpec, ways: Sequence[Way]) -> SqlTable:
    """A table that is read in one of these ways, or by cursor if there are none."""
    return SqlTable.open(engine, spec, ways=strictly(ways))
