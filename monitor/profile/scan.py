"""From the rows of a scan to the profiles of its buckets, versions and segments, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from monitor.errors import SourceError
from monitor.measurement import WHOLE, Segment
from monitor.profile.arrays import TEXT, IntArray, codes, column
from monitor.profile.groups import NO_GROUP, Groups
from monitor.profile.ids import IdCounter, hashed
from monitor.profile.model import ROWS_AT_ONCE, ModelProfile, profile_groups, profile_outcomes
from monitor.profile.outcome import Outcome
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.window import EPOCH

MOST_GROUPS = 256
MOST_VERSIONS = 50

Key = tuple[int, Part]  # the number of a bucket since the epoch, and which of its rows
Parts = Mapping[Part, ModelProfile]
OutcomeBuckets = dict[datetime, dict[Part, Outcome]]


@dataclass(frozen=True, slots=True, eq=False)
class _Grouping:
    """One way of grouping rows, and what the number of a group stands for."""

    groups: Groups
    key: Callable[[int], Key]


class Tally:
    """Adds up the profiles of buckets as rows come, in any order.

    `granularity` None takes all rows for one bucket.
    """

    def __init__(self, plan: Plan, granularity: timedelta | None) -> None:
        self._plan = plan
        self._granularity = granularity
        self._profiles: dict[Key, ModelProfile] = {}
        self._ids: dict[Key, IdCounter] = {}
        self._versions: dict[str, int] = {}

    def add(self, batch: pa.RecordBatch) -> None:
        """Take the rows of a batch in."""
        for rows, numbers in _slices(batch, self._granularity):
            groupings = self._groupings(rows, numbers)
            found = profile_groups(rows, self._plan, [grouping.groups for grouping in groupings])
            for grouping, profiles in zip(groupings, found, strict=True):
                for number, profile in zip(grouping.groups.keys.tolist(), profiles, strict=True):
                    self._add(grouping.key(number), profile)
            self._count_ids(rows, groupings[0])

    def buckets(self) -> dict[datetime, Parts]:
        """The profiles of every bucket that has rows, by its start."""
        found: dict[datetime, dict[Part, ModelProfile]] = {}
        for key in sorted(self._profiles, key=lambda key: key[0]):
            number, part = key
            counter = self._ids.get(key)
            duplicates = None if part.segment != WHOLE else counter.repeated() if counter else 0
            found.setdefault(self._start(number), {})[part] = replace(self._profiles[key], duplicates=duplicates)
        return dict(found)

    def _add(self, key: Key, profile: ModelProfile) -> None:
        before = self._profiles.get(key)
        self._profiles[key] = profile if before is None else before + profile

    def _count_ids(self, rows: pa.RecordBatch, whole: _Grouping) -> None:
        if rows.schema.get_field_index("id") < 0:
            return
        ids = column(rows, "id", TEXT)
        for place, number in enumerate(whole.groups.keys.tolist()):
            taken = whole.groups.rows(place)
            of_group = ids[taken] if isinstance(taken, slice) else ids.take(pa.array(taken))
            self._ids.setdefault(whole.key(number), IdCounter()).add(hashed(of_group))

    def _groupings(self, rows: pa.RecordBatch, numbers: IntArray) -> list[_Grouping]:
        return groupings(rows, numbers, self._plan, self._versions)

    def _start(self, number: int) -> datetime:
        return EPOCH + number * (self._granularity or timedelta())


def profile_rows(batches: Iterable[pa.RecordBatch], plan: Plan, granularity: timedelta) -> dict[datetime, Parts]:
    """Profiles of every bucket that has rows, of its versions and its segments."""
    tally = Tally(plan, granularity)
    for batch in batches:
        tally.add(batch)
    return tally.buckets()


def profile_whole(batches: Iterable[pa.RecordBatch], plan: Plan) -> Parts:
    """Profiles of all rows, whatever their time: of versions and segments."""
    tally = Tally(plan, None)
    for batch in batches:
        tally.add(batch)
    return next(iter(tally.buckets().values()), {})


def outcomes_of(batches: Iterable[pa.RecordBatch], plan: Plan, granularity: timedelta) -> OutcomeBuckets:
    """How the predictions of every bucket, version and segment met their targets; features are not looked at."""
    found: OutcomeBuckets = {}
    versions: dict[str, int] = {}
    for batch in batches:
        for rows, numbers in _slices(batch, granularity):
            for grouping in groupings(rows, numbers, plan, versions):
                outcomes = profile_outcomes(rows, plan, grouping.groups)
                for number, outcome in zip(grouping.groups.keys.tolist(), outcomes, strict=True):
                    bucket, part = grouping.key(number)
                    parts = found.setdefault(EPOCH + bucket * granularity, {})
                    parts[part] = parts[part] + outcome if part in parts else outcome
    return found


def bucket_starts(batch: pa.RecordBatch, granularity: timedelta) -> list[datetime]:
    """The bucket of each row, by its start."""
    return [EPOCH + number * granularity for number in _bucket_numbers(batch.column("time"), granularity).tolist()]


def groupings(rows: pa.RecordBatch, numbers: IntArray, plan: Plan, versions: dict[str, int]) -> list[_Grouping]:
    """By bucket and version; then by bucket, version and value of each segment."""
    buckets, ranks = np.unique(numbers, return_inverse=True)  # numbers may lie far apart: a stray year, a quiet night
    of_version = _version_codes(rows, versions) if plan.shape.has_versions else np.zeros(rows.num_rows, np.int64)
    names = list(versions) or [""]
    whole = ranks * len(names) + of_version

    def whole_key(number: int) -> Key:
        rank, version = divmod(number, len(names))
        return int(buckets[rank]), Part(names[version])

    found = [_Grouping(Groups.of(whole), whole_key)]
    for key, values in plan.segments.items():
        if values:
            found.append(_segments(rows, plan, key, values, whole, whole_key))
    return found


def _segments(
    rows: pa.RecordBatch,
    plan: Plan,
    key: str,
    values: tuple[str, ...],
    whole: IntArray,
    whole_key: Callable[[int], Key],
) -> _Grouping:
    of_value = codes(column(rows, plan.shape.segments[key], TEXT), values)
    raw = np.where(of_value < 0, NO_GROUP, whole * len(values) + of_value)

    def segment_key(number: int) -> Key:
        rest, value = divmod(number, len(values))
        bucket, part = whole_key(rest)
        return bucket, Part(part.version, Segment(key, values[value]))

    return _Grouping(Groups.of(raw, only_counts=True), segment_key)


def _version_codes(rows: pa.RecordBatch, versions: dict[str, int]) -> IntArray:
    """The place of each row's version among those met so far; a row without one has the empty version."""
    encoded = column(rows, "version", TEXT).fill_null("").dictionary_encode()
    for name in encoded.dictionary.to_pylist():
        versions.setdefault(name, len(versions))
    if len(versions) > MOST_VERSIONS:
        raise SourceError(
            f"the column of the model's version holds more than {MOST_VERSIONS} values; is it really a version?",
            permanent=True,
        )
    places = np.array([versions[name] for name in encoded.dictionary.to_pylist()], np.int64)
    found: IntArray = places.take(encoded.indices.to_numpy(zero_copy_only=False))
    return found


def _slices(batch: pa.RecordBatch, granularity: timedelta | None) -> Iterator[tuple[pa.RecordBatch, IntArray]]:
    """Rows in the order of their buckets, a bounded number of rows and buckets at a time, with the bucket's number."""
    if granularity is None:
        for start in range(0, batch.num_rows, ROWS_AT_ONCE):
            part = batch.slice(start, ROWS_AT_ONCE)
            yield part, np.zeros(part.num_rows, np.int64)
        return
    numbers = _bucket_numbers(batch.column("time"), granularity)
    if (numbers[1:] < numbers[:-1]).any():
        order = np.argsort(numbers, kind="stable")
        batch, numbers = batch.take(pa.array(order)), numbers[order]
    ranks = np.concatenate([[0], np.cumsum(numbers[1:] != numbers[:-1])])
    start = 0
    while start < batch.num_rows:
        end = min(start + ROWS_AT_ONCE, int(ranks.searchsorted(ranks[start] + MOST_GROUPS)))
        yield batch.slice(start, end - start), numbers[start:end]
        start = end


def _bucket_numbers(time: pa.Array, granularity: timedelta) -> IntArray:
    microseconds = time.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return np.asarray(np.floor_divide(microseconds, granularity // timedelta(microseconds=1)))
