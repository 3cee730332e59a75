"""A table of a SQL database, bound to its engine and read as Arrow record batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.sources.ahead import ahead
from monitor.sources.conditions import filter_condition, ids_condition
from monitor.sources.counts import counted as rows_by_bucket
from monitor.sources.counts import of_times
from monitor.sources.cursor import by_cursor
from monitor.sources.faults import did_you_mean, listed, place
from monitor.sources.moments import INSTANT, moment
from monitor.sources.postgresqlcopy import by_copy
from monitor.sources.query import Query
from monitor.sources.reflection import raw, reading, reflected
from monitor.sources.spec import TableSpec
from monitor.sources.sqliteprocess import by_process
from monitor.sources.timecolumn import TimeColumn, UnclearTimeError, understood
from monitor.window import Window

Way = Callable[[Query], Generator[pa.RecordBatch] | None]
WAYS: tuple[Way, ...] = (by_copy, by_process)
_IDS_PER_STATEMENT = 1_000


class SqlTable:
    """What a `TableSpec` names, checked against the database once.

    Open it again for each run: which forms of time it holds is looked at here and not for each window.
    """

    def __init__(self, engine: sa.Engine, spec: TableSpec, table: sa.Table, ways: Sequence[Way] = WAYS) -> None:
        self.engine = engine
        self.spec = spec
        self.table = table
        self.zone = ZoneInfo(spec.time_zone) if spec.time_zone else None
        self.ways = ways
        self._conditions = [filter_condition(table, wanted, engine) for wanted in spec.where]
        self._times = {"time": self._understood("time")} if "time" in spec.columns else {}
        self.arrival_trouble = self._look_at_arrival() if "ingested" in spec.columns else ""

    @classmethod
    def open(cls, engine: sa.Engine, spec: TableSpec, *, ways: Sequence[Way] = WAYS) -> SqlTable:
        """Connects and checks; everything that is wrong comes in one permanent `SourceError`.

        `ways` are tried in turn to read many rows; where none will do, and for few rows, there is the cursor.
        """
        table = reflected(engine, spec.table)
        problems = [*_missing_columns(table, spec), *_unknown_zone(spec)]
        problems += [] if problems else _wrong_filters(table, spec, engine)
        if not problems:
            try:
                return cls(engine, spec, table, ways)
            except UnclearTimeError as error:
                problems.append(str(error))
        where = f"{place(engine.url)}, table {spec.table}"
        raise SourceError("\n".join(f"{where}: {problem}" for problem in problems), permanent=True)

    def column(self, name: str) -> sa.Column[object]:
        """The column of the table behind a name of the batch."""
        return self.table.columns[self.spec.columns[name]]

    @property
    def time(self) -> TimeColumn | None:
        """How the time column is understood."""
        return self.understanding("time") if "time" in self._times else None

    def scan(self, window: Window | None = None, *, only: Collection[str] = ()) -> Generator[pa.RecordBatch]:
        """The rows of a window, or all rows, in no order; `only` narrows the columns of the batches."""
        return self.select([], only=only) if window is None else self._between("time", window, only)

    def arrived(self, since: datetime, until: datetime, *, only: Collection[str] = ()) -> Generator[pa.RecordBatch]:
        """The rows that were ingested in `[since, until)`."""
        return self._between("ingested", Window(since, until), only)

    def lookup(self, ids: Sequence[str], *, only: Collection[str] = ()) -> Generator[pa.RecordBatch]:
        """The rows with one of these ids, whatever their time; a pass over an index for each thousand."""
        names = self.spec.names(only)
        known = pa.array(dict.fromkeys(ids), pa.string())
        chunks = (known[start : start + _IDS_PER_STATEMENT] for start in range(0, len(known), _IDS_PER_STATEMENT))
        conditions = (ids_condition(self.column("id"), chunk.to_pylist(), self.engine) for chunk in chunks)
        for batch in by_cursor(self._query([], list(dict.fromkeys([*names, "id"]))), conditions) if ids else ():
            # Some databases find AA where aa is asked for.
            yield from _kept(batch, pc.is_in(batch["id"], value_set=known), names)

    def select(
        self, conditions: Sequence[sa.ColumnElement[bool]], *, only: Collection[str] = ()
    ) -> Generator[pa.RecordBatch]:
        """Rows that meet the conditions and the spec's own, streamed."""
        query = self._query(conditions, self.spec.names(only))
        for way in self.ways:
            if (rows := way(query)) is not None:
                yield from ahead(rows)
                return
        yield from by_cursor(query)

    def counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, int]:
        """Rows by the start of their bucket, in rising order, for every bucket of the window that has rows."""
        self.understanding("time")
        counted = rows_by_bucket(self._query([], []), window, granularity)
        return counted if counted is not None else of_times(self.scan(window, only=("time",)), granularity)

    def is_empty(self, window: Window | None = None) -> bool:
        """Whether no row is there, in the window or at all."""
        time = self.understanding("time") if window else None
        if window and time and not time.is_exact:
            found = by_cursor(self._query([time.within(window)], ["time"]))
            return next((True for batch in found if _inside(batch["time"], window).true_count), None) is None
        return not self._has_rows([time.within(window)] if window and time else [])

    def size(self) -> int:
        """How many rows there are."""
        statement = self._query([], []).select([sa.literal(1)]).with_only_columns(sa.func.count())
        with reading(self.engine) as connection:
            return int(connection.execute(statement).scalar_one())

    def newest(self) -> datetime | None:
        """The last time, which may lie in the future; of text in several zones, the one that sorts last."""
        time = self.understanding("time")
        column = self.column("time")
        value = sa.func.max(raw(column, self.engine))
        # On SQLite numbers and text may stand in one column; they compare only with their like.
        statement = sa.select(value).where(column.is_not(None), *self._conditions)
        if self.engine.dialect.name == "sqlite":
            statement = statement.group_by(sa.func.typeof(column) == "text")
        with reading(self.engine) as connection:
            found = connection.execute(statement).scalars().all()
        times = [moment(each, time.zone) for each in found]
        present = [each for each in times if each is not None]
        return max(present, default=None)

    def has_rows_without_time(self) -> bool:
        """Whether rows have no time; they are in no window."""
        return self._has_rows([self.column("time").is_(None)])

    def _between(self, name: str, window: Window, only: Collection[str]) -> Generator[pa.RecordBatch]:
        time = self.understanding(name)
        wanted = self.spec.names(only)
        read = wanted if time.is_exact else list(dict.fromkeys([*wanted, name]))
        for batch in self.select([time.within(window)], only=read):
            if time.is_exact:
                yield batch
            else:
                yield from _kept(batch, _inside(batch[name], window), wanted)

    def _has_rows(self, conditions: Sequence[sa.ColumnElement[bool]]) -> bool:
        statement = self._query(conditions, []).select([sa.literal(1)]).limit(1)
        with reading(self.engine) as connection:
            return connection.execute(statement).first() is not None

    def _query(self, conditions: Sequence[sa.ColumnElement[bool]], names: Sequence[str]) -> Query:
        return Query(self.engine, self.table, self.spec, self._times, names, [*self._conditions, *conditions])

    def _look_at_arrival(self) -> str:
        """What cannot be understood of when rows were ingested spoils no window, and is kept to be told."""
        try:
            self._times["ingested"] = self._understood("ingested")
        except UnclearTimeError as error:
            return str(error)
        return ""

    def _understood(self, name: str) -> TimeColumn:
        return understood(self.engine, self.column(name), self.zone)

    def understanding(self, name: str) -> TimeColumn:
        """How a column of times is understood; looked at again as long as it held no time at all."""
        if name == "ingested" and self.arrival_trouble:
            raise SourceError(f"table {self.spec.table}: {self.arrival_trouble}", permanent=True)
        if name not in self._times:
            raise ValueError(f"no {name} column is mapped for {self.spec.table}")
        if not self._times[name].forms:
            self._times[name] = self._understood(name)
        return self._times[name]


def _inside(times: pa.Array, window: Window) -> pa.Array:
    start, end = pa.scalar(window.start, INSTANT), pa.scalar(window.end, INSTANT)
    return pc.and_(pc.greater_equal(times, start), pc.less(times, end))


def _kept(batch: pa.RecordBatch, mask: pa.Array, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    if mask.true_count:
        kept = batch if mask.true_count == batch.num_rows else batch.filter(mask)
        yield kept.select(list(names))


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
