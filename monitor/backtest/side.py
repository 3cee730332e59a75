"""A backtest as a whole: one configuration, or two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.backtest.episodes import Episode, only_in
from monitor.backtest.replay import Replay
from monitor.backtest.summary import RuleSummary, summaries
from monitor.window import Window


@dataclass(frozen=True)
class Side:
    """What one configuration would have told; the name is empty where it stands alone."""

    name: str
    replays: Sequence[Replay]

    @cached_property
    def rules(self) -> list[RuleSummary]:
        return summaries(self.replays)

    @cached_property
    def episodes(self) -> list[Episode]:
        """What fired in any model, in the order of time."""
        found = [episode for one in self.replays for episode in one.episodes]
        return sorted(found, key=lambda one: (one.start, one.identity))

    @property
    def period(self) -> Window:
        """From the first to the last that was looked at."""
        return Window(min(one.period.start for one in self.replays), max(one.period.end for one in self.replays))

    def of_rule(self, name: str) -> list[Episode]:
        return [one for one in self.episodes if one.identity.alert == name]


@dataclass(frozen=True)
class Backtest:
    """One side, or the file as it is and what is tried out beside it."""

    sides: tuple[Side, ...]
    seconds: float

    @property
    def first(self) -> Side:
        return self.sides[0]

    @property
    def is_comparison(self) -> bool:
        return len(self.sides) > 1

    @property
    def has_many_models(self) -> bool:
        return any(len(side.replays) > 1 for side in self.sides)

    @property
    def rule_names(self) -> list[str]:
        """The rules of any side, in the order of the file."""
        return list(dict.fromkeys(rule.name for side in self.sides for rule in side.rules))

    def only_in(self, place: int) -> list[Episode]:
        """What one side alone would have told."""
        others = [episode for side in self.sides if side is not self.sides[place] for episode in side.episodes]
        return list(only_in(self.sides[place].episodes, others))
