"""Outcomes of buckets that are stored already: targets are joined when they come."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.measurement import WHOLE
from monitor.observe.stretches import reopen_windows
from monitor.profile.outcome import Outcome
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.profile.scan import OutcomeBuckets
from monitor.profile.stored import pack_outcome, unpack_outcome
from monitor.store.buckets import StoredBucket, read_buckets
from monitor.store.profiles import read_profiles, write_outcomes
from monitor.window import Window

Packed = Mapping[Part, bytes]


class BucketOutcomes:
    """The outcomes of the buckets of one plan; a bucket that is not stored is joined with all targets when it is read.

    Rows that are not in a bucket's profiles yet come with their targets when the bucket is read again.
    """

    def __init__(self, model: str, plan: Plan, plan_id: str, granularity: timedelta) -> None:
        self._model = model
        self._plan = plan
        self._plan_id = plan_id
        self._granularity = granularity

    def add(self, connection: sa.Connection, found: OutcomeBuckets) -> None:
        """Add outcomes to what is known."""
        changed = []
        for one, kept in self._kept(connection, found):
            more = {part: outcome for part, outcome in found[one.bucket.start].items() if part in kept}
            if not targets_of(more):
                continue
            sums = {part: unpack_outcome(kept[part], self._plan) + outcome for part, outcome in more.items()}
            self._write(connection, one, self._packed(sums), one.targets + targets_of(more))
            changed.append(one.bucket)
        reopen_windows(connection, self._model, changed)

    def replace(self, connection: sa.Connection, found: OutcomeBuckets) -> None:
        """Put outcomes in the place of what was known; what is as it was stays untouched."""
        changed = []
        for one, kept in self._kept(connection, found):
            now = {part: outcome for part, outcome in found[one.bucket.start].items() if part in kept}
            packed = self._packed({part: now.get(part, Outcome()) for part in kept})
            if packed != kept:
                self._write(connection, one, packed, targets_of(now))
                changed.append(one.bucket)
        reopen_windows(connection, self._model, changed)

    def _kept(
        self, connection: sa.Connection, starts: Collection[datetime]
    ) -> Iterator[tuple[StoredBucket, dict[Part, bytes]]]:
        """The stored ones among these buckets, with the outcomes that are known of them."""
        if not starts:
            return
        stretch = Window(min(starts), max(starts) + self._granularity)
        stored = [
            one
            for one in read_buckets(connection, self._model, self._plan_id, stretch)
            if one.bucket.start in starts and one.bucket.length == self._granularity
        ]
        kept: dict[Window, dict[Part, bytes]] = {one.bucket: {} for one in stored}
        for bucket, part, contents in read_profiles(connection, self._model, self._plan_id, list(kept)):
            kept[bucket][part] = contents.outcome or b""
        yield from ((one, kept[one.bucket]) for one in stored)

    def _packed(self, outcomes: Mapping[Part, Outcome]) -> dict[Part, bytes]:
        return {part: pack_outcome(outcome, self._plan) for part, outcome in outcomes.items()}

    def _write(self, connection: sa.Connection, one: StoredBucket, packed: Packed, targets: int) -> None:
        write_outcomes(connection, self._model, self._plan_id, one.bucket, targets=targets, outcomes=packed)


def targets_of(outcomes: Mapping[Part, Outcome]) -> int:
    """Rows with a target in a bucket, over all versions."""
    return sum(outcome.targets for part, outcome in outcomes.items() if part.segment == WHOLE)
