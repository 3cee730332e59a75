"""What was measured of a series before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.measurement import Measurement


@dataclass(frozen=True, slots=True)
class PastValue:
    """A value of an earlier window, and the rows that it stood on."""

    window_end: datetime
    value: float
    rows: int


class Past(Protocol):
    """What was measured of series before the window at hand."""

    def of(self, measurement: Measurement) -> Sequence[PastValue]:
        """The values of the same series before, in the order of time; windows without one are left out."""
