"""How many false alarms are borne, and what chance that leaves to each look at each series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

CAUTION = 0.7  # of the budget is given out: what is learned from few windows is a little too sure of itself


@dataclass(frozen=True, slots=True)
class Budget:
    """So many false alarms in so long a time, on average.

    Raises ValueError where the number or the time is not above nought.
    """

    alarms: float
    per: timedelta

    def __post_init__(self) -> None:
        if not self.alarms > 0 or self.per <= timedelta(0):
            raise ValueError("a budget is a number of alarms above 0 in a time above 0")

    def chance(self, series: int, every: timedelta) -> float:
        """The chance that one window of one series may alarm though nothing has changed.

        The budget is shared evenly among all looks (Bonferroni), which holds whatever depends on what.

        Parameters
        ----------
        series
            How many series share the budget, at least 1.
        every
            The time from one window of a series to its next.

        Returns
        -------
        float
            Above 0; never more than a half, however large the budget.

        Examples
        --------
        >>> Budget(1, timedelta(days=30)).chance(25, timedelta(days=1))
        0.00093...
        """
        looks = series * (self.per / every)
        return min(CAUTION * self.alarms / looks, 0.5)
