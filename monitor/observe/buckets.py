"""The profiles of buckets: read once from the source, kept in the store, added up to windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.measurement import WHOLE
from monitor.observe.bucketoutcomes import BucketOutcomes, targets_of
from monitor.observe.bucketprofiles import BucketProfiles
from monitor.observe.cache import ProfileCache
from monitor.observe.data import Data
from monitor.observe.parts import Parts
from monitor.observe.stretches import neighbours, reopen_windows
from monitor.profile.plan import Plan
from monitor.profile.scan import profile_rows
from monitor.profile.stored import pack_outcome, pack_rows
from monitor.store.buckets import StoredBucket, forget_buckets, read_buckets
from monitor.store.database import transaction
from monitor.store.profiles import Contents, ProfiledBucket, write_buckets
from monitor.store.turns import take_turn
from monitor.store.watermarks import Watermark, read_watermark, write_watermark
from monitor.window import Window, buckets, floor

MOST_AT_ONCE = 480  # buckets of one scan: twenty days of hours
TRIES = 5

Guard = Callable[[sa.Connection], None]  # raises where somebody else does this work by now


class BusyError(StoreError):
    """Others changed the same buckets at every try."""


class _Standing(NamedTuple):
    """What must not change while rows are read, since they are joined with targets and stored on top of it."""

    targets_until: datetime
    revisions: Mapping[Window, int]


class Buckets:
    """The buckets of one model, on one plan."""

    def __init__(
        self,
        model: str,
        data: Data,
        store: sa.Engine,
        *,
        plan: Plan,
        plan_id: str,
        granularity: timedelta,
        delay: timedelta,
        cache: ProfileCache,
    ) -> None:
        self.plan = plan
        self.plan_id = plan_id
        self.outcomes = BucketOutcomes(model, plan, plan_id, granularity)
        self._model = model
        self._data = data
        self._store = store
        self._granularity = granularity
        self._delay = delay
        self._profiles = BucketProfiles(model, store, plan, plan_id, cache)

    def parts(self, window: Window, *, guard: Guard, now: datetime, ahead: datetime) -> Parts:
        """The profiles of a window; what is not in the store yet is read, and up to `ahead` with the same scan."""
        for _ in range(TRIES):
            stored = self._stored(window)
            missing = self._missing(window, stored, ahead)
            if not missing and (found := self._profiles.sum_of(stored)) is not None:
                return found
            for stretch in missing:
                self._scan(stretch, guard=guard, now=now, again=False)
        raise BusyError(f"others changed the buckets of {self._model} in {window} at every try; it is tried again")

    def read_again(self, changed: Sequence[Window], *, now: datetime) -> bool:
        """Profile the rows of these buckets anew, and have their windows measured again.

        False where others have changed some of them meanwhile, which then are as they left them.
        """
        stretches = neighbours(changed, MOST_AT_ONCE)
        return all(self._scan(stretch, guard=lambda _: None, now=now, again=True) for stretch in stretches)

    def _scan(self, stretch: Window, *, guard: Guard, now: datetime, again: bool) -> bool:
        """Profile the rows of a stretch and store its buckets, all or none; False where others came in between."""
        with transaction(self._store) as connection:
            before = self._standing(connection, stretch, now)
        if not again and before.revisions:
            return False
        if again and len(before.revisions) < len(self._cut(stretch)):
            return True  # forgotten meanwhile, or part of a longer one
        found = self._profiled_rows(stretch, before.targets_until)
        with transaction(self._store) as connection:
            take_turn(connection, "write", self._model)
            guard(connection)
            if self._standing(connection, stretch, now) != before:
                return False
            stored = self._write(connection, stretch, found, now)
        for one in stored:
            self._profiles.keep(one, found.get(one.bucket.start, {}))
        return True

    def _profiled_rows(self, stretch: Window, until: datetime) -> Mapping[datetime, Parts]:
        """The profiles of a stretch, made where the rows lie or here."""
        there = self._data.profiled(stretch, self.plan, self._granularity, targets_before=until)
        if there is not None:
            return there
        return profile_rows(self._data.current(stretch, targets_before=until), self.plan, self._granularity)

    def _write(
        self, connection: sa.Connection, stretch: Window, found: Mapping[datetime, Parts], now: datetime
    ) -> list[StoredBucket]:
        profiled = [self._profiled(bucket, found.get(bucket.start, {})) for bucket in self._cut(stretch)]
        known = [one.bucket for one in read_buckets(connection, self._model, self.plan_id, stretch)]
        odd = [bucket for bucket in known if not self._fits(bucket)]
        forget_buckets(connection, self._model, self.plan_id, odd)
        write_buckets(connection, self._model, self.plan_id, profiled, now=now)
        reopen_windows(connection, self._model, [bucket for bucket in known if bucket not in odd])
        since = read_watermark(connection, self._model).ingested_until or now - self._delay
        write_watermark(connection, self._model, Watermark(rows_until=stretch.end, ingested_until=since))
        written = read_buckets(connection, self._model, self.plan_id, stretch)
        return [one for one in written if one.bucket.length == self._granularity]

    def _profiled(self, bucket: Window, parts: Parts) -> ProfiledBucket:
        return ProfiledBucket(
            bucket,
            rows=sum(profile.rows for part, profile in parts.items() if part.segment == WHOLE),
            targets=targets_of({part: profile.outcome for part, profile in parts.items()}),
            parts={
                part: Contents(pack_rows(profile), pack_outcome(profile.outcome, self.plan))
                for part, profile in parts.items()
            },
        )

    def _standing(self, connection: sa.Connection, stretch: Window, now: datetime) -> _Standing:
        stored = read_buckets(connection, self._model, self.plan_id, stretch)
        revisions = {one.bucket: one.revision for one in stored if one.bucket.length == self._granularity}
        return _Standing(self._targets_until(connection, now), revisions)

    def _targets_until(self, connection: sa.Connection, now: datetime) -> datetime:
        """Before which moment targets must have been observed to be joined; what comes later is joined later."""
        known = read_watermark(connection, self._model).targets_until
        if known is None:
            known = floor(now - self._delay, self._granularity)
            write_watermark(connection, self._model, Watermark(targets_until=known))
        return known

    def _stored(self, window: Window) -> list[StoredBucket]:
        """What the store has of a window; buckets shorter than the model's own stem from an older configuration."""
        with transaction(self._store) as connection:
            found = read_buckets(connection, self._model, self.plan_id, window)
        return [one for one in found if self._fits(one.bucket)]

    def _missing(self, window: Window, stored: Sequence[StoredBucket], ahead: datetime) -> list[Window]:
        """Stretches of buckets of the window that are not stored; the last one goes on, towards `ahead`."""
        kept = {bucket.start for one in stored for bucket in self._cut(one.bucket)}
        runs = neighbours([bucket for bucket in self._cut(window) if bucket.start not in kept], MOST_AT_ONCE)
        if runs and runs[-1].end == window.end and ahead > window.end:
            runs[-1] = self._reaching(runs[-1], ahead)
        return runs

    def _reaching(self, run: Window, ahead: datetime) -> Window:
        """The run and what follows it, to the first bucket that is stored."""
        end = min(ahead, max(run.start + MOST_AT_ONCE * self._granularity, run.end))
        if end <= run.end:
            return run
        taken = [one.bucket.start for one in self._stored(Window(run.end, end))]
        return Window(run.start, min([end, *taken]))

    def _fits(self, bucket: Window) -> bool:
        return bucket.length % self._granularity == timedelta(0)

    def _cut(self, window: Window) -> list[Window]:
        return list(buckets(window, self._granularity))
