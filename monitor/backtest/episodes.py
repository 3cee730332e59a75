"""From changes of state and readings to episodes: what fired, from when to when, and how bad it was."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.reading import Reading
from alerts.rule import NO_BOUNDS, Rule, Severity, rule_of
from alerts.state import AlertEvent, Identity

SeriesKey = tuple[str, str, str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a series at the end of a window, and the limits that its rule held it against."""

    end: datetime
    value: float | None
    low: float | None
    high: float | None
    reason: str = ""

    @property
    def excess(self) -> float:
        """How far the value is past its limit; below nought of one that is within."""
        if self.value is None or math.isnan(self.value):
            return -math.inf
        over = -math.inf if self.high is None else self.value - self.high
        under = -math.inf if self.low is None else self.low - self.value
        return max(over, under)

    @property
    def broken(self) -> float | None:
        """The limit that the value is past."""
        if self.excess <= 0:
            return None
        return self.high if self.high is not None and self.value is not None and self.value > self.high else self.low


@dataclass(frozen=True, slots=True)
class Episode:
    """From the window in which an alert fired to the one that ended it, or on to the end of the period.

    `worst` is the value furthest past its limit, `limit` the one that it was held against then.
    """

    identity: Identity
    severity: Severity
    start: datetime
    end: datetime | None
    until: datetime
    worst: float | None
    limit: float | None
    reason: str

    @property
    def lasts(self) -> timedelta:
        return self.until - self.start

    def overlaps(self, other: Episode) -> bool:
        """Whether both tell of the same: one alert at one time."""
        is_same = self.identity == other.identity
        return is_same and self.start <= other.until and other.start <= self.until


def episodes(
    events: Iterable[AlertEvent], courses: Mapping[Identity, Sequence[Point]], until: datetime
) -> list[Episode]:
    """Every episode, in the order of its start; what has not ended lasts until the end of the period."""
    open_since: dict[Identity, Episode] = {}
    found: list[Episode] = []
    for event in events:
        if event.fires:
            began = Episode(
                event.identity,
                event.severity,
                event.window_end,
                None,
                until,
                event.value,
                event.limit_value,
                event.reason,
            )
            open_since[event.identity] = began
        elif event.resolves and event.identity in open_since:
            began = open_since.pop(event.identity)
            found.append(replace(began, end=event.window_end, until=event.window_end))
    found += open_since.values()
    return sorted((_with_worst(one, courses) for one in found), key=lambda one: (one.start, one.identity))


def _with_worst(episode: Episode, courses: Mapping[Identity, Sequence[Point]]) -> Episode:
    within = [one for one in courses.get(episode.identity, ()) if episode.start <= one.end <= episode.until]
    worst = max(within, key=lambda one: one.excess, default=None)
    if worst is None or worst.broken is None:
        return episode
    return replace(episode, worst=worst.value, limit=worst.broken)


def courses(
    rules: Sequence[Rule], readings: Iterable[Reading], wanted: Iterable[Identity]
) -> dict[Identity, list[Point]]:
    """The values of the series of these alerts with the limits of their rules, in the order of the readings."""
    looking: dict[SeriesKey, list[tuple[Identity, Rule]]] = defaultdict(list)
    for identity in set(wanted):
        rule = rule_of(rules, identity.alert, identity)
        if rule is not None:
            looking[series_of(identity)].append((identity, rule))
    found: dict[Identity, list[Point]] = {}
    for reading in readings:
        for identity, rule in looking.get(series_of(reading), ()):
            found.setdefault(identity, []).append(point(rule, reading))
    return found


def point(rule: Rule, reading: Reading) -> Point:
    """A reading with the limits that a rule holds it against."""
    if not rule.learned:
        return Point(reading.window_end, reading.value, rule.below, rule.above, reading.reason)
    bounds = reading.bounds.get(rule.name, NO_BOUNDS)
    return Point(reading.window_end, reading.value, bounds.low, bounds.high, reading.reason or bounds.reason)


def series_of(series: Reading | Identity) -> SeriesKey:
    """What tells a series from all others."""
    return (
        series.model,
        series.version,
        series.metric,
        series.column_name,
        series.segment_key,
        series.segment_value,
        series.window_seconds,
    )


def only_in(some: Iterable[Episode], others: Sequence[Episode]) -> Iterator[Episode]:
    """Episodes of which no other tells: none of the same alert that overlaps."""
    by_identity: dict[Identity, list[Episode]] = defaultdict(list)
    for other in others:
        by_identity[other.identity].append(other)
    return (one for one in some if not any(one.overlaps(other) for other in by_identity[one.identity]))
