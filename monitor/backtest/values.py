"""The measurements of any window: those that are stored, or else measured from the stored profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from monitor.backtest.ground import StoredGround
from monitor.drift.catalogue import drift_of_segments
from monitor.measure import Wanted, measure
from monitor.measurement import Measurement
from monitor.store.database import transaction
from monitor.store.histories import read_history
from monitor.store.targets import read_target_buckets
from monitor.window import Window

ALWAYS = "row_count"  # every window has it, so that a series which is missing is seen to be missing


@dataclass(frozen=True, slots=True)
class Scope:
    """Which measurements are wanted; `believes_stored` is whether what is stored was measured as it would be now."""

    model: str
    wanted: Wanted
    metrics: frozenset[str]
    granularity: timedelta
    believes_stored: bool = True

    @property
    def narrowed(self) -> Wanted:
        """Only what is looked at, and what decides which distance segments have."""
        kept = {*self.metrics, ALWAYS, *drift_of_segments(self.wanted.drift)}
        return self.wanted.only(kept)

    @property
    def measurable(self) -> frozenset[str]:
        """What is looked at and measured at all."""
        wanted = self.narrowed
        return self.metrics & {*wanted.drift, *wanted.performance, *wanted.quality}


class Values:
    """Gives the measurements of windows; of all that are asked for, what is stored is read at once."""

    def __init__(self, scope: Scope, store: sa.Engine, ground: StoredGround, windows: Sequence[Window]) -> None:
        self._scope = scope
        self._store = store
        self._ground = ground
        self.measured = 0
        self._stored = self._read(windows) if scope.believes_stored else {}

    def of(self, window: Window) -> list[Measurement] | None:
        """The measurements of a window; None where the store has neither them nor its profiles."""
        stored = self._stored.pop(window, [])
        if stored and not self._lacks(stored):
            return stored
        return self._measured(window) or stored or None

    def _read(self, windows: Sequence[Window]) -> dict[Window, list[Measurement]]:
        found: dict[Window, list[Measurement]] = defaultdict(list)
        metrics = self._scope.metrics | {ALWAYS}
        for length in sorted({window.length for window in windows}):
            ends = [window.end for window in windows if window.length == length]
            period = Window(min(ends) - length, max(ends))
            with transaction(self._store) as connection:
                for one in read_history(connection, self._scope.model, period, length=length, metrics=metrics):
                    found[one.window].append(one)
        asked = set(windows)
        return {
            window: known
            for window, known in found.items()
            if window in asked and self._ground.stands_on(window, known[0].reference_id)
        }

    def _lacks(self, stored: Sequence[Measurement]) -> bool:
        """Whether something was not measured then that a rule looks at now."""
        return bool(self._scope.measurable - {one.metric for one in stored})

    def _measured(self, window: Window) -> list[Measurement] | None:
        reference = self._ground.reference(window)
        current = None if reference is None else self._ground.parts(window, reference)
        if reference is None or current is None:
            return None
        self.measured += 1
        found = measure(
            self._scope.narrowed,
            reference,
            current,
            model=self._scope.model,
            window=window,
            unmatched_targets=self._unmatched(window),
        )
        return [one for one in found if one.metric in self._scope.metrics or one.metric == ALWAYS]

    def _unmatched(self, window: Window) -> int | None:
        """Targets without a prediction, as far as they were counted for every bucket."""
        if "unmatched_targets" not in self._scope.metrics:
            return None
        seconds = int(self._scope.granularity.total_seconds())
        with transaction(self._store) as connection:
            counts = read_target_buckets(connection, self._scope.model, window, bucket_seconds=seconds)
        known = [one.unmatched for one in counts.values() if one.unmatched is not None]
        return sum(known) if len(known) * self._scope.granularity == window.length else None


def reference_id_of(measurements: Collection[Measurement]) -> str:
    """What the measurements of a window were held against."""
    return next((one.reference_id for one in measurements), "")
