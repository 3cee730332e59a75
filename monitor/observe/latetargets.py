"""Joins targets to predictions that were profiled before the targets came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.observe.buckets import MOST_AT_ONCE, TRIES, Buckets
from monitor.observe.came import Came, came
from monitor.observe.data import Data
from monitor.observe.live import LivePlans, Standing, revisions
from monitor.observe.stretches import neighbours
from monitor.observe.toolate import TooLate
from monitor.profile.scan import OutcomeBuckets, outcomes_of
from monitor.store.buckets import add_late_targets
from monitor.store.database import transaction
from monitor.store.targets import TargetCount, read_target_buckets, write_target_buckets
from monitor.store.turns import take_turn
from monitor.store.watermarks import Watermark, read_watermark, write_watermark
from monitor.window import EPOCH, Window, ceiling, floor

A_SECOND = timedelta(seconds=1)
EVER = Window(EPOCH, EPOCH + A_SECOND)  # stands for all targets together, where they carry no time
COUNTED = Window(EVER.end, EVER.end + A_SECOND)  # the same, as of when those that came too late were counted last


@dataclass
class _Found:
    """What has come: by plan outcomes to add and to put in place; the buckets concerned; and what is to be noted."""

    touched: set[datetime] = field(default_factory=set)
    added: dict[str, OutcomeBuckets] = field(default_factory=dict)
    replaced: dict[str, OutcomeBuckets] = field(default_factory=dict)
    late: Mapping[datetime, int] = field(default_factory=dict)


class LateTargets:
    """Late targets of one model.

    Targets are read by the time at which they were observed, in buckets as predictions are: each is joined to its
    prediction when its bucket has closed. Where an id has a target already, or targets came into a bucket that had
    been read, the predictions concerned are joined anew. None of this reads features.
    """

    def __init__(
        self,
        model: str,
        data: Data,
        store: sa.Engine,
        live: LivePlans,
        *,
        granularity: timedelta,
        lateness: timedelta,
    ) -> None:
        self._model = model
        self._data = data
        self._store = store
        self._live = live
        self._granularity = granularity
        self._lateness = lateness
        self._too_late = TooLate(model, data, store, live, granularity=granularity)

    def take_in(self, horizon: Window, now: datetime, *, all_past: bool) -> None:
        """Join what was observed before the end of the horizon; count targets of predictions that lie before it.

        Where targets carry no time these are counted only with `all_past`, since every bucket that lacks some has to
        be looked at.
        """
        counts = self._data.target_rows(horizon, self._granularity)
        if counts is None:
            targets = self._data.all_targets()
            self._without_times(horizon, targets, now)
            if all_past:
                self._count_past(horizon.start, targets, now)
            return
        with transaction(self._store) as connection:
            until = read_watermark(connection, self._model).targets_until
            if until is None:  # nothing has been read yet; what is there by now will be joined then
                self._note(connection, counts, now)
                write_watermark(connection, self._model, Watermark(targets_until=horizon.end))
                return
        if all(self._join(bucket, now) for bucket in self._closed(until, horizon.end)):
            self._look_again(horizon, counts, now)

    def _join(self, bucket: Window, now: datetime) -> bool:
        """Add the targets of a bucket that has closed to the predictions that they belong to."""
        start = self._earliest(bucket.end)
        rows = 0

        def find(standing: Standing) -> _Found:
            nonlocal rows
            new = came(self._data.new_outcomes(bucket), self._granularity)
            rows = new.rows
            late = Counter(one for one in (*new.first_starts, *new.again_starts) if one < start)
            anew = {one for one in new.again_starts if one >= start}
            added = {name: self._fresh(new, kept, start, anew) for name, kept in self._fitting(standing)}
            replaced = self._anew(standing, anew, bucket.end)
            return _Found({*new.first_starts, *anew}, added, replaced, late)

        def note(connection: sa.Connection) -> None:
            if bucket.length == self._granularity:
                self._note(connection, {bucket.start: rows}, now)
            write_watermark(connection, self._model, Watermark(targets_until=bucket.end))

        return self._settle(start, bucket.start, now, find, note)

    def _look_again(self, horizon: Window, counts: Mapping[datetime, int], now: datetime) -> None:
        """Join anew what belongs to targets that came into buckets that had been read, or went from there."""
        with transaction(self._store) as connection:
            until = read_watermark(connection, self._model).targets_until or horizon.end
            known = read_target_buckets(connection, self._model, horizon, bucket_seconds=self._seconds)
        before = {start: known[start].rows if start in known else 0 for start in {*counts, *known}}
        changed = {
            start: counts.get(start, 0)
            for start, rows in before.items()
            if counts.get(start, 0) != rows and start + self._granularity <= until
        }
        if not changed:
            return
        fewer = any(rows < before[start] for start, rows in changed.items())
        concerned = Counter(self._concerned([start for start, rows in changed.items() if rows > before[start]]))
        there = self._too_late.there([start for start in concerned if start < horizon.start], until)

        def find(standing: Standing) -> _Found:
            stored = {bucket.start for of_plan in standing.values() for bucket in of_plan}
            touched = stored if fewer else stored & set(concerned)
            return _Found(touched, replaced=self._anew(standing, touched, until))

        def note(connection: sa.Connection) -> None:
            self._too_late.note(connection, there, most=concerned)
            self._note(connection, changed, now)

        self._settle(horizon.start, until, now, find, note)

    def _count_past(self, end: datetime, targets: int, now: datetime) -> None:
        """Count the targets of predictions before a moment that have come since they were counted last."""
        with transaction(self._store) as connection:
            counted = read_target_buckets(connection, self._model, COUNTED, bucket_seconds=1).get(COUNTED.start)
        if counted is not None and counted.rows == targets:
            return
        there = self._too_late.there_before(end)
        with transaction(self._store) as connection:
            take_turn(connection, "write", self._model)
            self._too_late.note(connection, there)
            noted = {COUNTED.start: TargetCount(targets)}
            write_target_buckets(connection, self._model, noted, bucket_seconds=1, now=now)

    def _without_times(self, horizon: Window, targets: int, now: datetime) -> None:
        """Where nobody knows when a target came, another number of them means: join every bucket that lacks some."""
        with transaction(self._store) as connection:
            until = read_watermark(connection, self._model).targets_until
            known = read_target_buckets(connection, self._model, EVER, bucket_seconds=1).get(EVER.start)
        if until is None or (known is not None and known.rows == targets):
            return
        fewer = known is not None and targets < known.rows

        def find(standing: Standing) -> _Found:
            lacking = {
                bucket.start
                for of_plan in standing.values()
                for bucket, one in of_plan.items()
                if one.targets < one.rows or fewer
            }
            return _Found(lacking, replaced=self._anew(standing, lacking, None))

        def note(connection: sa.Connection) -> None:
            counted = {EVER.start: TargetCount(targets)}
            write_target_buckets(connection, self._model, counted, bucket_seconds=1, now=now)

        self._settle(horizon.start, until, now, find, note)

    def _settle(
        self,
        start: datetime,
        until: datetime,
        now: datetime,
        find: Callable[[Standing], _Found],
        note: Callable[[sa.Connection], None],
    ) -> bool:
        """Find what has come and write it down, unless somebody else has; False where it is left to the next time.

        What was found holds only for buckets as they stood before: one that is read meanwhile may hold rows that
        were not seen.
        """
        span = Window(start, ceiling(now, self._granularity) + self._granularity)
        for _ in range(TRIES):
            with transaction(self._store) as connection:
                before = self._live.standing(connection, span)
            found = find(before)
            with transaction(self._store) as connection:
                take_turn(connection, "write", self._model)
                if read_watermark(connection, self._model).targets_until != until:
                    return False
                if revisions(self._live.standing(connection, span)) == revisions(before):
                    self._write(connection, before, found)
                    note(connection)
                    return True
        return False

    def _write(self, connection: sa.Connection, standing: Standing, found: _Found) -> None:
        for name, of_plan in standing.items():
            kept = self._live.buckets(name)
            if kept is None:
                gone = [bucket for bucket in of_plan if bucket.start in found.touched]
                self._live.forget(connection, name, gone)
            else:
                kept.outcomes.add(connection, found.added.get(name, {}))
                kept.outcomes.replace(connection, found.replaced.get(name, {}))
        add_late_targets(connection, self._model, found.late, self._seconds)

    def _fresh(self, new: Came, kept: Buckets, start: datetime, anew: Collection[datetime]) -> OutcomeBuckets:
        """The outcomes of targets that are the first of their id, but of buckets that are joined anew."""
        found = outcomes_of(new.first, kept.plan, self._granularity)
        return {bucket: parts for bucket, parts in found.items() if bucket >= start and bucket not in anew}

    def _anew(
        self, standing: Standing, starts: Collection[datetime], until: datetime | None
    ) -> dict[str, OutcomeBuckets]:
        """The outcomes of whole buckets, from their predictions."""
        found: dict[str, OutcomeBuckets] = {}
        for name, kept in self._fitting(standing):
            wanted = sorted(bucket for bucket in standing[name] if bucket.start in starts)
            found[name] = {bucket.start: {} for bucket in wanted}
            for stretch in neighbours(wanted, MOST_AT_ONCE):
                batches = self._data.outcomes(stretch, targets_before=until)
                found[name].update(outcomes_of(batches, kept.plan, self._granularity))
        return found

    def _fitting(self, standing: Standing) -> Iterator[tuple[str, Buckets]]:
        for name in standing:
            kept = self._live.buckets(name)
            if kept is not None:
                yield name, kept

    def _concerned(self, starts: Collection[datetime]) -> Iterator[datetime]:
        """The buckets of the predictions whose targets were observed in these."""
        for stretch in neighbours([Window(one, one + self._granularity) for one in sorted(starts)], MOST_AT_ONCE):
            new = came(self._data.new_outcomes(stretch), self._granularity)
            yield from (*new.first_starts, *new.again_starts)

    def _note(self, connection: sa.Connection, counts: Mapping[datetime, int], now: datetime) -> None:
        noted = {start: TargetCount(rows) for start, rows in counts.items()}
        write_target_buckets(connection, self._model, noted, bucket_seconds=self._seconds, now=now)

    def _closed(self, until: datetime, end: datetime) -> Iterator[Window]:
        """The buckets of targets that have closed since; the first is shorter where buckets became longer."""
        while until < end:
            closes = floor(until, self._granularity) + self._granularity
            yield Window(until, closes)
            until = closes

    def _earliest(self, end: datetime) -> datetime:
        """The start of the first bucket whose targets are in time at a moment."""
        return floor(end - self._lateness, self._granularity) - self._granularity

    @property
    def _seconds(self) -> int:
        return int(self._granularity.total_seconds())
