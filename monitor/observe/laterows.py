"""Takes in rows that came after their bucket was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import pyarrow as pa
import sqlalchemy as sa

from monitor.observe.buckets import MOST_AT_ONCE, TRIES, BusyError
from monitor.observe.data import Data
from monitor.observe.live import LivePlans, Standing
from monitor.observe.stretches import neighbours
from monitor.profile.scan import bucket_starts
from monitor.store.buckets import StoredBucket, add_late_rows
from monitor.store.database import transaction
from monitor.store.turns import take_turn
from monitor.store.watermarks import Watermark, write_watermark
from monitor.window import Window
from monitor.window import buckets as cut

SOON = timedelta(microseconds=1)

Counts = Mapping[datetime, int]


class LateRows:
    """Late rows of one model.

    Where somebody notes when a row was written, the new ones say which buckets they belong to; elsewhere all buckets
    of the horizon are suspects. Then rows are counted bucket by bucket, which a database does without handing them
    over: only where the count has changed something was late.
    """

    def __init__(
        self,
        model: str,
        data: Data,
        store: sa.Engine,
        live: LivePlans,
        *,
        granularity: timedelta,
        delay: timedelta,
        lateness: timedelta,
    ) -> None:
        self._model = model
        self._data = data
        self._store = store
        self._live = live
        self._granularity = granularity
        self._delay = delay
        self._lateness = lateness

    def take_in(self, horizon: Window, now: datetime, *, since: datetime, all_past: bool) -> None:
        """Read buckets of the horizon again whose rows have changed since; count what belongs to earlier ones.

        Where nobody knows when rows came, as much is looked at before the horizon as is in it; with `all_past` all
        that the store remembers.
        """
        until = max(now - self._delay, since + SOON)  # who writes a row may need a while until others see it
        arrived = self._data.arrived(since, until)
        suspects = None if arrived is None else self._of(arrived)
        if not any(self._read_changed(horizon, suspects, now) for _ in range(TRIES)):
            raise BusyError(f"others changed the buckets of {self._model} at every try; late rows are looked for again")
        if suspects is None:
            self._count_late(self._before(horizon, all_past=all_past))
        else:
            self._count_late(neighbours([one for one in suspects if one.start < horizon.start], MOST_AT_ONCE))
        with transaction(self._store) as connection:
            write_watermark(connection, self._model, Watermark(ingested_until=until))

    def _before(self, horizon: Window, *, all_past: bool) -> list[Window]:
        if all_past:
            with transaction(self._store) as connection:
                return self._live.past(connection, horizon.start)
        stretch = Window(horizon.start - self._lateness - self._granularity, horizon.start)
        return neighbours(list(cut(stretch, self._granularity)), MOST_AT_ONCE)

    def _of(self, arrived: Iterable[pa.RecordBatch]) -> list[Window]:
        """The buckets of these rows."""
        starts = {start for batch in arrived for start in bucket_starts(batch, self._granularity)}
        return [Window(start, start + self._granularity) for start in sorted(starts)]

    def _read_changed(self, horizon: Window, suspects: Collection[Window] | None, now: datetime) -> bool:
        with transaction(self._store) as connection:
            standing = self._live.standing(connection, horizon)
        counts = self._counts(standing, suspects)
        changed = {
            name: [bucket for bucket, one in of_plan.items() if counts.get(bucket.start, one.rows) != one.rows]
            for name, of_plan in standing.items()
        }
        return all(self._read_again(name, buckets, now) for name, buckets in changed.items())

    def _read_again(self, name: str, changed: list[Window], now: datetime) -> bool:
        if not changed:
            return True
        kept = self._live.buckets(name)
        if kept is not None:
            return kept.read_again(changed, now=now)
        with transaction(self._store) as connection:
            self._live.forget(connection, name, changed)
        return True

    def _counts(self, standing: Standing, suspects: Collection[Window] | None) -> Counts:
        """Rows in the source of every stored bucket that is suspect, by its start; all are, where none is named."""
        stored = {bucket for of_plan in standing.values() for bucket in of_plan}
        wanted = sorted(stored if suspects is None else stored.intersection(suspects))
        if not wanted:
            return {}
        counts = self._data.counts(Window(wanted[0].start, wanted[-1].end), self._granularity)
        return {bucket.start: counts.get(bucket.start, 0) for bucket in wanted}

    def _count_late(self, stretches: Sequence[Window]) -> None:
        """Count the rows of buckets, or of days, that are neither in their profiles nor counted as late."""
        for stretch in stretches:
            with transaction(self._store) as connection:
                stored = self._stored(connection, stretch)
            if not stored:
                continue
            touched = Window(min(one.bucket for _, one in stored).start, max(one.bucket.end for _, one in stored))
            counts = self._data.counts(touched, self._granularity)
            if any(self._missed(one, counts) > 0 for _, one in stored):
                self._note(stretch, counts)

    def _note(self, stretch: Window, counts: Counts) -> None:
        with transaction(self._store) as connection:
            take_turn(connection, "write", self._model)  # two that count at once count once
            for name, one in self._stored(connection, stretch):
                if (missed := self._missed(one, counts)) > 0:
                    length = one.bucket.length // timedelta(seconds=1)
                    add_late_rows(connection, self._model, {one.bucket.start: missed}, length, plan_id=name)

    def _missed(self, one: StoredBucket, counts: Counts) -> int:
        """Rows of a bucket, or of a day, that are neither in its profiles nor counted as late."""
        there = sum(counts.get(each.start, 0) for each in cut(one.bucket, self._granularity))
        return there - one.rows - one.late_rows

    def _stored(self, connection: sa.Connection, stretch: Window) -> list[tuple[str, StoredBucket]]:
        found = self._live.with_days(connection, stretch)
        return [(name, one) for name, of_plan in found.items() for one in of_plan.values()]
