"""Rows of a binary classifier, made up but repeatable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from monitor.observe import Basis, NewOutcomes
from monitor.profile.plan import Plan
from monitor.profile.scan import bucket_starts
from monitor.profile.shape import ModelShape
from monitor.store.targets import TargetCount
from monitor.window import Window, utc

SHAPE = ModelShape(
    task="binary_classification",
    kinds={
        "amount": "numeric",
        "country": "categorical",
        "prediction": "categorical",
        "score": "numeric",
        "target": "categorical",
    },
)
START = utc(2024)
NEVER = utc(2100)
DAY = timedelta(days=1)


def classifier_rows(
    start: datetime, end: datetime, *, per_hour: int = 20, shift: float = 0.0, noise: float = 1.0, seed: int = 1
) -> pa.RecordBatch:
    """Rows evenly spread in time; `shift` moves the amounts, `noise` blurs the scores."""
    hours = (end - start) // timedelta(hours=1)
    count = hours * per_hour
    draw = np.random.default_rng([seed, int(start.timestamp()) // 3600])
    truth = draw.random(count) < 0.3
    score = 1 / (1 + np.exp(-(2.0 * truth - 1.0 + draw.normal(0, noise, count))))
    seconds = np.arange(count) * 3600 // per_hour
    first = np.int64(start.timestamp())
    return pa.RecordBatch.from_pydict(
        {
            "id": pa.array([f"{first}-{number}" for number in range(count)]),
            "time": pa.array((first + seconds) * 1_000_000, pa.int64()).cast(pa.timestamp("us", "UTC")),
            "amount": pa.array(draw.normal(10 + shift, 3, count)),
            "country": pa.array(draw.choice(["AT", "CH", "DE"], count)),
            "prediction": pa.array(np.where(score >= 0.5, "1", "0")),
            "score": pa.array(score),
            "target": pa.array(np.where(truth, "1", "0")),
        }
    )


@dataclass
class StubData:
    """A model's rows out of memory: January is the reference, what follows shifts from `changed` on."""

    changed: datetime = NEVER
    shape: ModelShape = SHAPE
    has_targets: bool = True
    scanned: list[Window] = field(default_factory=list)
    unmatched: int | None = None

    def basis(self, window: Window) -> Basis:
        return Basis("January", lambda: iter([classifier_rows(START, START + 31 * DAY)]), lambda: "as ever")

    def current(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        self.scanned.append(window)
        start = window.start
        while start < window.end:
            yield classifier_rows(start, start + DAY, shift=3.0 if start >= self.changed else 0.0)
            start += DAY

    def outcomes(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        return (batch.drop_columns(["amount", "country"]) for batch in self.current(window))

    def profiled(self, window: Window, plan: Plan, granularity: timedelta, **_: object) -> None:
        return None

    def counts(self, window: Window, granularity: timedelta) -> dict[datetime, int]:
        return Counter(start for batch in self.current(window) for start in bucket_starts(batch, granularity))

    def arrived(self, since: datetime, until: datetime) -> None:
        return None

    def target_counts(self, window: Window, granularity: timedelta) -> dict[datetime, TargetCount] | None:
        return None if self.unmatched is None else {window.start: TargetCount(self.unmatched, self.unmatched)}

    def target_rows(self, window: Window, granularity: timedelta) -> None:
        return None

    def new_outcomes(self, window: Window) -> Iterator[NewOutcomes]:
        return iter(())

    def all_targets(self) -> int:
        return 0
