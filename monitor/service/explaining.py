"""Says what the newest windows are held against, and what these limits stand on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from alerts.bounds import Bounds
from alerts.rule import Rule
from monitor.config.limits import say_budget
from monitor.limits.holder import sharing
from monitor.measure import measure
from monitor.measurement import Measurement
from monitor.record import Watched
from monitor.window import Window

AS_IT_SAYS = "as the configuration says"


@dataclass(frozen=True, slots=True)
class Held:
    """A series of a window, and what a rule holds it against."""

    rule: str
    measurement: Measurement
    bounds: Bounds

    @property
    def is_broken(self) -> bool:
        return not self.bounds.holds(self.measurement.value)

    @property
    def closeness(self) -> float:
        """How near the value is to its limit: 1 on it, more beyond it."""
        value, high, low = self.measurement.value, self.bounds.high, self.bounds.low
        if value is None:
            return -1.0
        near = [value / high] if high else []
        near += [low / value if value else 2.0] if low else []
        return max(near, default=0.0)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A window of a model: what it is held against, and how many series share the budget."""

    model: str
    window: Window
    reference: str
    series: tuple[Held, ...]
    budget: str
    sharing: int


def explain(watched: Watched, window: Window, rules: Collection[str]) -> Explanation:
    """Every series of a window that these rules look at, with its limits; no rule's state moves."""
    observation = watched.observe()
    reference = observation.reference(window, guard=_anybody)
    current = observation.current(window, reference, guard=_anybody, ahead=window.end)
    measured = measure(watched.wanted, reference, current, model=watched.name, window=window, unmatched_targets=None)
    limits = watched.learning.limits
    held = watched.learning.limited(measured, observation, reference, window, guard=_anybody)
    chosen = [rule for rule in watched.rules if rule.name in rules and not rule.paused]
    return Explanation(
        watched.name,
        window,
        reference.description,
        tuple(_held(chosen, held)),
        say_budget(limits.budget),
        sharing(limits, held),
    )


def _held(rules: Sequence[Rule], measurements: Sequence[Measurement]) -> Iterator[Held]:
    """By rule, what is nearest to its limit first."""
    for rule in rules:
        number = Bounds(rule.below, rule.above, AS_IT_SAYS)
        found = [Held(rule.name, one, one.bounds.get(rule.name, number)) for one in measurements if rule.matches(one)]
        yield from sorted(found, key=lambda held: (-held.closeness, held.measurement.column_name))


def _anybody(_: sa.Connection) -> None:
    """Who only looks holds no claim."""
