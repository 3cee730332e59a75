"""A measurement as the rules see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from alerts.bounds import Bounds

NOT_MEASURED = "the series was not measured in this window"


class Series(Protocol):
    """What is measured of what, window after window."""

    @property
    def model(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def metric(self) -> str: ...
    @property
    def column_name(self) -> str: ...
    @property
    def segment_key(self) -> str: ...
    @property
    def segment_value(self) -> str: ...
    @property
    def window_seconds(self) -> int: ...


class Reading(Series, Protocol):
    """One value of one series at the end of one window, or the reason why there is none."""

    @property
    def window_end(self) -> datetime: ...
    @property
    def value(self) -> float | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def is_awaited(self) -> bool:
        """Whether the value of a window that has none may still come, as with targets that are not here yet."""

    @property
    def bounds(self) -> Mapping[str, Bounds]:
        """The limits of this window, by the name of the rule, of rules that do not say a number."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A reading whose value has no limit to be held against, and so says nothing; `reason` says why."""

    model: str
    version: str
    metric: str
    column_name: str
    segment_key: str
    segment_value: str
    window_seconds: int
    window_end: datetime
    reason: str
    value: None = None
    is_awaited: bool = False
    bounds: Mapping[str, Bounds] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, reading: Reading, reason: str) -> Unjudged:
        return cls(*_labels(reading), reading.window_end, reason)


@dataclass(frozen=True, slots=True)
class MissingReading(Unjudged):
    """Stands for a series that was known and is absent from a run.

    `counts` is whether that says anything: where the whole has no value, its segments and versions have not vanished.
    """

    counts: bool = True

    @classmethod
    def absent(cls, series: Series, window_end: datetime, *, counts: bool) -> MissingReading:
        return cls(*_labels(series), window_end, NOT_MEASURED, counts=counts)


def _labels(series: Series) -> tuple[str, str, str, str, str, str, int]:
    return (
        series.model,
        series.version,
        series.metric,
        series.column_name,
        series.segment_key,
        series.segment_value,
        series.window_seconds,
    )
