"""Finds the bin of each number without sorting the numbers."""

from __future__ import annotations

import numpy as np

from monitor.profile.arrays import FloatArray, IntArray

CELLS = 4096
FEW = 2
TAILS = (0.0, 0.01, 0.05, 0.2)


class Grid:
    """Equal cells over the edges; most hold one edge at most, so one comparison settles where a number lies.

    The cell of a number never falls as the number grows, whatever is lost to rounding: an edge in a lower cell is not
    above the number, one in a higher cell is. So the result is exactly that of a binary search.

    >>> Grid(np.array([0.0, 1.0, 5.0])).find(np.array([-1.0, 0.0, 0.5, 5.0, np.inf])).tolist()
    [0, 1, 1, 3, 3]
    """

    def __init__(self, edges: FloatArray) -> None:
        self._edges = edges
        self._padded = np.append(edges, np.nan)  # nothing is at or above NaN
        self._low, self._scale = 0.0, 0.0
        self._settle(edges)

    def find(self, numbers: FloatArray) -> IntArray:
        """How many edges lie at or below each number; of NaN nothing useful."""
        cells = self._cells(numbers)
        found: IntArray = self._below.take(cells).astype(np.int64)
        for _ in range(min(self._most, FEW)):
            found += np.greater_equal(numbers, self._padded.take(found))
        if self._most > FEW:
            crowded = np.flatnonzero(self._crowded.take(cells))
            found[crowded] = self._edges.searchsorted(numbers[crowded], side="right")
        return found

    def _cells(self, numbers: FloatArray) -> IntArray:
        with np.errstate(over="ignore", invalid="ignore"):
            places = np.subtract(numbers, self._low)
            places *= self._scale
            np.maximum(places, 0.0, out=places)
            np.minimum(places, CELLS - 1.0, out=places)
            cells = places.astype(np.int64)
            cells &= CELLS - 1  # of NaN any cell will do
        return cells

    def _settle(self, edges: FloatArray) -> None:
        """Choose the stretch that spreads the edges best: outliers would crowd all others into one cell."""
        best = np.inf
        for tail in TAILS:
            low, high = self._stretch(tail)
            with np.errstate(over="ignore", divide="ignore"):
                scale = CELLS / (high - low) if high > low else 0.0
            if not np.isfinite(scale) or not np.isfinite(high - low):
                scale = 0.0
            self._low, self._scale = low, scale
            per_cell = np.bincount(self._cells(edges), minlength=CELLS)
            crowd = int(per_cell[per_cell > FEW].sum())
            if crowd < best:
                best, chosen, edges_of = crowd, (low, scale), per_cell
        self._low, self._scale = chosen
        self._most = int(edges_of.max(initial=0))
        self._crowded = edges_of > FEW
        self._below = np.concatenate([[0], np.cumsum(edges_of)[:-1]]).astype(np.int16)

    def _stretch(self, tail: float) -> tuple[float, float]:
        if self._edges.size == 0:
            return 0.0, 0.0
        first = int(tail * (self._edges.size - 1))
        return float(self._edges[first]), float(self._edges[-1 - first])
