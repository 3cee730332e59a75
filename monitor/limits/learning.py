"""What the limits of a model are learned from: the windows of its reference, gathered once, and what was measured."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.limits.basis import ReferenceValues
from monitor.limits.calibrated import Calibration
from monitor.limits.gather import Parts, gather
from monitor.limits.hold import Limits
from monitor.limits.past import NO_PAST, Past, PastValue, SeriesPast
from monitor.limits.stored import pack_calibration, unpack_calibration
from monitor.measurement import Measurement
from monitor.observe import Ground, Observation, Reference
from monitor.store.calibrations import read_calibration, write_calibration
from monitor.store.courses import read_courses
from monitor.store.database import transaction
from monitor.window import Window, floor

logger = logging.getLogger(__name__)

MOST_WINDOWS = 744  # a month of hours
Guard = Callable[[sa.Connection], None]


class Learning:
    """Knows what the limits of one model are learned from."""

    def __init__(self, model: str, limits: Limits, store: sa.Engine, clock: Callable[[], datetime]) -> None:
        self.limits = limits
        self._model = model
        self._store = store
        self._clock = clock
        self._known: dict[tuple[str, timedelta], Calibration] = {}
        self._basis: tuple[Reference, ReferenceValues] | None = None

    def limited(
        self,
        measurements: Sequence[Measurement],
        observation: Observation,
        reference: Reference,
        window: Window,
        *,
        guard: Guard,
    ) -> list[Measurement]:
        """The measurements of a window with the limits that they are held against."""
        return self.limits.hold(
            measurements,
            reference=self._values_of(reference),
            calibration=lambda: self.calibration(observation, window, guard=guard),
            past=self.past(window, self._reference_id(observation, reference, window)),
        )

    def calibration(self, observation: Observation, window: Window, *, guard: Guard) -> Calibration | None:
        """What the reference's windows of this length gave; None of a reference that is no stretch of the log."""
        ground = observation.ground(window)
        if ground.stretch is None:
            return None
        key = (ground.reference.reference_id, window.length)
        if key not in self._known:
            self._known = {other: known for other, known in self._known.items() if other[1] != window.length}
            self._known[key] = self._stored(key) or self._gathered(observation, ground, ground.stretch, key, guard)
        return self._known[key]

    def past(self, window: Window, reference_id: str) -> Past:
        """What was measured before a window, of the metrics whose limits depend on it; `reference_id` empty: on any."""
        reaches = self.limits.reaches(window.length)
        if not reaches:
            return NO_PAST
        with transaction(self._store) as connection:
            found = read_courses(
                connection, self._model, window, {name: window.end - reach for name, reach in reaches.items()}
            )
        return SeriesPast(
            {
                series: [
                    PastValue(one.window_end, one.value, one.rows)
                    for one in course
                    if reference_id in ("", one.reference_id)
                ]
                for series, course in found.items()
            }
        )

    def _values_of(self, reference: Reference) -> ReferenceValues:
        """What a reference itself says of each series; of the last one it is kept at hand."""
        if self._basis is None or self._basis[0] is not reference:
            self._basis = reference, ReferenceValues(reference.parts, self.limits.wanted)
        return self._basis[1]

    def _reference_id(self, observation: Observation, reference: Reference, window: Window) -> str:
        """The reference whose past counts; empty where it moves along, and so never is the same."""
        return "" if observation.data.basis(window).slides else reference.reference_id

    def _stored(self, key: tuple[str, timedelta]) -> Calibration | None:
        with transaction(self._store) as connection:
            content = read_calibration(connection, self._model, key[0], length=key[1], asked_for=asked_for(self.limits))
        return None if content is None else unpack_calibration(content)

    def _gathered(
        self, observation: Observation, ground: Ground, stretch: Window, key: tuple[str, timedelta], guard: Guard
    ) -> Calibration:
        logger.info("%s: limits are learned from the windows of %s", self._model, stretch)
        reference, length = ground.reference, key[1]
        windows = (
            (one, observation.current(one, reference, guard=guard, ahead=stretch.end))
            for one in windows_of(stretch, length, self.limits.every)
        )
        found = gathered(self.limits, reference.parts, windows, length)
        with transaction(self._store) as connection:
            guard(connection)
            write_calibration(
                connection,
                self._model,
                key[0],
                length=length,
                asked_for=asked_for(self.limits),
                content=pack_calibration(found),
                now=self._clock(),
            )
        return found


def gathered(
    limits: Limits, reference: Parts, windows: Iterable[tuple[Window, Parts]], length: timedelta
) -> Calibration:
    """What the windows of a reference teach that these limits want to know."""
    metrics = limits.metrics
    groups = gather(reference, windows, limits.wanted.only(metrics), metrics)
    return Calibration(length, tuple(groups), {part: one.rows for part, one in reference.items()})


def windows_of(stretch: Window, length: timedelta, every: timedelta) -> list[Window]:
    """Windows side by side that end with a stretch, as the live ones end, in the order of time; the last 744 at most.

    >>> from monitor.window import utc
    >>> day = timedelta(days=1)
    >>> [one.start.day for one in windows_of(Window(utc(2013, 1, 1), utc(2013, 1, 6)), 2 * day, day)]
    [2, 4]
    """
    step = -(-length // every) * every
    return list(_backwards(stretch, length, step, floor(stretch.end, every)))[::-1]


def _backwards(stretch: Window, length: timedelta, step: timedelta, end: datetime) -> Iterator[Window]:
    for number in range(MOST_WINDOWS):
        start = end - number * step - length
        if start < stretch.start:
            return
        yield Window(start, start + length)


def asked_for(limits: Limits) -> str:
    """What decides, beside reference and length, what is gathered; a digest."""
    parts = (sorted(limits.metrics), limits.wanted.drift, limits.wanted.min_rows, limits.every)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
