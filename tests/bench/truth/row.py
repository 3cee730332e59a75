"""One line of the table: a scenario, and what every tool made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.truth.tally import Tally

SEAMARK, EVIDENTLY, WHOLE, NANNYML = "Seamark", "Evidently", "Evidently, data set", "NannyML"
DAYS_OF_A_MONTH = 30


@dataclass(frozen=True)
class Row:
    """`seamark` by the days in which its budget bears one false alarm; `peers` by name."""

    title: str
    seamark: Mapping[int, Tally] = field(default_factory=dict)
    peers: Mapping[str, Tally] = field(default_factory=dict)
    note: str = ""
    is_promised: bool = True  # that its change is found soon
    is_real: bool = False  # of one run, so that no interval could be narrow enough for the bars

    @property
    def over_budget(self) -> float:
        """The upper end of the false alarms, in budgets, of the worst budget; nought where there is none."""
        return max(
            (tally.false_alarms.upper * days / DAYS_OF_A_MONTH for days, tally in self.seamark.items()), default=0.0
        )
