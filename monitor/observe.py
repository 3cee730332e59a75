"""The profiles of a model: of its reference, and of any window."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import pyarrow as pa

from monitor.drift.distribution import Bin, reference_bins
from monitor.errors import SourceError
from monitor.profile.buckets import Buckets
from monitor.profile.classes import class_complaint
from monitor.profile.model import ModelProfile, empty_profile, profile_batch
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.shape import ModelShape
from monitor.window import Window, buckets


class Data(Protocol):
    """The rows of a model."""

    @property
    def shape(self) -> ModelShape: ...

    @property
    def has_targets(self) -> bool: ...

    def current(self, window: Window) -> Iterator[pa.RecordBatch]:
        """The predictions of a window, with their targets as far as they have come."""

    def reference(self, window: Window) -> tuple[str, Iterator[pa.RecordBatch]]:
        """What a window is held against: in words, and row by row. The same words mean the same rows."""

    def unmatched_targets(self, window: Window) -> int | None:
        """How many targets of a window belong to no prediction; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The data that windows are held against; the id is a digest of its content, the bins are for people."""

    reference_id: str
    description: str
    profile: ModelProfile
    plan: Plan
    bins: Mapping[str, tuple[Bin, ...]]


class Observation:
    """Reads a model's data no more often than it must."""

    def __init__(self, data: Data, *, granularity: timedelta, keep: timedelta) -> None:
        self.data = data
        self._granularity = granularity
        self._keep = keep
        self._reference: Reference | None = None
        self._buckets: Buckets | None = None
        self._unmatched: dict[datetime, int | None] = {}

    def reference(self, window: Window) -> Reference:
        """The reference of a window.

        Raises `SourceError` where it holds no row.
        """
        description, batches = self.data.reference(window)
        if self._reference is None or self._reference.description != description:
            self._reference = profile_reference(description, batches, self.data.shape)
            self._buckets = None
        return self._reference

    def current(self, window: Window) -> ModelProfile:
        """The profile of a window, on the bins of its reference."""
        reference = self.reference(window)
        if self._buckets is None:
            self._buckets = Buckets(self.data.current, reference.plan, granularity=self._granularity, keep=self._keep)
        return self._buckets.profile(window)

    def unmatched_targets(self, window: Window) -> int | None:
        """How many targets of a window belong to no prediction; None where that cannot be told."""
        counts = [self._unmatched_in(bucket) for bucket in buckets(window, self._granularity)]
        self._unmatched = {start: n for start, n in self._unmatched.items() if start >= window.end - self._keep}
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def _unmatched_in(self, bucket: Window) -> int | None:
        if bucket.start not in self._unmatched:
            self._unmatched[bucket.start] = self.data.unmatched_targets(bucket)
        return self._unmatched[bucket.start]


def profile_reference(description: str, batches: Iterator[pa.RecordBatch], shape: ModelShape) -> Reference:
    """Cut the bins on the reference, then profile it on them.

    Raises `SourceError` where the reference holds no row, or not the classes that the shape speaks of.
    """
    rows = [batch for batch in batches if batch.num_rows]
    if not rows:
        raise SourceError(f"the reference is empty: {description}")
    plan = cut_plan(shape, rows)
    if complaint := class_complaint(plan):
        raise SourceError(complaint, permanent=True)
    profile = sum((profile_batch(batch, plan) for batch in rows), start=empty_profile(plan))
    content = hashlib.sha256(profile.digest().encode()).hexdigest()
    bins = {name: reference_bins(column) for name, column in profile.columns.items()}
    return Reference(reference_id=content[:16], description=description, profile=profile, plan=plan, bins=bins)
