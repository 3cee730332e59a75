"""The plans on which buckets of a model are kept: of its reference, which may move along, and of former ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.observe.buckets import MOST_AT_ONCE, Buckets
from monitor.observe.stretches import reopen_windows
from monitor.profile.plan import Plan
from monitor.profile.shape import ModelShape
from monitor.profile.stored import unpack_plan
from monitor.store.buckets import StoredBucket, forget_buckets, oldest_bucket, read_buckets_of_plans
from monitor.store.database import transaction
from monitor.store.plans import read_plan
from monitor.window import EPOCH, Window, ceiling, floor

DAY = timedelta(days=1)

Standing = Mapping[str, Mapping[Window, StoredBucket]]


class LivePlans:
    """Gives the buckets of a model on every plan; those of a plan that fits its configuration no more are forgotten."""

    def __init__(
        self,
        model: str,
        store: sa.Engine,
        shape: ModelShape,
        *,
        granularity: timedelta,
        on: Callable[[Plan, str], Buckets],
    ) -> None:
        self._model = model
        self._store = store
        self._shape = shape
        self._granularity = granularity
        self._on = on
        self._plans: dict[str, Plan | None] = {}

    def standing(self, connection: sa.Connection, window: Window) -> dict[str, dict[Window, StoredBucket]]:
        """The stored buckets of the model's own length in a window, by plan."""
        found = read_buckets_of_plans(connection, self._model, window)
        return _chosen(found, lambda bucket: bucket.length == self._granularity)

    def with_days(self, connection: sa.Connection, window: Window) -> dict[str, dict[Window, StoredBucket]]:
        """The same, and the days that touch the window where their buckets were put together."""
        if self._granularity >= DAY:
            return self.standing(connection, window)
        days = Window(floor(window.start, DAY), ceiling(window.end, DAY))

        def is_asked_for(bucket: Window) -> bool:
            is_inside = window.start <= bucket.start and bucket.end <= window.end
            return bucket.length == DAY or (bucket.length == self._granularity and is_inside)

        return _chosen(read_buckets_of_plans(connection, self._model, days), is_asked_for)

    def past(self, connection: sa.Connection, end: datetime) -> list[Window]:
        """All that the store remembers before a moment, as stretches of whole days."""
        oldest = oldest_bucket(connection, self._model)
        step = max(DAY, floor(EPOCH + MOST_AT_ONCE * self._granularity, DAY) - EPOCH)
        found: list[Window] = []
        start = end if oldest is None else floor(oldest, DAY)
        while start < end:
            found.append(Window(start, min(start + step, end)))
            start += step
        return found

    def buckets(self, name: str) -> Buckets | None:
        """The buckets on a plan; None where it fits no more."""
        if name not in self._plans:
            with transaction(self._store) as connection:
                content = read_plan(connection, name)
            plan = None if content is None else unpack_plan(content)
            self._plans[name] = plan if plan is not None and plan.shape == self._shape else None
        plan = self._plans[name]
        return None if plan is None else self._on(plan, name)

    def forget(self, connection: sa.Connection, name: str, changed: Collection[Window]) -> None:
        """Delete buckets on a plan that fits no more; their windows are measured again, on the one that does."""
        if not changed:
            return
        forget_buckets(connection, self._model, name, changed)
        reopen_windows(connection, self._model, changed)


def _chosen(
    found: Mapping[str, list[StoredBucket]], is_asked_for: Callable[[Window], bool]
) -> dict[str, dict[Window, StoredBucket]]:
    chosen = {name: {one.bucket: one for one in of if is_asked_for(one.bucket)} for name, of in found.items()}
    return {name: of for name, of in chosen.items() if of}


def revisions(standing: Standing) -> dict[str, dict[Window, int]]:
    """In which revision each bucket stands."""
    return {name: {bucket: one.revision for bucket, one in of_plan.items()} for name, of_plan in standing.items()}
