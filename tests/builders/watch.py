"""Watches data in memory as the service would: takes in what is late, then measures what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from builders.limits import learning
from builders.memory import HOUR, START, MemoryData

from monitor.measure import Wanted
from monitor.observe import Observation, ProfileCache
from monitor.observe.compaction import put_together
from monitor.record import Watched
from monitor.run import run_window
from monitor.scheduler import Schedule, windows_within
from monitor.store import runs
from monitor.store.database import migrate, open_store
from monitor.window import Window

Measured = Mapping[tuple[object, ...], tuple[object, ...]]

MEASURED = sa.text(
    "SELECT window_seconds, time_epoch, version, segment_key, segment_value, metric, column_name,"
    " status, reason, reference_id, rows, value, lower, upper, p_value, target_coverage FROM v_measurement"
)


@dataclass
class Watch:
    """One model on one store; `now` moves only by ticks."""

    store: sa.Engine
    data: MemoryData
    windows: tuple[timedelta, ...] = (3 * HOUR,)
    every: timedelta = HOUR
    granularity: timedelta = HOUR
    lateness: timedelta = 12 * HOUR
    delay: timedelta = timedelta(0)
    start: datetime = START
    now: datetime = START
    observation: Observation = field(init=False)
    watched: Watched = field(init=False)

    def __post_init__(self) -> None:
        self.observation = Observation(
            "m",
            self.data,
            self.store,
            granularity=self.granularity,
            delay=self.delay,
            cache=ProfileCache(),
            clock=lambda: self.now,
        )
        wanted = Wanted(
            "binary_classification",
            drift=("population_stability_index", "wasserstein"),
            performance=("roc_auc", "f1", "log_loss"),
            min_rows=1,
            has_targets=True,
        )
        self.watched = Watched("m", learning(wanted, self.store), None, lambda: self.observation, base_url="")

    def tick(self, hour: float) -> list[str]:
        """What is due so many hours after the start; gives how each window ended."""
        self.take_in_late(hour)
        return self.measure()

    def take_in_late(self, hour: float) -> None:
        """Only the first half of a tick."""
        self.now = self.start + hour * HOUR
        self.observation.take_in_late(self.lateness)

    def measure(self) -> list[str]:
        """Only the other half."""
        due = list(self._due())
        found = [
            run_window(self.watched, window, self.store, clock=lambda: self.now, notify=False, ahead=max(due).end)
            for window in due
        ]
        return [one.status if not one.reason else f"{one.status}: {one.reason}" for one in found if one is not None]

    def compact(self) -> int:
        """Put the hours of days that ended as long ago as `lateness` together; gives how many days."""
        return put_together(self.store, now=self.now, after=self.lateness)

    def _due(self) -> Iterator[Window]:
        schedule = Schedule(self.windows, self.every, self.delay)
        with self.store.begin() as connection:
            windows = list(windows_within(schedule, self.start, schedule.closed(self.now)))
            runs.plan(connection, "m", windows)
            ended = runs.ended(connection, "m")
        yield from (window for window in windows if window not in ended)

    def measured(self) -> Measured:
        """Every measurement, numbers rounded to what the order of rows leaves untouched."""
        with self.store.begin() as connection:
            return {tuple(row[:7]): tuple(map(_rounded, row[7:])) for row in connection.execute(MEASURED)}

    def from_the_start(self, folder: object) -> Measured:
        """What is measured in a world in which everything was there from the start."""
        engine = open_store(f"sqlite:///{folder}/ideal.db")
        migrate(engine)
        ideal = replace(self, store=engine)
        assert set(ideal.measure()) <= {"done", "skipped: no predictions in this window"}
        found = ideal.measured()
        engine.dispose()
        return found

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What the store answers."""
        with self.store.begin() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]


def _rounded(value: object) -> object:
    return float(f"{value:.9g}") if isinstance(value, float) else value
