"""What may happen to a model's rows: how they vary by themselves, and what changes at which window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

START = datetime(2025, 1, 6, tzinfo=UTC)  # a Monday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

Traffic = Literal["steady", "weekly", "nights", "growing"]
ChangeKind = Literal["shift", "scale", "new category", "swap", "nulls", "factor", "constant"]


@dataclass(frozen=True, slots=True)
class Variation:
    """How windows vary though nothing has changed.

    `spread` is the standard deviation of the mean of a column from window to window, in deviations of its rows; of a
    category, that of the logarithm of its odds. `persistence` is the correlation of one window with the next, `weekly`
    how far a season of the week moves a mean, `tail` the degrees of freedom of Student's distribution (0: normal),
    `shared` how much of the variance all columns have in common.
    """

    spread: float = 0.0
    persistence: float = 0.0
    weekly: float = 0.0
    tail: float = 0.0
    shared: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """What changes in which columns, from a live window on, and over how many windows it comes in full.

    `size` is in deviations of the rows, in points of a share (0.1 are ten), or a factor.
    """

    kind: ChangeKind
    columns: tuple[str, ...]
    size: float = 0.0
    at: int = 5
    over: int = 1


@dataclass(frozen=True, slots=True)
class Scenario:
    """A model that is watched: `reference` and `live` are numbers of windows, `rows` those of a usual window."""

    name: str
    title: str
    numeric: int = 40
    categorical: int = 10
    rows: int = 2_000
    reference: int = 30
    live: int = 60
    length: timedelta = DAY
    varies: Variation = Variation()
    traffic: Traffic = "steady"
    change: Change | None = None
    cost: float = 1.0  # of a run, beside that of the usual scenario
    is_promised: bool = True  # that a change is found soon

    @property
    def windows(self) -> int:
        return self.reference + self.live

    @property
    def columns(self) -> int:
        return self.numeric + self.categorical
