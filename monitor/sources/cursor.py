"""Reads any database that SQLAlchemy knows by a server-side cursor, row by row; the measure of the faster ways."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from monitor.sources.moments import UnreadableTimeError, moment, moments
from monitor.sources.query import Query
from monitor.sources.reflection import raw, reading
from monitor.sources.spec import ROWS_PER_BATCH
from monitor.sources.values import column_of

Values = Mapping[str, Sequence[object]]


def by_cursor(query: Query, each: Iterable[sa.ColumnElement[bool]] = (sa.true(),)) -> Generator[pa.RecordBatch]:
    """The rows, streamed over one connection; for each of several further conditions one after the other."""
    statement = query.select([raw(query.column(name), query.engine) for name in query.names])
    with reading(query.engine) as connection:
        for further in each:
            yield from _streamed(query, statement.where(further), connection)


def _streamed(
    query: Query, statement: sa.Select[*tuple[Any, ...]], connection: sa.Connection
) -> Generator[pa.RecordBatch]:
    with connection.execution_options(yield_per=ROWS_PER_BATCH).execute(statement) as result:
        for rows in result.partitions():
            yield _batch(query, dict(zip(query.names, zip(*rows, strict=True), strict=True)))


def _batch(query: Query, values: Values) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({name: _array(query, name, values) for name in query.names})


def _array(query: Query, name: str, values: Values) -> pa.Array:
    use = query.spec.use(name)
    return _times(query, name, values) if use == "time" else column_of(values[name], use, query.spec.columns[name])


def _times(query: Query, name: str, values: Values) -> pa.Array:
    zone = query.zone(name)
    try:
        return moments(values[name], zone)
    except UnreadableTimeError:
        ids = values.get("id", [None] * len(values[name]))
        for value, row_id in zip(values[name], ids, strict=True):
            _check_time(query, name, value, row_id)
        raise


def _check_time(query: Query, name: str, value: object, row_id: object) -> None:
    try:
        moment(value, query.zone(name))
    except UnreadableTimeError as error:
        row = f" (row with {query.spec.columns['id']} = {row_id!r})" if row_id is not None else ""
        raise query.fault(f"{query.spec.columns[name]}{row}: {error}", permanent=True) from None
