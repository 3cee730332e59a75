"""What is asked of a model's data, whatever kind of source it lies in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import pyarrow as pa

from monitor.observe.parts import Parts
from monitor.profile.plan import Plan
from monitor.profile.shape import ModelShape
from monitor.store.targets import TargetCount
from monitor.window import Window


@dataclass(frozen=True, slots=True)
class Basis:
    """What windows are held against: in words, and row by row.

    The same words and the same fingerprint mean the same rows. `stretch` is where they lie in the log, if they do.
    Where the reference moves along, `slides` is the stretch that a window is held against, the rows are those on which
    its bins are cut, and `otherwise` takes their place where there are too few of them.
    """

    description: str
    rows: Callable[[], Iterator[pa.RecordBatch]]
    fingerprint: Callable[[], str]
    stretch: Window | None = None
    slides: Window | None = None
    otherwise: Basis | None = None


@dataclass(frozen=True, slots=True)
class NewOutcomes:
    """So many targets: the predictions, without features, of the first ones of their id, and of the others."""

    targets: int
    first: list[pa.RecordBatch]
    again: list[pa.RecordBatch]


class Data(Protocol):
    """The rows of a model."""

    @property
    def shape(self) -> ModelShape: ...

    @property
    def has_targets(self) -> bool: ...

    def basis(self, window: Window) -> Basis:
        """What a window is held against; nothing is read yet."""

    def current(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        """The predictions of a window with their targets, of those observed before a moment."""

    def outcomes(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        """The same rows without the features."""

    def profiled(
        self, window: Window, plan: Plan, granularity: timedelta, *, targets_before: datetime | None = None
    ) -> Mapping[datetime, Parts] | None:
        """What profiling the rows of a window gives, done where they lie; None where that cannot be."""

    def counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, int]:
        """Predictions by the start of their bucket."""

    def arrived(self, since: datetime, until: datetime) -> Iterator[pa.RecordBatch] | None:
        """The times of the predictions written in this stretch; None where nobody notes when a row is written."""

    def target_counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, TargetCount] | None:
        """Targets by the bucket in which they were observed; None where that is not known."""

    def target_rows(self, window: Window, granularity: timedelta) -> Mapping[datetime, int] | None:
        """The same without the unmatched ones, which is cheap."""

    def new_outcomes(self, window: Window) -> Iterator[NewOutcomes]:
        """The predictions, without features, of the targets observed in a window."""

    def all_targets(self) -> int:
        """How many targets there are."""
