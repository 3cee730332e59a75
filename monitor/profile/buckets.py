"""Profiles of buckets, so that windows that slide over the same rows read them once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from monitor.profile.model import ModelProfile, empty_profile, profile_batch
from monitor.profile.plan import Plan
from monitor.window import EPOCH, Window, buckets

Scan = Callable[[Window], Iterator[pa.RecordBatch]]


class Buckets:
    """Profiles of the buckets read so far; a window is a sum of them.

    `scan` gives the rows of a window. Buckets that end more than `keep` before the newest window are forgotten.
    """

    def __init__(self, scan: Scan, plan: Plan, *, granularity: timedelta, keep: timedelta) -> None:
        self._scan = scan
        self._plan = plan
        self._granularity = granularity
        self._keep = keep
        self._profiles: dict[datetime, ModelProfile] = {}

    def profile(self, window: Window) -> ModelProfile:
        """The profile of all rows of a window."""
        wanted = [bucket.start for bucket in buckets(window, self._granularity)]
        missing = [start for start in wanted if start not in self._profiles]
        if missing:
            self._read(Window(missing[0], missing[-1] + self._granularity))
        self._forget(before=window.end - self._keep)
        return sum((self._profiles[start] for start in wanted), start=empty_profile(self._plan))

    def _read(self, window: Window) -> None:
        found = profile_buckets(self._scan(window), self._plan, granularity=self._granularity)
        for bucket in buckets(window, self._granularity):
            self._profiles[bucket.start] = found.get(bucket.start, empty_profile(self._plan))

    def _forget(self, before: datetime) -> None:
        for start in [start for start in self._profiles if start < before]:
            del self._profiles[start]


def profile_buckets(
    batches: Iterator[pa.RecordBatch], plan: Plan, *, granularity: timedelta
) -> dict[datetime, ModelProfile]:
    """One profile for each bucket that has rows.

    Rows whose id stands more than once in the same bucket are counted as duplicates.
    """
    profiles: dict[datetime, ModelProfile] = {}
    ids: dict[datetime, list[pa.Array]] = {}
    for batch in batches:
        for start, rows in split(batch, granularity):
            profiled = profile_batch(rows, plan)
            profiles[start] = profiles[start] + profiled if start in profiles else profiled
            ids.setdefault(start, []).append(rows.column("id"))
    return {start: replace(profile, duplicates=repeated(ids[start])) for start, profile in profiles.items()}


def split(batch: pa.RecordBatch, granularity: timedelta) -> Iterator[tuple[datetime, pa.RecordBatch]]:
    """The rows of a batch, bucket by bucket."""
    if batch.num_rows == 0:
        return
    number = _bucket_numbers(batch.column("time"), granularity)
    if number[0] == number[-1] and (number == number[0]).all():
        yield EPOCH + int(number[0]) * granularity, batch
        return
    order = np.argsort(number, kind="stable")
    cuts = np.flatnonzero(np.diff(number[order])) + 1
    for rows in np.split(order, cuts):
        yield EPOCH + int(number[rows[0]]) * granularity, batch.take(pa.array(rows))


def repeated(ids: list[pa.Array]) -> int:
    """How many rows carry an id that stood before."""
    whole = pa.chunked_array(ids)
    present = len(whole) - whole.null_count
    return int(present - pc.count_distinct(whole, mode="only_valid").as_py())


def _bucket_numbers(time: pa.Array, granularity: timedelta) -> npt.NDArray[np.int64]:
    microseconds: npt.NDArray[np.int64] = time.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    return np.floor_divide(microseconds, granularity // timedelta(microseconds=1))
