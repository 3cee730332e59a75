"""What of a model is looked at: its window length, the windows that are drawn, the one that is chosen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboards import words


@dataclass(frozen=True, slots=True)
class View:
    """A model, one length of its windows, and the stretch of time that is drawn.

    `series` lists what is measured over this length, `ends` when all its windows end, oldest first.
    """

    model: str
    window_seconds: int
    series: pd.DataFrame
    ends: list[int]
    since: int
    until: int
    chosen_end: int
    episodes: pd.DataFrame

    def metrics(self, family: words.Family, *, of_columns: bool) -> list[str]:
        """The metrics of one family, in the order in which they are shown."""
        rows = self.series[(self.series["column_name"] != "") == of_columns]
        names = {str(name) for name in rows["metric"]}
        return [name for name in words.in_order(names) if words.metric(name, of_column=of_columns).family == family]

    def is_of_columns(self, metric: str) -> bool:
        """Whether a metric is measured column by column."""
        return bool((self.series.loc[self.series["metric"] == metric, "column_name"] != "").any())

    def columns(self) -> list[str]:
        """Every column that is measured, by name."""
        return sorted({str(name) for name in self.series["column_name"]} - {""})

    def episodes_of(self, metric: str, column_name: str) -> pd.DataFrame:
        """The times in which an alert on one series of the whole was firing."""
        found = self.episodes
        return found[(found["metric"] == metric) & (found["column_name"] == column_name) & (found["segment"] == "")]


def stretch(ends: Sequence[int], chosen: int, windows: int) -> tuple[int, int]:
    """The first and the last end to draw: the newest windows, or older ones where the chosen one is not among them.

    >>> stretch([1, 2, 3, 4, 5, 6], 6, 3), stretch([1, 2, 3, 4, 5, 6], 2, 3), stretch([1, 2], 1, 30)
    ((4, 6), (1, 3), (1, 2))
    """
    newest = ends[-windows:]
    if chosen >= newest[0]:
        return newest[0], newest[-1]
    place = bisect_right(ends, chosen) - 1
    first = max(0, place - windows // 2)
    around = ends[first : first + windows]
    return around[0], around[-1]
