"""Where each column lies in the vectors that hold the sums of all columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from monitor.profile.arrays import IntArray
from monitor.profile.bins import Bins
from monitor.profile.categorical import Categories
from monitor.profile.column import TARGET, Scale

LEFTOVERS = 3  # what follows a column's categories: other, unseen, null


@dataclass(frozen=True, slots=True, eq=False)
class NumericPlace:
    """The bins of a numeric column, from `start` to `stop`."""

    name: str
    bins: Bins
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class CategoricalPlace:
    """The categories of a column, with other, unseen and null, from `start` to `stop`."""

    name: str
    categories: Categories
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The places of all columns but the target, which comes later than its row."""

    numeric: tuple[NumericPlace, ...]
    categorical: tuple[CategoricalPlace, ...]
    numeric_starts: IntArray

    @property
    def bins(self) -> int:
        return self.numeric[-1].stop if self.numeric else 0

    @property
    def categories(self) -> int:
        return self.categorical[-1].stop if self.categorical else 0


def laid_out(scales: Mapping[str, Scale]) -> Layout:
    """Columns of either kind, one after the other."""
    numeric: list[NumericPlace] = []
    categorical: list[CategoricalPlace] = []
    for name, scale in scales.items():
        if name == TARGET:
            continue
        if isinstance(scale, Bins):
            start = numeric[-1].stop if numeric else 0
            numeric.append(NumericPlace(name, scale, start, start + scale.size))
        else:
            start = categorical[-1].stop if categorical else 0
            categorical.append(CategoricalPlace(name, scale, start, start + len(scale.names) + LEFTOVERS))
    starts = np.array([place.start for place in numeric], np.int64)
    return Layout(tuple(numeric), tuple(categorical), starts)
