"""The profiles of buckets: read once from the source, kept in the store, added up to windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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


@dataclass(frozen=True, slots=True)
class _Standing:
    """What must not change while rows are read, since they are joined with targets and stored on top of it.

    With it comes what else is known of the stretch: its buckets, and up to when late rows were looked for.
    """

    targets_until: datetime
    revisions: Mapping[Window, int] = field(default_factory=dict)
    stored: Sequence[StoredBucket] = field(default=(), compare=False)
    ingested_until: datetime | None = field(default=None, compare=False)


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
            with transaction(self._store) as connection:
                stored = self._stored(connection, window)
                missing = self._missing(connection, window, stored, ahead)
                until = self._marks(connection, now)[0] if missing else now
            scanned = [self._scan(stretch, _Standing(until), guard=guard, now=now) for stretch in missing]
            stored += [one for new in scanned for one in new or () if one.bucket.end <= window.end]
            if None not in scanned and (found := self._profiles.sum_of(_in_order(stored))) is not None:
                return found
        raise BusyError(f"others changed the buckets of {self._model} in {window} at every try; it is tried again")

    def read_again(self, changed: Sequence[Window], *, now: datetime) -> bool:
        """Profile the rows of these buckets anew, and have their windows measured again.

        False where others have changed some of them meanwhile, which then are as they left them.
        """
        return all(self._scan_again(stretch, now) for stretch in neighbours(changed, MOST_AT_ONCE))

    def _scan_again(self, stretch: Window, now: datetime) -> bool:
        with transaction(self._store) as connection:
            before = self._standing(connection, stretch, now)
        if len(before.revisions) < len(self._cut(stretch)):
            return True  # forgotten meanwhile, or part of a longer one
        return self._scan(stretch, before, guard=lambda _: None, now=now) is not None

    def _scan(
        self, stretch: Window, before: _Standing, *, guard: Guard, now: datetime
    ) -> Sequence[StoredBucket] | None:
        """Profile the rows of a stretch and store its buckets, all or none; None where others came in between."""
        found = self._profiled_rows(stretch, before.targets_until)
        with transaction(self._store) as connection:
            take_turn(connection, "write", self._model)
            guard(connection)
            standing = self._standing(connection, stretch, now)
            if standing != before:
                return None
            stored = self._write(connection, stretch, found, standing, now)
        for one in stored:
            self._profiles.keep(one, found.get(one.bucket.start, {}))
        return stored

    def _profiled_rows(self, stretch: Window, until: datetime) -> Mapping[datetime, Parts]:
        """The profiles of a stretch, made where the rows lie or here."""
        there = self._data.profiled(stretch, self.plan, self._granularity, targets_before=until)
        if there is not None:
            return there
        return profile_rows(self._data.current(stretch, targets_before=until), self.plan, self._granularity)

    def _write(
        self,
        connection: sa.Connection,
        stretch: Window,
        found: Mapping[datetime, Parts],
        standing: _Standing,
        now: datetime,
    ) -> list[StoredBucket]:
        profiled = [self._profiled(bucket, found.get(bucket.start, {})) for bucket in self._cut(stretch)]
        known = [one.bucket for one in standing.stored]
        odd = [bucket for bucket in known if not self._fits(bucket)]
        forget_buckets(connection, self._model, self.plan_id, odd)
        written = write_buckets(connection, self._model, self.plan_id, profiled, now=now)
        reopen_windows(connection, self._model, [bucket for bucket in known if bucket not in odd])
        since = standing.ingested_until or now - self._delay
        write_watermark(connection, self._model, Watermark(rows_until=stretch.end, ingested_until=since))
        return written

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
        targets_until, ingested_until = self._marks(connection, now)
        return _Standing(targets_until, revisions, stored, ingested_until)

    def _marks(self, connection: sa.Connection, now: datetime) -> tuple[datetime, datetime | None]:
        """Before which moment targets must have been observed to be joined, and up to when late rows were looked for.

        A target that comes later is joined later.
        """
        known = read_watermark(connection, self._model)
        until = known.targets_until
        if until is None:
            until = floor(now - self._delay, self._granularity)
            write_watermark(connection, self._model, Watermark(targets_until=until))
        return until, known.ingested_until

    def _stored(self, connection: sa.Connection, window: Window) -> list[StoredBucket]:
        """What the store has of a window; buckets shorter than the model's own stem from an older configuration."""
        found = read_buckets(connection, self._model, self.plan_id, window)
        return [one for one in found if self._fits(one.bucket)]

    def _missing(
        self, connection: sa.Connection, window: Window, stored: Sequence[StoredBucket], ahead: datetime
    ) -> list[Window]:
        """Stretches of buckets of the window that are not stored; the last one goes on, towards `ahead`."""
        kept = {bucket.start for one in stored for bucket in self._cut(one.bucket)}
        runs = neighbours([bucket for bucket in self._cut(window) if bucket.start not in kept], MOST_AT_ONCE)
        if runs and runs[-1].end == window.end and ahead > window.end:
            runs[-1] = self._reaching(connection, runs[-1], ahead)
        return runs

    def _reaching(self, connection: sa.Connection, run: Window, ahead: datetime) -> Window:
        """The run and what follows it, to the first bucket that is stored."""
        end = min(ahead, max(run.start + MOST_AT_ONCE * self._granularity, run.end))
        if end <= run.end:
            return run
        taken = [one.bucket.start for one in self._stored(connection, Window(run.end, end))]
        return Window(run.start, min([end, *taken]))

    def _fits(self, bucket: Window) -> bool:
        return bucket.length % self._granularity == timedelta(0)

    def _cut(self, window: Window) -> list[Window]:
        return list(buckets(window, self._granularity))


def _in_order(stored: Iterable[StoredBucket]) -> list[StoredBucket]:
    return sorted(stored, key=lambda one: one.bucket)
