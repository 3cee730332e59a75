"""Profiles that were read or made lately, so that sliding windows need not fetch them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from monitor.observe.parts import Parts
from monitor.store.buckets import StoredBucket
from monitor.window import Window

MOST_PROFILES = 800  # of twenty-five columns about 70 MB

MOST_DAY_PROFILES = 200

Key = tuple[str, str, Window]
DayKey = tuple[str, str, tuple[tuple[Window, int, datetime], ...]]
State = tuple[int, datetime]  # a bucket that was forgotten and read again counts its revisions anew


class ProfileCache:
    """Keeps the profiles of a bounded number of buckets, of all models together, as they stood when they were kept."""

    def __init__(self, most: int = MOST_PROFILES) -> None:
        self._most = most
        self._kept: OrderedDict[Key, tuple[State, Parts]] = OrderedDict()
        self._size = 0
        self._days: OrderedDict[DayKey, Parts] = OrderedDict()
        self._lock = Lock()

    def get(self, model: str, plan_id: str, stored: StoredBucket) -> Parts | None:
        """The profiles of a bucket, if they are here as the store has them."""
        key = (model, plan_id, stored.bucket)
        with self._lock:
            found = self._kept.get(key)
            if found is None or found[0] != (stored.revision, stored.read_at):
                return None
            self._kept.move_to_end(key)
            return found[1]

    def day(self, model: str, plan_id: str, buckets: Sequence[StoredBucket]) -> Parts | None:
        """The sum of these buckets of a day, if it is here as the store has them."""
        with self._lock:
            found = self._days.get(_day_key(model, plan_id, buckets))
            if found is not None:
                self._days.move_to_end(_day_key(model, plan_id, buckets))
            return found

    def put_day(self, model: str, plan_id: str, buckets: Sequence[StoredBucket], parts: Parts) -> None:
        """Keep the sum of the buckets of a day."""
        with self._lock:
            self._days[_day_key(model, plan_id, buckets)] = parts
            while len(self._days) > 1 and sum(map(len, self._days.values())) > MOST_DAY_PROFILES:
                self._days.popitem(last=False)

    def put(self, model: str, plan_id: str, stored: StoredBucket, parts: Parts) -> None:
        """Keep the profiles of a bucket; those that were not asked for the longest make room."""
        key = (model, plan_id, stored.bucket)
        with self._lock:
            before = self._kept.pop(key, None)
            self._size += len(parts) - (len(before[1]) if before else 0)
            self._kept[key] = ((stored.revision, stored.read_at), parts)
            while self._size > self._most and len(self._kept) > 1:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= len(gone)


def _day_key(model: str, plan_id: str, buckets: Sequence[StoredBucket]) -> DayKey:
    return model, plan_id, tuple((one.bucket, one.revision, one.read_at) for one in buckets)
