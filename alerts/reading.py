"""A measurement as the rules see it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


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
