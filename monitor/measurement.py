"""One value of one metric, and what it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from alerts.bounds import Bounds
from monitor.window import Window

Status = Literal["ok", "skipped"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a statistic says: a value with its interval, or the reason why there is none.

    `lower` and `upper` bound a 95 % interval; `rows` is the number of rows that the value stands on.
    `is_awaited` says that targets which are not here yet may still give a value where there is none.
    """

    value: float | None
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    rows: int = 0
    reason: str = ""
    is_awaited: bool = False

    @property
    def status(self) -> Status:
        return "skipped" if self.value is None else "ok"


def skipped(reason: str, *, rows: int = 0, is_awaited: bool = False) -> Estimate:
    """No value, for a reason that people can read."""
    return Estimate(value=None, rows=rows, reason=reason, is_awaited=is_awaited)


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """The rows with one value of one column; the whole has an empty key."""

    key: str = ""
    value: str = ""


WHOLE = Segment()


@dataclass(frozen=True, slots=True)
class Measurement:
    """One estimate of one metric for one window, column and segment of a model."""

    model: str
    metric: str
    window: Window
    estimate: Estimate
    column_name: str = ""
    version: str = ""
    segment: Segment = WHOLE
    limit_low: float | None = None
    limit_high: float | None = None
    target_coverage: float | None = None
    reference_id: str = ""
    bounds: Mapping[str, Bounds] = field(default_factory=dict, compare=False)

    @property
    def window_end(self) -> datetime:
        return self.window.end

    @property
    def window_seconds(self) -> int:
        return int(self.window.length.total_seconds())

    @property
    def segment_key(self) -> str:
        return self.segment.key

    @property
    def segment_value(self) -> str:
        return self.segment.value

    @property
    def value(self) -> float | None:
        return self.estimate.value

    @property
    def status(self) -> Status:
        return self.estimate.status

    @property
    def reason(self) -> str:
        return self.estimate.reason

    @property
    def is_awaited(self) -> bool:
        return self.estimate.is_awaited
