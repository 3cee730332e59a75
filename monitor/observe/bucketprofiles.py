"""The profiles of stored buckets, out of memory or the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice

import sqlalchemy as sa

from monitor.observe.cache import ProfileCache
from monitor.observe.parts import Parts, added
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.profile.stored import unpack_profile
from monitor.store.buckets import StoredBucket, read_buckets
from monitor.store.database import transaction
from monitor.store.profiles import read_profiles
from monitor.window import Window


class BucketProfiles:
    """Fetches the profiles of the buckets of one plan, and keeps them at hand."""

    def __init__(self, model: str, store: sa.Engine, plan: Plan, plan_id: str, cache: ProfileCache) -> None:
        self._model = model
        self._store = store
        self._plan = plan
        self._plan_id = plan_id
        self._cache = cache

    def of(self, stored: Sequence[StoredBucket]) -> list[Parts] | None:
        """The profiles of each bucket, in order; None where one of them has changed meanwhile."""
        held = {one.bucket: self._cache.get(self._model, self._plan_id, one) for one in stored}
        fetched = self._fetched([one for one in stored if held[one.bucket] is None])
        if fetched is None:
            return None
        return [fetched[one.bucket] if (parts := held[one.bucket]) is None else parts for one in stored]

    def sum_of(self, stored: Sequence[StoredBucket]) -> Parts | None:
        """The profiles of all of them together; None where one of them has changed meanwhile.

        The buckets of a day are added up first, and their sum is kept: a window that slides on needs most days again.
        So it is whether or not the sum is at hand, since sums of floats depend on their order.
        """
        days = [list(group) for _, group in groupby(stored, key=lambda one: one.bucket.start.date())]
        sums = [self._cache.day(self._model, self._plan_id, day) for day in days]
        found = self.of([one for day, known in zip(days, sums, strict=True) if known is None for one in day])
        if found is None:
            return None
        rest = iter(found)
        return added(self._day(day, rest) if known is None else known for day, known in zip(days, sums, strict=True))

    def _day(self, day: Sequence[StoredBucket], profiles: Iterator[Parts]) -> Parts:
        summed = added(islice(profiles, len(day)))
        if len(day) > 1:
            self._cache.put_day(self._model, self._plan_id, day, summed)
        return summed

    def keep(self, stored: StoredBucket, parts: Parts) -> None:
        """Keep what a bucket holds in memory."""
        self._cache.put(self._model, self._plan_id, stored, parts)

    def _fetched(self, stored: Sequence[StoredBucket]) -> Mapping[Window, Parts] | None:
        if not stored:
            return {}
        found: dict[Window, dict[Part, ModelProfile]] = {one.bucket: {} for one in stored}
        with transaction(self._store) as connection:
            for bucket, part, kept in read_profiles(connection, self._model, self._plan_id, list(found)):
                found[bucket][part] = unpack_profile(kept.content, kept.outcome or b"", self._plan)
            stretch = Window(stored[0].bucket.start, stored[-1].bucket.end)
            now = {one.bucket: one for one in read_buckets(connection, self._model, self._plan_id, stretch)}
        if any(one.bucket not in now or now[one.bucket].revision != one.revision for one in stored):
            return None
        for one in stored:
            self.keep(one, found[one.bucket])
        return found
