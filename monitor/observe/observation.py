"""The profiles of a model: of its reference, and of any window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.observe.buckets import Buckets, Guard
from monitor.observe.cache import ProfileCache
from monitor.observe.data import Basis, Data
from monitor.observe.laterows import LateRows
from monitor.observe.latetargets import LateTargets
from monitor.observe.live import LivePlans
from monitor.observe.parts import measured_parts
from monitor.observe.reference import EmptyReferenceError, Reference, reference_of
from monitor.observe.references import References
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.store.database import transaction
from monitor.store.targets import TargetCount, read_target_buckets, write_target_buckets
from monitor.store.watermarks import read_watermark
from monitor.window import Window, buckets, floor

FEW = 1_000
HALF_A_DAY = timedelta(hours=12)
NONE_JOINED = TargetCount(0, 0)  # `rows` says how many were looked at to be joined, not how many there are


class Ground(NamedTuple):
    """A reference whose rows do not move, and where they lie in the log, if they do."""

    reference: Reference
    stretch: Window | None


class Observation:
    """Reads a model's data no more often than it must."""

    def __init__(
        self,
        model: str,
        data: Data,
        store: sa.Engine,
        *,
        granularity: timedelta,
        delay: timedelta,
        cache: ProfileCache,
        clock: Callable[[], datetime],
    ) -> None:
        self.data = data
        self._model = model
        self._store = store
        self._granularity = granularity
        self._delay = delay
        self._cache = cache
        self._clock = clock
        self._references = References(model, data, store, clock)

    def reference(self, window: Window, *, guard: Guard) -> Reference:
        """The reference of a window.

        Raises `SourceError` where it holds no row.
        """
        basis = self.data.basis(window)
        fixed = self._ground(basis).reference
        if basis.slides is None:
            return fixed
        kept = self._on(fixed).parts(basis.slides, guard=guard, now=self._clock(), ahead=basis.slides.end)
        if not kept:
            raise SourceError(f"the reference is empty: predictions of {basis.slides}")
        parts = measured_parts(kept, fixed.plan)
        moved = reference_of(
            self._model, parts, fixed.plan, fixed.plan_id, f"predictions of {basis.slides}", fixed.leanings
        )
        self._references.keep(moved)
        return moved

    def current(
        self, window: Window, reference: Reference, *, guard: Guard, ahead: datetime
    ) -> Mapping[Part, ModelProfile]:
        """The profiles of a window, of all rows, versions and segments, on the bins of its reference.

        Rows up to `ahead` are read in the same go, since they will be asked for next.
        """
        kept = self._on(reference).parts(window, guard=guard, now=self._clock(), ahead=ahead)
        return measured_parts(kept, reference.plan)

    def take_in_late(self, lateness: timedelta) -> None:
        """Bring the buckets in the store up to date with rows and targets that came after they were read.

        Windows that they belong to are planned again. What is later than `lateness` is only counted: once a day all
        that the store remembers is looked through for it.
        """
        now = self._clock()
        with transaction(self._store) as connection:
            since = read_watermark(connection, self._model).ingested_until
        all_past = since is not None and _day(since) < _day(now - self._delay)
        settled = floor(now - self._delay, self._granularity)
        horizon = Window(floor(settled - lateness, self._granularity) - self._granularity, settled)
        live = LivePlans(self._model, self._store, self.data.shape, granularity=self._granularity, on=self._buckets)
        if since is not None:
            LateRows(
                self._model,
                self.data,
                self._store,
                live,
                granularity=self._granularity,
                delay=self._delay,
                lateness=lateness,
            ).take_in(horizon, now, since=since, all_past=all_past)
        if self.data.has_targets:
            LateTargets(
                self._model, self.data, self._store, live, granularity=self._granularity, lateness=lateness
            ).take_in(horizon, now, all_past=all_past)

    def unmatched_targets(self, window: Window) -> int | None:
        """How many targets of a window belong to no prediction; None where that cannot be told."""
        if not self.data.has_targets:
            return None
        length = int(self._granularity.total_seconds())
        with transaction(self._store) as connection:
            found = read_target_buckets(connection, self._model, window, bucket_seconds=length)
        known = {start: count for start, count in found.items() if count.unmatched is not None}
        unknown = [bucket for bucket in buckets(window, self._granularity) if bucket.start not in known]
        if unknown:
            stretch = Window(unknown[0].start, unknown[-1].end)
            counted = self.data.target_counts(stretch, self._granularity)
            if counted is None:
                return None
            counts = {
                bucket.start: TargetCount(
                    found.get(bucket.start, NONE_JOINED).rows, counted.get(bucket.start, NONE_JOINED).unmatched
                )
                for bucket in unknown
            }
            with transaction(self._store) as connection:
                write_target_buckets(connection, self._model, counts, bucket_seconds=length, now=self._clock())
            known = {**known, **counts}
        return sum(count.unmatched or 0 for count in known.values())

    def ground(self, window: Window) -> Ground:
        """What limits of a window are learned from: rows that do not move, and their place in the log."""
        return self._ground(self.data.basis(window))

    def _ground(self, basis: Basis) -> Ground:
        """The reference whose rows do not move; where it has few of them, what is to take its place."""
        if basis.otherwise is None:
            return Ground(self._references.of(basis), basis.stretch)
        try:
            found = self._references.of(basis)
        except EmptyReferenceError:
            return self._ground(basis.otherwise)
        return Ground(found, basis.stretch) if found.profile.rows >= FEW else self._ground(basis.otherwise)

    def _on(self, reference: Reference) -> Buckets:
        """The buckets on the bins of a reference."""
        return self._buckets(reference.plan, reference.plan_id)

    def _buckets(self, plan: Plan, plan_id: str) -> Buckets:
        return Buckets(
            self._model,
            self.data,
            self._store,
            plan=plan,
            plan_id=plan_id,
            granularity=self._granularity,
            delay=self._delay,
            cache=self._cache,
        )


def _day(moment: datetime) -> datetime:
    """When a day began; at noon, since at midnight most windows are due."""
    return floor(moment - HALF_A_DAY, 2 * HALF_A_DAY)
