"""Looks up what a database really has; every name that reaches SQL comes from here."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedColumn

from monitor.errors import SourceError
from monitor.sources.faults import did_you_mean, listed, place, translated

_MARIADB = ("mysql", "mariadb")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose troubles are `SourceError`s and whose session counts in UTC."""
    with translated(engine.url), engine.connect() as connection:
        # Times without a zone are compared, and some shown, in the zone of the session: the server's, left alone.
        if engine.dialect.name in _MARIADB:
            connection.exec_driver_sql("SET time_zone = '+00:00'")
        elif engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TIME ZONE 'UTC'")
        yield connection


def is_of_mariadb(column: sa.Column[object], name: str) -> bool:
    """Whether the column has a type of MariaDB and MySQL; importing these types would load all their drivers."""
    return type(column.type).__module__.startswith("sqlalchemy.dialects.mysql") and column.type.__visit_name__ == name


def is_sqlite(engine: sa.Engine) -> bool:
    """Whether declared types say little about values: SQLite keeps any value in any column."""
    return engine.dialect.name == "sqlite"


def reflected(engine: sa.Engine, name: str) -> sa.Table:
    """The table or view of this name, `t` or `schema.t`, as the database describes it."""
    with reading(engine) as connection, warnings.catch_warnings():
        # Types and indexes that SQLAlchemy does not know matter only where a column of theirs is asked for.
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        inspector = sa.inspect(connection)
        for schema, table in _meanings(name):
            if _exists(inspector, schema, table):
                return _reflect(connection, schema, table)
        raise SourceError(_no_table(inspector, name, engine.url), permanent=True)


def type_name(column: sa.Column[object], engine: sa.Engine) -> str:
    """The type as the database writes it, or what comes closest."""
    try:
        return column.type.compile(dialect=engine.dialect) if not _is_unknown(column) else "a type of its own"
    except (sa.exc.CompileError, sa.exc.UnsupportedCompilationError):
        return type(column.type).__name__.upper()


def raw(column: sa.Column[object], engine: sa.Engine) -> sa.ColumnElement[object]:
    """The column as the driver gives it: no rounding, parsing or checking by the declared type."""
    if is_of_mariadb(column, "BIT"):
        return sa.type_coerce(sa.cast(column, sa.Integer), sa.types.NULLTYPE)  # else bytes
    if engine.dialect.name == "postgresql" and isinstance(column.type, sa.CHAR):
        return sa.type_coerce(sa.cast(column, sa.Text), sa.types.NULLTYPE)  # else padded with spaces
    return sa.type_coerce(column, sa.types.NULLTYPE)


def sampled(engine: sa.Engine, columns: Sequence[sa.Column[object]], rows: int) -> dict[str, list[object]]:
    """The values of some first rows by column of the table, as the driver gives them."""
    values = [raw(column, engine).label(f"c{position}") for position, column in enumerate(columns)]
    with reading(engine) as connection:
        found = connection.execute(sa.select(*values).limit(rows)).all()
    return {column.name: [row[position] for row in found] for position, column in enumerate(columns)}


def leads_an_index(column: sa.Column[object]) -> bool:
    """Whether rows can be found by this column without reading the whole table."""
    table = column.table
    if not isinstance(table, sa.Table):
        return False
    leaders = [list(index.columns)[:1] for index in table.indexes]
    leaders += [
        list(constraint.columns)[:1]
        for constraint in table.constraints
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
    ]
    return any(leader and leader[0].name == column.name for leader in leaders)


def is_view(engine: sa.Engine, table: sa.Table) -> bool:
    """Whether the table is a view, which has no indexes of its own."""
    with reading(engine) as connection:
        return table.name in sa.inspect(connection).get_view_names(schema=table.schema)


def _reflect(connection: sa.Connection, schema: str | None, table: str) -> sa.Table:
    if connection.dialect.requires_name_normalize:  # names are not what they look like: leave them alone
        return sa.Table(table, sa.MetaData(), schema=schema, autoload_with=connection, resolve_fks=False)
    # SQLAlchemy's lists of reserved words have gaps (SQLite's NOTHING), so every name is quoted.
    return sa.Table(
        sa.quoted_name(table, quote=True),
        sa.MetaData(),
        schema=None if schema is None else sa.quoted_name(schema, quote=True),
        autoload_with=connection,
        resolve_fks=False,
        listeners=[("column_reflect", _quote)],
    )


def _quote(_inspector: sa.Inspector, _table: sa.Table, column: ReflectedColumn) -> None:
    column["name"] = sa.quoted_name(column["name"], quote=True)


def _meanings(name: str) -> list[tuple[str | None, str]]:
    schema, dot, table = name.rpartition(".")
    return [(None, name), (schema, table)] if dot else [(None, name)]


def _exists(inspector: sa.Inspector, schema: str | None, table: str) -> bool:
    if schema is not None and schema not in inspector.get_schema_names():
        return False
    return inspector.has_table(table, schema=schema)


def _no_table(inspector: sa.Inspector, name: str, url: sa.URL) -> str:
    schema = name.rpartition(".")[0] or None
    if schema is not None:
        schemas = inspector.get_schema_names()
        if schema not in schemas:
            return (
                f"{place(url)} has no schema {schema}{did_you_mean(schema, schemas) or ';'} it has: {listed(schemas)}"
            )
    names = [*inspector.get_table_names(schema=schema), *inspector.get_view_names(schema=schema)]
    shown = [f"{schema}.{table}" if schema else table for table in names]
    there = f"it has: {listed(shown)}" if shown else "it has no tables at all"
    return f"{place(url)} has no table {name}{did_you_mean(name, shown) or ';'} {there}"


def _is_unknown(column: sa.Column[object]) -> bool:
    return isinstance(column.type, sa.types.NullType)
