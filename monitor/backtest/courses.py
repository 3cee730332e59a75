"""What a replay has seen of each series so far, which limits may depend on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.limits.past import NO_PAST, Past, PastValue, key_of
from monitor.measurement import Measurement
from monitor.store.courses import CourseKey, Seen
from monitor.window import Window

SeriesOfLength = tuple[timedelta, CourseKey]


@dataclass(frozen=True, slots=True)
class Courses:
    """The values of series up to now, in the order of time; `slides` is whether the reference moves along."""

    slides: bool
    _seen: dict[SeriesOfLength, list[Seen]] = field(default_factory=lambda: defaultdict(list))

    def add(self, measurements: Iterable[Measurement], reaches: Mapping[str, timedelta]) -> None:
        """Remember what has a value, of metrics whose past has a say."""
        for one in measurements:
            if one.metric in reaches and one.value is not None:
                seen = Seen(one.window_end, one.value, one.estimate.rows, one.reference_id)
                self._seen[one.window.length, key_of(one)].append(seen)

    def put(self, length: timedelta, before: Mapping[CourseKey, Sequence[Seen]]) -> None:
        """Begin with what was seen of windows of this length before the replay."""
        for key, course in before.items():
            self._seen[length, key].extend(course)

    def at(self, window: Window, reaches: Mapping[str, timedelta]) -> Past:
        """The past of a window, as far back as it has a say."""
        return _At(self, window, reaches) if reaches else NO_PAST

    def of(self, length: timedelta, key: CourseKey, since: datetime, reference_id: str) -> list[PastValue]:
        """The values of a series since a moment, those on the same reference unless that moves along."""
        found = self._seen.get((length, key), [])
        return [
            PastValue(one.window_end, one.value, one.rows)
            for one in found
            if one.window_end >= since and (self.slides or one.reference_id == reference_id)
        ]


@dataclass(frozen=True, slots=True)
class _At:
    """The past of one window: nothing after it has been added yet."""

    courses: Courses
    window: Window
    reaches: Mapping[str, timedelta]

    def of(self, measurement: Measurement) -> Sequence[PastValue]:
        reach = self.reaches.get(measurement.metric)
        if reach is None:
            return ()
        since = self.window.end - reach
        return self.courses.of(self.window.length, key_of(measurement), since, measurement.reference_id)
