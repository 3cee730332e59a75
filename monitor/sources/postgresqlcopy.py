"""Reads PostgreSQL by ADBC, which takes the rows as binary COPY straight into Arrow."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from weakref import WeakKeyDictionary

import adbc_driver_manager as adbc
import adbc_driver_postgresql
import pyarrow as pa
import sqlalchemy as sa
from adbc_driver_postgresql import StatementOptions
from sqlalchemy.dialects import postgresql

from monitor.sources import arrowcolumns
from monitor.sources.arrowcolumns import Conversion, Uses, converted
from monitor.sources.cursor import by_cursor
from monitor.sources.faults import translated, translated_arrow
from monitor.sources.query import Query
from monitor.sources.reflection import raw
from monitor.sources.spec import ROWS_PER_ARROW_BATCH
from monitor.sources.sqltext import sql_text

Expression = Callable[[sa.Column[object], sa.Engine], sa.ColumnElement[object]]
_DRIVERS = ("psycopg", "psycopg2")
_BYTES_PER_VALUE = 12  # a number with its length, as COPY sends it
_DATABASES: WeakKeyDictionary[sa.Engine, tuple[str, adbc.AdbcDatabase]] = WeakKeyDictionary()


def _as_text(column: sa.Column[object], _engine: sa.Engine) -> sa.ColumnElement[object]:
    return sa.cast(column, sa.Text)


def _as_shown(column: sa.Column[object], _engine: sa.Engine) -> sa.ColumnElement[object]:
    return sa.cast(sa.cast(column, sa.Text), sa.Double)  # 0.1 in four bytes is 0.1, not 0.10000000149


# A subclass may be anything: only exactly these are known to come over whole.
_READ: Mapping[type, tuple[Expression, Uses]] = {
    sa.SMALLINT: (raw, arrowcolumns.WHOLE),
    sa.INTEGER: (raw, arrowcolumns.WHOLE),
    sa.BIGINT: (raw, arrowcolumns.WHOLE),
    sa.DOUBLE_PRECISION: (raw, arrowcolumns.FLOATS),
    sa.REAL: (_as_shown, arrowcolumns.FLOATS),
    sa.BOOLEAN: (raw, arrowcolumns.BOOLEANS),
    sa.TEXT: (raw, arrowcolumns.TEXT),
    sa.VARCHAR: (raw, arrowcolumns.TEXT),
    sa.CHAR: (_as_text, arrowcolumns.TEXT),
    sa.NUMERIC: (_as_text, arrowcolumns.DECIMALS),
    sa.UUID: (_as_text, arrowcolumns.CATEGORIES),
    sa.DATE: (raw, arrowcolumns.TEMPORAL),
    postgresql.TIMESTAMP: (raw, arrowcolumns.TEMPORAL),
    postgresql.ENUM: (_as_text, arrowcolumns.TEXT),
}


def by_copy(query: Query) -> Generator[pa.RecordBatch] | None:
    """The rows, or None where a column, filter or driver is none that is known to give the same by this way."""
    if query.engine.dialect.name != "postgresql" or query.engine.dialect.driver not in _DRIVERS:
        return None
    read = [_read(query, name) for name in query.names]
    known = [each for each in read if each is not None]
    if len(known) < len(read):
        return None
    statement = sql_text(query.select([expression for expression, _ in known]), query.engine)
    return None if statement is None else _rows(query, statement, [conversion for _, conversion in known])


def _read(query: Query, name: str) -> tuple[sa.ColumnElement[object], Conversion] | None:
    column = query.column(name)
    expression, uses = _READ.get(type(column.type), (raw, {}))
    conversion = uses.get(query.spec.use(name))
    return None if conversion is None else (expression(column, query.engine), conversion)


def _rows(query: Query, statement: str, conversions: list[Conversion]) -> Generator[pa.RecordBatch]:
    with _connection(query.engine) as connection:
        if connection is None:
            yield from by_cursor(query)
        else:
            with closing(_copied(query, statement, connection)) as batches:
                yield from converted(query, batches, conversions)


@contextmanager
def _connection(engine: sa.Engine) -> Iterator[adbc.AdbcConnection | None]:
    """A connection like those of the engine; None if its libpq cannot have one, as with a certificate of its own."""
    database = _database(engine)
    try:
        connection = adbc.AdbcConnection(database) if database else None
    except adbc.Error:
        connection = None
    try:
        yield connection
    finally:
        if connection is not None:
            connection.close()


def _database(engine: sa.Engine) -> adbc.AdbcDatabase | None:
    """Where the engine connects to; asked for its types once, which takes as long as some statements."""
    settings = _settings(engine)
    known, database = _DATABASES.get(engine, ("", None))
    if database is None or known != settings:
        try:
            database = adbc_driver_postgresql.connect(settings)
        except adbc.Error:
            return None
        _DATABASES[engine] = (settings, database)
    return database


def _settings(engine: sa.Engine) -> str:
    """What a live connection of the engine was made with, in the words of libpq; what only Python knows is gone."""
    with translated(engine.url), engine.connect() as connection:
        info = connection.connection.driver_connection.info  # type: ignore[union-attr]
        known = info.get_parameters() if engine.dialect.driver == "psycopg" else info.dsn_parameters
        wanted = {**known, "password": info.password, "client_encoding": "UTF8"}
    return " ".join(f"{name}={_quoted(str(value))}" for name, value in wanted.items() if value)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _copied(query: Query, statement: str, connection: adbc.AdbcConnection) -> Generator[pa.RecordBatch]:
    batch_bytes = ROWS_PER_ARROW_BATCH * _BYTES_PER_VALUE * len(query.names)
    with adbc.AdbcStatement(connection) as asked:
        with translated_arrow(query.engine.url):
            asked.set_sql_query("SET TIME ZONE 'UTC'")
            asked.execute_update()
            asked.set_options(**{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(batch_bytes)})
            asked.set_sql_query(statement)
            handle, _ = asked.execute_query()
            reader = pa.RecordBatchReader.from_stream(handle)
        with reader:
            while (batch := _next(reader, query)) is not None:
                yield batch


def _next(reader: pa.RecordBatchReader, query: Query) -> pa.RecordBatch | None:
    with translated_arrow(query.engine.url):
        return next(reader, None)
