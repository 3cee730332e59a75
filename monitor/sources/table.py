"""A table of a SQL database, bound to its engine and read as Arrow record batches."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.sources.conditions import filter_condition
from monitor.sources.faults import did_you_mean, listed, place
from monitor.sources.moments import INSTANT, UnreadableTimeError, moment, moments
from monitor.sources.reflection import raw, reading, reflected
from monitor.sources.spec import ROWS_PER_BATCH, TableSpec
from monitor.sources.timecolumn import TimeColumn, UnclearTimeError, understood
from monitor.sources.values import categorical, column_of
from monitor.window import Window


class SqlTable:
    """What a `TableSpec` names, checked against the database once.

    Open it again for each run: which forms of time it holds is looked at here and not for each window.
    """

    def __init__(self, engine: sa.Engine, spec: TableSpec, table: sa.Table) -> None:
        self.engine = engine
        self.spec = spec
        self.table = table
        self.zone = ZoneInfo(spec.time_zone) if spec.time_zone else None
        self._conditions = [filter_condition(table, wanted, engine) for wanted in spec.where]
        self._time = understood(engine, self.column("time"), self.zone) if "time" in spec.columns else None

    @classmethod
    def open(cls, engine: sa.Engine, spec: TableSpec) -> SqlTable:
        """Connects and checks; everything that is wrong comes in one permanent `SourceError`."""
        table = reflected(engine, spec.table)
        problems = [*_missing_columns(table, spec), *_unknown_zone(spec)]
        problems += [] if problems else _wrong_filters(table, spec, engine)
        if not problems:
            try:
                return cls(engine, spec, table)
            except UnclearTimeError as error:
                problems.append(str(error))
        where = f"{place(engine.url)}, table {spec.table}"
        raise SourceError("\n".join(f"{where}: {problem}" for problem in problems), permanent=True)

    def column(self, name: str) -> sa.Column[object]:
        """The column of the table behind a name of the batch."""
        return self.table.columns[self.spec.columns[name]]

    @property
    def time(self) -> TimeColumn | None:
        """How the time column is understood; looked at again as long as it held no time at all."""
        if self._time is not None and not self._time.forms:
            self._time = understood(self.engine, self.column("time"), self.zone)
        return self._time

    def scan(self, window: Window | None = None, *, only: Collection[str] = ()) -> Generator[pa.RecordBatch]:
        """The rows of a window, or all rows, in no order; `only` narrows the columns of the batches."""
        if window is None:
            yield from self.select([], only=only)
            return
        time = self._timed()
        for batch in self.select([time.within(window)], only={*only, "time"} if only else ()):
            kept = batch if time.is_exact else _inside(batch, window)
            if kept.num_rows:
                yield kept.select([name for name in kept.schema.names if not only or name in only])

    def select(
        self, conditions: Sequence[sa.ColumnElement[bool]], *, only: Collection[str] = ()
    ) -> Generator[pa.RecordBatch]:
        """Rows that meet the conditions and the spec's own, streamed."""
        names = [name for name in self.spec.columns if not only or name in only]
        labelled = [raw(self.column(name), self.engine).label(f"c{i}") for i, name in enumerate(names)]
        statement = sa.select(*labelled).where(*self._conditions, *conditions)
        with (
            reading(self.engine) as connection,
            connection.execution_options(yield_per=ROWS_PER_BATCH).execute(statement) as result,
        ):
            for rows in result.partitions():
                yield self._batch(dict(zip(names, zip(*rows, strict=True), strict=True)))

    def is_empty(self, window: Window | None = None) -> bool:
        """Whether no row is there, in the window or at all."""
        if window:
            return next(self.scan(window, only=("time",)), None) is None
        statement = sa.select(sa.literal(1)).select_from(self.table).where(*self._conditions).limit(1)
        with reading(self.engine) as connection:
            return connection.execute(statement).first() is None

    def newest(self) -> datetime | None:
        """The last time, which may lie in the future; of text in several zones, the one that sorts last."""
        self._timed()
        column = self.column("time")
        value = sa.func.max(raw(column, self.engine))
        # On SQLite numbers and text may stand in one column; they compare only with their like.
        statement = sa.select(value).where(column.is_not(None), *self._conditions)
        if self.engine.dialect.name == "sqlite":
            statement = statement.group_by(sa.func.typeof(column) == "text")
        with reading(self.engine) as connection:
            found = connection.execute(statement).scalars().all()
        times = [moment(each, self._naive_zone()) for each in found]
        present = [each for each in times if each is not None]
        return max(present, default=None)

    def has_rows_without_time(self) -> bool:
        """Whether rows have no time; they are in no window."""
        statement = sa.select(sa.literal(1)).where(self.column("time").is_(None), *self._conditions).limit(1)
        with reading(self.engine) as connection:
            return connection.execute(statement).first() is not None

    def _batch(self, values: Mapping[str, Sequence[object]]) -> pa.RecordBatch:
        arrays = {name: self._array(name, values) for name in values}
        return pa.RecordBatch.from_pydict(arrays)

    def _array(self, name: str, values: Mapping[str, Sequence[object]]) -> pa.Array:
        if name == "time":
            return self._times(values)
        column = str(self.spec.columns[name])
        return (
            categorical(values[name], column)
            if name == "id"
            else column_of(values[name], self.spec.kinds[name], column)
        )

    def _times(self, values: Mapping[str, Sequence[object]]) -> pa.Array:
        zone = self._naive_zone()
        try:
            return moments(values["time"], zone)
        except UnreadableTimeError:
            ids = values.get("id", [None] * len(values["time"]))
            for value, row_id in zip(values["time"], ids, strict=True):
                self._check_time(value, row_id, zone)
            raise

    def _check_time(self, value: object, row_id: object, zone: ZoneInfo | None) -> None:
        try:
            moment(value, zone)
        except UnreadableTimeError as error:
            row = f" (row with {self.spec.columns['id']} = {row_id!r})" if row_id is not None else ""
            message = f"{place(self.engine.url)}, table {self.spec.table}: {self.spec.columns['time']}{row}: {error}"
            raise SourceError(message, permanent=True) from None

    def _naive_zone(self) -> ZoneInfo | None:
        return self._time.zone if self._time else self.zone

    def _timed(self) -> TimeColumn:
        if self.time is None:
            raise ValueError(f"no time column is mapped for {self.spec.table}")
        return self.time


def _inside(batch: pa.RecordBatch, window: Window) -> pa.RecordBatch:
    start, end = pa.scalar(window.start, INSTANT), pa.scalar(window.end, INSTANT)
    inside = pc.and_(pc.greater_equal(batch["time"], start), pc.less(batch["time"], end))
    return batch.filter(inside)


def _missing_columns(table: sa.Table, spec: TableSpec) -> list[str]:
    known = table.columns.keys()
    wanted = dict.fromkeys([*spec.columns.values(), *(wanted.column for wanted in spec.where)])
    missing = [name for name in wanted if name not in known]
    return [f"no column {name}{did_you_mean(name, known) or ';'} it has: {listed(known)}" for name in missing]


def _unknown_zone(spec: TableSpec) -> list[str]:
    try:
        ZoneInfo(spec.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        suggestion = did_you_mean(spec.time_zone or "", available_timezones())
        return [f"no time zone is called {spec.time_zone}{suggestion}"]
    return []


def _wrong_filters(table: sa.Table, spec: TableSpec, engine: sa.Engine) -> list[str]:
    problems = []
    for wanted in spec.where:
        try:
            filter_condition(table, wanted, engine)
        except ValueError as error:
            problems.append(f"where {wanted.column} {wanted.op}: {error}")
    return problems
