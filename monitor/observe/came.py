"""Targets that came, by the bucket of their prediction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa

from monitor.observe.data import NewOutcomes
from monitor.profile.scan import bucket_starts


@dataclass
class Came:
    """So many targets; the predictions of those that are the first of their id, and the buckets of all."""

    rows: int = 0
    first: list[pa.RecordBatch] = field(default_factory=list)
    first_starts: list[datetime] = field(default_factory=list)
    again_starts: list[datetime] = field(default_factory=list)


def came(found: Iterable[NewOutcomes], granularity: timedelta) -> Came:
    """All of it together; a prediction without a time is in no bucket."""
    together = Came()
    for new in found:
        together.rows += new.targets
        for batch in map(_timed, new.first):
            together.first.append(batch)
            together.first_starts += bucket_starts(batch, granularity)
        for batch in map(_timed, new.again):
            together.again_starts += bucket_starts(batch, granularity)
    return together


def _timed(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch if batch["time"].null_count == 0 else batch.filter(batch["time"].is_valid())
