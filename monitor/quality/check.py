"""What a quality check declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.measurement import Estimate, skipped
from monitor.profile.column import ColumnProfile, too_few
from monitor.profile.model import ModelProfile
from monitor.quality.wilson import wilson_interval


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """A check of all rows of a model.

    `count` gives a share of the rows, or nothing but their number where `is_share` is false, and None where the check
    does not apply. `needs_targets` says that the check has no sense for a model without targets.
    """

    name: str
    title: str
    count: Callable[[ModelProfile], int | None]
    is_share: bool = True
    needs_targets: bool = False

    def measure(self, current: ModelProfile, *, min_rows: int) -> Estimate | None:
        count = self.count(current)
        if count is None:
            return None
        if not self.is_share:
            return Estimate(float(count), rows=current.rows)
        return estimate_share(count, current.rows, min_rows=min_rows)


@dataclass(frozen=True, slots=True)
class ColumnCheck:
    """A check of one column against the reference: a share of the rows, or the reason why there is none.

    `count` gives None for a column that the check does not apply to.
    """

    name: str
    title: str
    count: Callable[[ColumnProfile, ColumnProfile], int | str | None]

    def measure(
        self, reference: ColumnProfile, current: ColumnProfile | None, *, min_rows: int, noun: str
    ) -> Estimate | None:
        count = self.count(reference, reference if current is None else current)
        if count is None:
            return None
        if current is None:
            return skipped("the column is missing in this window")
        if isinstance(count, str):
            return skipped(count, rows=current.rows)
        return estimate_share(count, current.rows, min_rows=min_rows, noun=noun)


def estimate_share(count: int, rows: int, *, min_rows: int, noun: str = "rows") -> Estimate:
    """A share with its interval, or why there is none.

    >>> estimate_share(3, 12, min_rows=200).reason
    '12 rows, at least 200 are wanted'
    """
    if rows < max(min_rows, 1):
        return skipped(too_few(rows, min_rows, noun), rows=rows)
    lower, upper = wilson_interval(count, rows)
    return Estimate(count / rows, lower=lower, upper=upper, rows=rows)
