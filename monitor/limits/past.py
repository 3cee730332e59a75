"""What was measured of a series before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.measurement import Measurement
from monitor.store.courses import CourseKey


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


@dataclass(frozen=True, slots=True)
class SeriesPast:
    """The past of each series of one length of windows."""

    courses: Mapping[CourseKey, Sequence[PastValue]]

    def of(self, measurement: Measurement) -> Sequence[PastValue]:
        """The values of the same series before that window, in the order of time."""
        found = self.courses.get(key_of(measurement), ())
        return [one for one in found if one.window_end < measurement.window_end]


NO_PAST = SeriesPast({})


def key_of(measurement: Measurement) -> CourseKey:
    """The series of a measurement, among those of its model and length."""
    segment = measurement.segment
    return CourseKey(measurement.version, measurement.metric, measurement.column_name, segment.key, segment.value)
