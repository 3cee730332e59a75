"""Counts targets that came too late to be joined, by what the buckets of their predictions lack."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.observe.bucketoutcomes import targets_of
from monitor.observe.buckets import MOST_AT_ONCE
from monitor.observe.data import Data
from monitor.observe.live import LivePlans
from monitor.observe.stretches import neighbours
from monitor.profile.plan import Plan
from monitor.profile.scan import outcomes_of
from monitor.store.buckets import add_late_targets, read_buckets
from monitor.store.database import transaction
from monitor.window import Window
from monitor.window import buckets as cut

There = Mapping[str, Mapping[Window, int]]  # targets in the source, by plan and by bucket or day


class TooLate:
    """Targets of one model that came too late.

    Only their number is known, so one that came too late after a correction that did as well may be taken for it.
    """

    def __init__(self, model: str, data: Data, store: sa.Engine, live: LivePlans, *, granularity: timedelta) -> None:
        self._model = model
        self._data = data
        self._store = store
        self._live = live
        self._granularity = granularity

    def there(self, starts: Collection[datetime], until: datetime | None) -> There:
        """How many targets there are of the predictions of these buckets, where some have none that is known."""
        windows = [Window(start, start + self._granularity) for start in sorted(starts)]
        return self._targets(neighbours(windows, MOST_AT_ONCE), until)

    def there_before(self, end: datetime) -> There:
        """The same of all that the store still remembers before a moment."""
        with transaction(self._store) as connection:
            past = self._live.past(connection, end)
        return self._targets(past, None)

    def note(self, connection: sa.Connection, there: There, most: Mapping[datetime, int] | None = None) -> None:
        """Count what is neither joined nor counted yet, of each bucket at most so many; needs the turn to write."""
        for name, of_plan in there.items():
            span = Window(min(of_plan).start, max(of_plan, key=lambda bucket: bucket.end).end)
            for one in read_buckets(connection, self._model, name, span):
                known = one.targets + one.late_targets
                missed = min(of_plan.get(one.bucket, 0), one.rows) - known
                if most is not None:
                    missed = min(missed, self._sum(most, one.bucket))
                if missed > 0:
                    length = one.bucket.length // timedelta(seconds=1)
                    add_late_targets(connection, self._model, {one.bucket.start: missed}, length, plan_id=name)

    def _targets(self, stretches: Collection[Window], until: datetime | None) -> There:
        found: dict[str, dict[Window, int]] = {}
        for stretch in stretches:
            with transaction(self._store) as connection:
                lacking = self._lacking(connection, stretch)
            for name, wanted in lacking.items():
                kept = self._live.buckets(name)
                if kept is not None and wanted:
                    found.setdefault(name, {}).update(self._in_source(wanted, kept.plan, until))
        return found

    def _in_source(self, wanted: Sequence[Window], plan: Plan, until: datetime | None) -> dict[Window, int]:
        targets: dict[datetime, int] = {}
        for stretch in neighbours(wanted, MOST_AT_ONCE):
            found = outcomes_of(self._data.outcomes(stretch, targets_before=until), plan, self._granularity)
            targets |= {start: targets_of(parts) for start, parts in found.items()}
        return {bucket: self._sum(targets, bucket) for bucket in wanted}

    def _lacking(self, connection: sa.Connection, stretch: Window) -> dict[str, list[Window]]:
        """Buckets and days, in order, of whose predictions some have no target that is known."""
        return {
            name: sorted(one.bucket for one in of_plan.values() if one.targets + one.late_targets < one.rows)
            for name, of_plan in self._live.with_days(connection, stretch).items()
        }

    def _sum(self, counts: Mapping[datetime, int], bucket: Window) -> int:
        return sum(counts.get(each.start, 0) for each in cut(bucket, self._granularity))
