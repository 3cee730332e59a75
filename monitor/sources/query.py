"""One question to one table: which columns under which names, and which rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.sources.faults import place
from monitor.sources.spec import TableSpec
from monitor.sources.timecolumn import TimeColumn


@dataclass(frozen=True, slots=True)
class Query:
    """What every way of reading a table is given; all of them give equal batches."""

    engine: sa.Engine
    table: sa.Table
    spec: TableSpec
    times: Mapping[str, TimeColumn]
    names: Sequence[str]
    conditions: Sequence[sa.ColumnElement[bool]]

    def column(self, name: str) -> sa.Column[object]:
        """The column of the table behind a name of the batch."""
        return self.table.columns[self.spec.columns[name]]

    def zone(self, name: str) -> ZoneInfo | None:
        """The zone of the times in a column that carry none."""
        return self.times[name].zone if name in self.times else None

    def select(self, expressions: Sequence[sa.ColumnElement[Any]]) -> sa.Select[*tuple[Any, ...]]:
        """The statement, with these expressions as `c0`, `c1`, and so on."""
        labelled = [expression.label(f"c{position}") for position, expression in enumerate(expressions)]
        return sa.select(*labelled).select_from(self.table).where(*self.conditions)

    def narrowed(self, condition: sa.ColumnElement[bool]) -> Query:
        """The same question about fewer rows."""
        return replace(self, conditions=[*self.conditions, condition])

    def fault(self, message: str, *, permanent: bool) -> SourceError:
        """An error that says which table it is about."""
        return SourceError(f"{place(self.engine.url)}, table {self.spec.table}: {message}", permanent=permanent)
