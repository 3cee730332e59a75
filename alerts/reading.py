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
class MissingReading:
    """Stands for a series that was known and is absent from a run.

    `counts` is whether that says anything: where the whole has no value, its segments and versions have not vanished.
    """

    model: str
    version: str
    metric: str
    column_name: str
    segment_key: str
    segment_value: str
    window_seconds: int
    window_end: datetime
    value: None = None
    reason: str = NOT_MEASURED
    is_awaited: bool = False
    counts: bool = True
    bounds: Mapping[str, Bounds] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, series: Series, window_end: datetime, *, counts: bool) -> MissingReading:
        return cls(
            model=series.model,
            version=series.version,
            metric=series.metric,
            column_name=series.column_name,
            segment_key=series.segment_key,
            segment_value=series.segment_value,
            window_seconds=series.window_seconds,
            window_end=window_end,
            counts=counts,
        )


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
        return cls(
            model=reading.model,
            version=reading.version,
            metric=reading.metric,
            column_name=reading.column_name,
            segment_key=reading.segment_key,
            segment_value=reading.segment_value,
            window_seconds=reading.window_seconds,
            window_end=reading.window_end,
            reason=reason,
        )
