"""What is allowed: the limits of a metric, and how long they may be broken before somebody is told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Literal

from alerts.bounds import Bounds
from alerts.placeholders import fault_of
from alerts.reading import Series

OnMissing = Literal["hold", "ignore", "fire"]
Severity = Literal["page", "ticket"]
NO_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Selector:
    """The series that a rule looks at, as glob patterns (`*`, `?`, `[ab]`; case matters).

    An empty `version` is all versions together and an empty `segment` the whole; no pattern takes these in.
    Columns that one of `without` takes in are left out.
    """

    model: str = "*"
    column: str = "*"
    version: str = ""
    segment: str = ""
    without: tuple[str, ...] = ()

    def selects(self, series: Series) -> bool:
        segment = f"{series.segment_key}={series.segment_value}" if series.segment_key else ""
        return (
            _fits(series.model, self.model)
            and _fits(series.column_name, self.column)
            and not any(fnmatchcase(series.column_name, pattern) for pattern in self.without)
            and _is_part(series.version, self.version)
            and _is_part(segment, self.segment)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Limits of one metric. A value above `above` or below `below` breaks them; a value on a limit does not.

    `clear_above` belongs to `above` and `clear_below` to `below`: an alert that fires resolves only when the
    value is back past them (hysteresis). `window_seconds` None takes windows of any length. `start` names the actions
    that an episode starts; a rule that is paused judges nothing. The limits of a `learned` one come with each reading.

    >>> rule = Rule(name="AucDrop", metric="roc_auc", below=0.70, clear_below=0.72)
    >>> rule.breach(0.69), rule.breach(0.70), rule.is_cleared(0.71), rule.is_cleared(0.72)
    (0.7, None, False, True)
    """

    name: str
    metric: str
    above: float | None = None
    below: float | None = None
    clear_above: float | None = None
    clear_below: float | None = None
    window_seconds: int | None = None
    for_windows: int = 1
    for_length: timedelta | None = None
    keep_firing_for: timedelta = timedelta(0)
    on_missing: OnMissing = "hold"
    severity: Severity = "ticket"
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    start: tuple[str, ...] = ()
    paused: bool = False
    learned: bool = False
    select: Selector = Selector()

    def __post_init__(self) -> None:
        """Refuse what could never mean anything, so that a run never meets it."""
        for is_wrong, complaint in (
            (self.above is None and self.below is None and not self.learned, "a rule needs a limit"),
            (not all(map(math.isfinite, self._numbers())), "a limit is a finite number"),
            (not _in_order(self.below, self.above), "the low limit is above the high limit"),
            (not _in_order(self.clear_above, self.above), "clear lies above the limit `above`"),
            (not _in_order(self.below, self.clear_below), "clear lies below the limit `below`"),
            (not _in_order(self.clear_below, self.clear_above), "no value could ever clear the alert"),
            (not _in_order(self.clear_below, self.above), "no value could ever clear the alert"),
            (not _in_order(self.below, self.clear_above), "no value could ever clear the alert"),
            (self.for_windows < 1, "for needs at least 1 window"),
        ):
            if is_wrong:
                raise ValueError(f"{self.name}: {complaint}")
        for key, text in self.annotations.items():
            if complaint := fault_of(text):
                raise ValueError(f"{self.name}: annotation {key}: {complaint}")

    def matches(self, series: Series) -> bool:
        """Whether the rule looks at this series."""
        return (
            series.metric == self.metric
            and (self.window_seconds is None or self.window_seconds == series.window_seconds)
            and self.select.selects(series)
        )

    def held_against(self, bounds: Bounds) -> Rule:
        """The same rule with the limits of one window."""
        return replace(self, below=bounds.low, above=bounds.high, learned=False)

    def breach(self, value: float) -> float | None:
        """The limit that the value breaks."""
        if self.above is not None and value > self.above:
            return self.above
        if self.below is not None and value < self.below:
            return self.below
        return None

    def is_cleared(self, value: float) -> bool:
        """Whether the value is far enough on the good side for an alert to resolve."""
        return _in_order(self.low_to_clear, value) and _in_order(value, self.high_to_clear)

    @property
    def low_to_clear(self) -> float | None:
        return self.below if self.clear_below is None else self.clear_below

    @property
    def high_to_clear(self) -> float | None:
        return self.above if self.clear_above is None else self.clear_above

    def nearest_limit(self, value: float | None) -> float | None:
        """The limit that the value is held against: the broken one, or else the nearer one."""
        limits = [limit for limit in (self.below, self.above) if limit is not None]
        if value is None:
            return limits[0] if len(limits) == 1 else None
        return min(limits, key=lambda limit: abs(value - limit))

    def _numbers(self) -> list[float]:
        limits = (self.above, self.below, self.clear_above, self.clear_below)
        return [limit for limit in limits if limit is not None]


def by_metric(rules: Iterable[Rule]) -> Mapping[str, Sequence[Rule]]:
    """The rules of each metric, in their order: of many rules only a few look at a reading."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.metric, []).append(rule)
    return found


def looking_at(rules: Mapping[str, Sequence[Rule]], series: Series) -> list[Rule]:
    """The rules that look at a series, out of all by metric."""
    return [rule for rule in rules.get(series.metric, ()) if rule.matches(series)]


def rule_of(rules: Iterable[Rule], name: str, series: Series) -> Rule | None:
    """The rule that decides about an alert: the first of its name that looks at the series, if any still does."""
    return next((rule for rule in rules if rule.name == name and rule.matches(series)), None)


def limits(looking: Iterable[Rule], bounds: Mapping[str, Bounds]) -> tuple[float | None, float | None]:
    """The tightest low and high limit of the rules that look at a reading; `bounds` are those that no rule says."""
    known = [
        bounds.get(rule.name, NO_BOUNDS) if rule.learned else Bounds(rule.below, rule.above)
        for rule in looking
        if not rule.paused
    ]
    lows = [one.low for one in known if one.low is not None]
    highs = [one.high for one in known if one.high is not None]
    return max(lows, default=None), min(highs, default=None)


def _is_part(part: str, pattern: str) -> bool:
    """Whether a pattern takes in a part of the rows, or both are empty: all of them."""
    return bool(part) == bool(pattern) and (not pattern or _fits(part, pattern))


def _fits(text: str, pattern: str) -> bool:
    """Whether a pattern takes in a text; the most frequent one does without a look."""
    return pattern == "*" or fnmatchcase(text, pattern)


def _in_order(low: float | None, high: float | None) -> bool:
    """Whether `low <= high`, as far as both are there."""
    return low is None or high is None or low <= high
