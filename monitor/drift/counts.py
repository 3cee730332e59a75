"""Rows per bin, as the methods compare them."""

from __future__ import annotations

import numpy as np

from monitor.profile.arrays import FloatArray, IntArray
from monitor.profile.column import ColumnProfile
from monitor.profile.numeric import NumericProfile


class TooFewRowsError(ValueError):
    """A side of a comparison holds no row."""


def comparison_counts(column: ColumnProfile) -> IntArray:
    """Rows per coarse bin or category; then, for categories, other and unseen; null comes last.

    NaN counts as null, infinite values as lying outside the reference.
    """
    if isinstance(column, NumericProfile):
        return np.concatenate([column.bins.merge(column.fine_counts()), [column.missing]])
    return np.concatenate([column.counts, [column.unseen, column.nulls]])


def shares(reference: FloatArray, current: FloatArray, *, added: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Shares of the rows of either side in each bin that holds a row on any side.

    `added` rows are put into each bin on each side first. Bins that are empty on both sides say nothing, and with
    added rows would look like a difference wherever the sides differ in size.

    >>> shares(np.array([1.0, 3.0, 0.0]), np.array([2.0, 0.0, 0.0]))
    (array([0.25, 0.75]), array([1., 0.]))
    """
    used = (reference + current) > 0
    before, now = reference[used], current[used]
    if not np.count_nonzero(before) or not np.count_nonzero(now):
        raise TooFewRowsError("both sides of a comparison need at least one row")
    if added:
        before, now = before + added, now + added
    return before / np.add.reduce(before), now / np.add.reduce(now)


def noise(reference: FloatArray, current: FloatArray) -> float:
    """How much shares vary by chance: `1 / rows of the reference + 1 / rows now`."""
    return float(1.0 / np.add.reduce(reference) + 1.0 / np.add.reduce(current))
