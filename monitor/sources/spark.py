"""A log in Spark: a table of its catalogue, or any place that it can load."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa

from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.sources.moments import repeated_hour_remarks
from monitor.sources.sparkcheck import arrival_trouble, check
from monitor.sources.sparkconditions import column, functions, ids_condition, kind_of, time_condition, where_condition
from monitor.sources.sparkexecutor import Inside, Keep, OneOf, RowReader
from monitor.sources.sparkfaults import translated
from monitor.sources.sparkplace import SparkPlace, loaded
from monitor.sources.sparkprofile import profiled_columns
from monitor.sources.sparkrows import counted, counted_by_spark, profiled, streamed
from monitor.sources.spec import TIMES, TableSpec
from monitor.window import Window

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame
    from pyspark.sql.types import StructType

__all__ = ["SparkLog", "SparkPlace"]


class SparkLog:
    """What Spark loads as a `Log`; it is loaded anew each time, so that new files are seen."""

    def __init__(self, place: SparkPlace, spec: TableSpec, schema: StructType) -> None:
        self.spec = spec
        self.place = place
        self.schema = schema
        self._zone = ZoneInfo(spec.time_zone) if spec.time_zone else None
        self.arrival_trouble = arrival_trouble(schema, place, spec)

    @classmethod
    def open(cls, place: SparkPlace, spec: TableSpec) -> SparkLog:
        """Starts Spark where it does not run, and checks; everything that is wrong comes in one `SourceError`."""
        schema = loaded(place).schema
        check(schema, place, spec)
        return cls(place, spec, schema)

    def scan(self, window: Window | None = None, *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows of a window, or all rows, in no order; the driver holds two partitions at most."""
        return self._streamed([], only) if window is None else self._between("time", window, only)

    def arrived(self, since: datetime, until: datetime, *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows that were ingested in `[since, until)`."""
        return self._between("ingested", Window(since, until), only)

    def lookup(self, ids: Sequence[str], *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows with one of these ids, in one pass."""
        if not ids:
            return iter(())
        condition = ids_condition(*self._stored("id"), ids)
        return self._streamed([condition], only, "id", OneOf(pa.array(dict.fromkeys(ids), pa.string())))

    def counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, int]:
        """Rows by the start of their bucket, in rising order, counted on the executors."""
        name, kind = self._stored("time")
        with self._translated():
            frame = self._frame([self._within("time", window)])
            if kind == "timestamp":
                return counted_by_spark(frame, name, granularity)
            return counted(frame, self._reader(["time"], Inside("time", window)), granularity)

    def size(self) -> int:
        """How many rows there are."""
        with self._translated():
            return self._frame([]).count()

    def newest(self) -> datetime | None:
        """The last time, which may lie in the future; of text in several zones, the one that sorts last."""
        name, _ = self._stored("time")
        with self._translated():
            last = self._frame([]).agg(functions().max(column(name)).alias(name))
            found = list(streamed(last, self._reader(["time"]), ["time"]))
        moment: datetime | None = found[0]["time"][0].as_py()
        return moment

    def is_empty(self, window: Window | None = None) -> bool:
        """Whether no row is there, in the window or at all."""
        if window is not None:
            return next(iter(self.scan(window, only=("time",))), None) is None
        with self._translated():
            return self._frame([]).isEmpty()

    def has_rows_without_time(self) -> bool:
        """Whether rows have no time; they are in no window."""
        with self._translated():
            return not self._frame([column(self._stored("time")[0]).isNull()]).isEmpty()

    def profiles(self, window: Window, plan: Plan, granularity: timedelta) -> dict[datetime, dict[Part, ModelProfile]]:
        """What `profile_rows` makes of the window's rows without targets, made on the executors."""
        reader = self._reader(self.spec.names(profiled_columns(plan)), Inside("time", window))
        with self._translated():
            return profiled(self._frame([self._within("time", window)]), reader, plan, granularity)

    def remarks(self) -> list[str]:
        """Times whose hour is not clear."""
        name, kind = self._stored("time") if "time" in self.spec.columns else ("", "")
        return repeated_hour_remarks(name, self._zone) if kind in ("timestamp_ntz", "string") else []

    def _between(self, name: str, window: Window, only: Collection[str]) -> Iterator[pa.RecordBatch]:
        return self._streamed([self._within(name, window)], only, name, Inside(name, window))

    def _streamed(
        self, conditions: Sequence[Column | None], only: Collection[str], extra: str = "", keep: Keep | None = None
    ) -> Iterator[pa.RecordBatch]:
        """`extra` is what `keep` looks at."""
        wanted = self.spec.names(only)
        read = list(dict.fromkeys([*wanted, extra] if extra else wanted))
        with self._translated():
            yield from streamed(self._frame(conditions), self._reader(read, keep), wanted)

    def _reader(self, names: Sequence[str], keep: Keep | None = None) -> RowReader:
        columns = {name: self.spec.columns[name] for name in names}
        texts = frozenset(
            name for name in TIMES if name in columns and self.place.is_text and self._stored(name)[1] == "string"
        )
        return RowReader(columns, dict(self.spec.kinds), self.spec.time_zone, text_times=texts, keep=keep)

    def _stored(self, name: str) -> tuple[str, str]:
        """The column behind a name of the batch, and its type."""
        if name not in self.spec.columns:
            raise ValueError(f"no {name} column is mapped for {self.spec.table}")
        return self.spec.columns[name], kind_of(self.schema, self.spec.columns[name])

    def _within(self, name: str, window: Window) -> Column | None:
        return time_condition(*self._stored(name), window, self._zone)

    def _frame(self, conditions: Sequence[Column | None]) -> DataFrame:
        """The rows that meet the conditions and the spec's own."""
        frame = loaded(self.place, self.schema)
        where = [where_condition(kind_of(self.schema, each.column), each, self._zone) for each in self.spec.where]
        present = [each for each in (*where, *conditions) if each is not None]
        return frame.where(reduce(and_, present)) if present else frame

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self.place.name, self.place.secrets)
