"""Bins of a numeric column, cut once on the reference alone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from monitor.profile.arrays import FloatArray, IntArray
from monitor.profile.grid import Grid
from monitor.profile.sample import Sample

FINE_BINS = 256
COARSE_BINS = 10
TAIL_SPLITS = 2 ** np.arange(1, 5)


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Half-open bins `[edge, next edge)`, with an open bin at either end that holds what lies outside the reference.

    `edges` rise strictly, from the reference's least value to the first number above its greatest; there are
    none where the reference holds no number. `lower` is the lower edge of each bin; the lowest has none, and its upper
    one stands there. `values` are the reference's values where they are few, one for each
    bin but the open ones; None where they are many. `groups` are the fine bins at which the coarse ones begin.
    """

    edges: FloatArray
    values: FloatArray | None
    groups: IntArray
    lower: FloatArray = field(init=False, repr=False)
    _grid: Grid | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        first = self.edges[:1] if self.edges.size else np.zeros(1)
        object.__setattr__(self, "lower", np.concatenate([first, self.edges]))

    @property
    def size(self) -> int:
        return self.edges.size + 1

    def find(self, numbers: FloatArray) -> IntArray:
        """The bin of each number, in any order; of NaN nothing useful."""
        grid = self._grid
        if grid is None:  # made when rows come: most plans that are read back never see one
            grid = Grid(self.edges)
            object.__setattr__(self, "_grid", grid)
        return grid.find(numbers)

    def count(self, numbers: FloatArray) -> IntArray:
        """Rows per bin of finite numbers."""
        return np.bincount(self.find(numbers), minlength=self.size)

    def merge(self, counts: IntArray) -> IntArray:
        """Rows per coarse bin."""
        merged: IntArray = np.add.reduceat(counts, self.groups)
        return merged

    def matches(self, other: Bins) -> bool:
        return self is other or (np.array_equal(self.edges, other.edges) and np.array_equal(self.groups, other.groups))


class BinCutter:
    """Takes the reference's values of a column and cuts its bins."""

    def __init__(self) -> None:
        self._sample = Sample()
        self._least = np.inf
        self._greatest = -np.inf

    def add(self, values: FloatArray) -> None:
        """Take values in; NaN and infinite ones do not count."""
        finite = np.isfinite(values)
        if finite.any():
            self._least = min(self._least, float(values.min(where=finite, initial=np.inf)))
            self._greatest = max(self._greatest, float(values.max(where=finite, initial=-np.inf)))
        self._sample.add(values)

    def cut(self) -> Bins:
        values = self._sample.values()
        if values.size == 0:
            return cut_bins(values)
        # A sample may miss the ends, and the open bins begin exactly there.
        ends = (self._least, values.min()), (self._greatest, values.max())
        return cut_bins(np.concatenate([values, [end for end, found in ends if end != found]]))


def cut_bins(values: FloatArray) -> Bins:
    """Bins of about equal mass, or one for each value where there are few.

    A value that alone weighs more than a bin gets a bin of its own.

    Parameters
    ----------
    values
        Finite values of the reference, in any order.

    Examples
    --------
    >>> cut_bins(np.array([0.0, 1.0, 1.0, 3.0])).edges
    array([0. , 0.5, 2. , 3. ])
    """
    if values.size == 0:
        return Bins(np.empty(0), None, np.zeros(1, np.int64))
    ordered = np.sort(values + 0.0)  # -0.0 is 0.0
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    distinct, counts = ordered[starts], np.diff(starts, append=ordered.size)
    inner = _between(distinct) if distinct.size <= FINE_BINS else _quantiles(ordered, distinct, counts)
    with np.errstate(over="ignore"):
        edges = np.concatenate([distinct[:1], inner, np.nextafter(distinct[-1:], np.inf)])
    few = distinct if distinct.size <= FINE_BINS else None
    bins = Bins(edges, few, np.zeros(1, np.int64))
    return Bins(edges, few, _groups(bins.count(values), apart=distinct.size <= COARSE_BINS))


def _between(distinct: FloatArray) -> FloatArray:
    """Edges half-way between neighbours, so that float noise does not move a value to another bin."""
    middle = distinct[:-1] / 2 + distinct[1:] / 2
    return np.where(middle > distinct[:-1], np.minimum(middle, distinct[1:]), distinct[1:])


def _quantiles(ordered: FloatArray, distinct: FloatArray, counts: IntArray) -> FloatArray:
    """Edges at equal steps of mass, and on both sides of heavy values."""
    rows = ordered.size
    heavy = distinct[counts > rows / FINE_BINS]
    tails = np.maximum(rows // (FINE_BINS * TAIL_SPLITS), 1)
    ranks = np.concatenate([np.arange(1, FINE_BINS) * rows // FINE_BINS, tails, rows - tails])
    edges = np.unique(np.concatenate([ordered[ranks], heavy, np.nextafter(heavy, np.inf)]))
    inner: FloatArray = edges[(edges > distinct[0]) & (edges <= distinct[-1])]
    return inner


def _groups(counts: IntArray, *, apart: bool) -> IntArray:
    """The fine bins at which about ten coarse bins of equal mass begin; each stands for itself where they are few."""
    if apart:
        return np.arange(counts.size)
    below = np.cumsum(counts)[1:-2]  # inner edges only: an outer coarse bin takes the open bin in
    wanted = counts.sum() * np.arange(1, COARSE_BINS) / COARSE_BINS
    nearest = np.abs(below[:, None] - wanted).argmin(axis=0)
    return np.unique(np.concatenate([[0], nearest + 2]))
