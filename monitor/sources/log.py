"""What every kind of source can do: a table, a folder of files, a Spark table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

import pyarrow as pa

from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.sources.spec import TableSpec
from monitor.window import Window


class Log(Protocol):
    """Rows with a time, read as Arrow record batches whose columns carry the names of a `TableSpec`.

    Numbers come as float64, categories and ids as canonical text, times as microseconds in UTC. `only` narrows the
    columns of the batches; no method holds more than a few batches at a time.
    """

    @property
    def spec(self) -> TableSpec: ...

    @property
    def arrival_trouble(self) -> str:
        """Why rows cannot be told by when they were ingested though a column says so; empty where they can."""

    def scan(self, window: Window | None = None, *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows of a window by `time`, or all rows, in no order."""

    def lookup(self, ids: Sequence[str], *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows with one of these ids, whatever their time."""

    def counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, int]:
        """Rows by the start of their bucket, for every bucket of the window that has rows."""

    def arrived(self, since: datetime, until: datetime, *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows whose `ingested` lies in `[since, until)`; needs a column `ingested`."""

    def size(self) -> int:
        """How many rows there are."""

    def newest(self) -> datetime | None:
        """The last time."""

    def is_empty(self, window: Window | None = None) -> bool:
        """Whether no row is there, in the window or at all."""


@runtime_checkable
class RemarkingLog(Protocol):
    """A log that knows what is worth a remark before any window is computed."""

    def remarks(self) -> list[str]:
        """What its user should know of its columns."""


@runtime_checkable
class ProfilingLog(Protocol):
    """A log that makes profiles where its rows lie."""

    def profiles(self, window: Window, plan: Plan, granularity: timedelta) -> dict[datetime, dict[Part, ModelProfile]]:
        """What `profile_rows` makes of the rows of a window, without targets."""
