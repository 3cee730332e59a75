"""INSERT ... ON CONFLICT, in the dialect of the connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert
Row = Mapping[str, object]


def insert(connection: sa.Connection, table: sa.Table) -> Insert:
    """An insert that can say what happens when the row is there already."""
    return insert_of(connection.dialect.name, table)


def insert_of(dialect: str, table: sa.Table) -> Insert:
    """The same in a dialect, for a statement that is put together once."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


class Rows:
    """Writes rows that all have the same columns, by one statement that is put together once.

    PostgreSQL takes many as one JSON document, which spares a message for each; SQLite is in this process anyway.
    """

    def __init__(self, table: sa.Table, names: Sequence[str], on_conflict: Callable[[Insert], Insert]) -> None:
        self._plain = cache(lambda: on_conflict(sqlite.insert(table)))
        self._plain_postgresql = cache(lambda: on_conflict(postgresql.insert(table)))
        self._document = cache(lambda: on_conflict(_of_document(table, names)))

    def write(self, connection: sa.Connection, rows: Sequence[Row]) -> None:
        """Write these rows, in their order."""
        if not rows:
            return
        if connection.dialect.name != "postgresql":
            connection.execute(self._plain(), rows)
            return
        if len(rows) == 1:
            connection.execute(self._plain_postgresql(), rows[0])
            return
        try:
            document = json.dumps(rows, allow_nan=False)
        except ValueError:  # JSON knows no infinite number
            connection.execute(self._plain_postgresql(), rows)
            return
        connection.execute(self._document(), {"rows": document})


def _of_document(table: sa.Table, names: Sequence[str]) -> postgresql.Insert:
    document = sa.cast(sa.bindparam("rows", type_=sa.Text), postgresql.JSON)
    found = sa.func.json_to_recordset(document).table_valued(*(sa.column(name, table.c[name].type) for name in names))
    return postgresql.insert(table).from_select(names, sa.select(found.render_derived(with_types=True)))
