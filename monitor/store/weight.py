"""How much the store weighs, noun by noun, without reading all of it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from monitor.store.tables import METADATA

WHOLE_STORE = "store"
WALKED_UP_TO = 1 << 30  # bytes; SQLite finds the weight of its tables by walking through the whole file
COUNTED_UP_TO = 16 << 20  # bytes; PostgreSQL counts rows by reading the table
ROW_OVERHEAD = 160  # bytes, with the share of the indexes, of a row without large content

TABLES = tuple(METADATA.tables.values())


@dataclass(frozen=True, slots=True)
class Weight:
    """Rows and bytes of one noun, indexes included; of big tables the rows are an estimate."""

    noun: str
    rows: int
    bytes: int


def weights(connection: sa.Connection) -> list[Weight]:
    """The whole store first, then its nouns, the heaviest first."""
    on_postgresql = connection.dialect.name == "postgresql"
    whole, parts = _postgresql(connection) if on_postgresql else _sqlite(connection)
    total = Weight(WHOLE_STORE, sum(part.rows for part in parts), whole)
    return [total, *sorted(parts, key=lambda part: (-part.bytes, part.noun))]


def estimated_bytes(connection: sa.Connection, table: sa.Table, rows: int) -> int:
    """What a table of SQLite weighs, where nothing better is known: its large content, and the rest by guess."""
    large = [sa.func.length(column) for column in table.columns if isinstance(column.type, sa.LargeBinary)]
    content = sum(
        int(connection.execute(sa.select(sa.func.coalesce(sa.func.sum(length), 0))).scalar_one()) for length in large
    )
    return content + rows * ROW_OVERHEAD


def _sqlite(connection: sa.Connection) -> tuple[int, list[Weight]]:
    pages: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    whole = pages * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    walked = _walked(connection) if whole <= WALKED_UP_TO else {}
    parts = []
    for table in TABLES:
        rows = _count(connection, table)
        size = walked[table.name] if table.name in walked else estimated_bytes(connection, table, rows)
        parts.append(Weight(table.name, rows, size))
    return whole, parts


def _walked(connection: sa.Connection) -> dict[str, int]:
    """Bytes by table, as the file has them; nothing where SQLite was built without the means."""
    if not connection.exec_driver_sql("SELECT count(*) FROM pragma_module_list WHERE name = 'dbstat'").scalar_one():
        return {}
    rows = connection.exec_driver_sql(
        "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat AS s JOIN sqlite_master AS m ON m.name = s.name"
        " WHERE s.aggregate = TRUE GROUP BY m.tbl_name"
    )
    return {name: int(size) for name, size in rows}


def _postgresql(connection: sa.Connection) -> tuple[int, list[Weight]]:
    whole: int = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    found = connection.execute(
        sa.text(
            "SELECT c.relname, c.reltuples, pg_relation_size(c.oid) AS rows_size, pg_total_relation_size(c.oid) AS size"
            " FROM pg_class AS c WHERE c.oid = ANY "
            "(SELECT to_regclass(quote_ident(n)) FROM unnest(CAST(:names AS text[])) AS n)"
        ),
        {"names": [table.name for table in TABLES]},
    ).all()
    return whole, [Weight(row.relname, _rows(connection, row), int(row.size)) for row in found]


def _rows(connection: sa.Connection, row: sa.Row[tuple[object, ...]]) -> int:
    is_known = row.reltuples >= 0  # below zero the table was never looked through
    if is_known and row.rows_size > COUNTED_UP_TO:
        return int(row.reltuples)
    return _count(connection, METADATA.tables[row.relname])


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
