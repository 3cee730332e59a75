"""The sums of all numeric columns, for many groups of rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from monitor.profile.arrays import FLOAT, FloatArray, IntArray, column
from monitor.profile.groups import Groups
from monitor.profile.layout import Layout, NumericPlace

NEGATIVE_INFINITY, POSITIVE_INFINITY, NAN, NULL = range(4)
SPECIAL = 4


@dataclass(frozen=True, slots=True, eq=False)
class NumericSums:
    """Sums of some rows; with one more axis in front, of several groups of rows.

    `counts` and `offsets` are by bin, column after column; `special` counts infinite values, NaN and nulls, of shape
    `(columns, 4)`; the others are by column. `minimum` and `maximum` are infinite where no value is finite.
    `residue` is what rounding took from `mean`: far from nought, the last digit of a mean is worth more than a spread.

    Where only rows are counted (`is_only_counts`), all but `counts` and `special` are empty; adding such sums to
    others leaves no more than that of either.
    """

    counts: IntArray
    offsets: FloatArray
    special: IntArray
    zeros: IntArray
    minimum: FloatArray
    maximum: FloatArray
    mean: FloatArray
    residue: FloatArray
    m2: FloatArray

    @classmethod
    def empty(cls, layout: Layout, *groups: int, only_counts: bool = False) -> NumericSums:
        """Sums of no rows."""
        columns = (*groups, len(layout.numeric))
        if only_counts:
            counts, special = np.zeros((*groups, layout.bins), np.int64), np.zeros((*columns, SPECIAL), np.int64)
            return cls.counted(counts, special)
        return cls(
            np.zeros((*groups, layout.bins), np.int64),
            np.zeros((*groups, layout.bins)),
            np.zeros((*columns, SPECIAL), np.int64),
            np.zeros(columns, np.int64),
            np.full(columns, np.inf),
            np.full(columns, -np.inf),
            np.zeros(columns),
            np.zeros(columns),
            np.zeros(columns),
        )

    @classmethod
    def counted(cls, counts: IntArray, special: IntArray) -> NumericSums:
        """Rows per bin, and nothing else."""
        none = np.zeros(0)
        return cls(counts, none, special, np.zeros(0, np.int64), none, none, none, none, none)

    @property
    def is_only_counts(self) -> bool:
        """Whether nothing but rows per bin is known."""
        return self.mean.size == 0 and self.special.size > 0

    def of_group(self, place: int) -> NumericSums:
        """The sums of one group."""
        if self.is_only_counts:
            return NumericSums.counted(self.counts[place], self.special[place])
        return NumericSums(
            self.counts[place],
            self.offsets[place],
            self.special[place],
            self.zeros[place],
            self.minimum[place],
            self.maximum[place],
            self.mean[place],
            self.residue[place],
            self.m2[place],
        )

    def plus(self, other: NumericSums, starts: IntArray) -> NumericSums:
        """The sums of both; `starts` says where the bins of each column begin.

        Means and squares are put together as by Chan, Golub and LeVeque (see `Moments`).
        """
        if not starts.size:
            return self
        if self.is_only_counts or other.is_only_counts:
            return NumericSums.counted(self.counts + other.counts, self.special + other.special)
        mine, theirs = np.add.reduceat(self.counts, starts), np.add.reduceat(other.counts, starts)
        weight = theirs / np.maximum(mine + theirs, 1)
        with np.errstate(over="ignore", invalid="ignore"):
            distance, rest = other.mean - self.mean, other.residue - self.residue
            step = np.where(theirs > 0, distance * weight, 0.0)
            mean = self.mean + step
            residue = self.residue + rest * weight + (step - (mean - self.mean))
            squared = np.where((mine > 0) & (theirs > 0), np.square(distance + rest) * (mine * weight), 0.0)
            m2 = self.m2 + other.m2 + squared
            offsets = self.offsets + other.offsets
        return NumericSums(
            self.counts + other.counts,
            offsets,
            self.special + other.special,
            self.zeros + other.zeros,
            np.minimum(self.minimum, other.minimum),
            np.maximum(self.maximum, other.maximum),
            mean,
            residue,
            m2,
        )


def numeric_sums(batch: pa.RecordBatch, layout: Layout, groupings: Sequence[Groups]) -> list[NumericSums]:
    """Sums by group, for each way of grouping the rows."""
    found = [NumericSums.empty(layout, groups.count, only_counts=groups.only_counts) for groups in groupings]
    for number, place in enumerate(layout.numeric):
        values, codes = _coded(column(batch, place.name, FLOAT), place)
        has_special = bool(codes.max(initial=0) >= place.bins.size)
        distances = _distances(values, codes, place, has_special=has_special)
        for groups, sums in zip(groupings, found, strict=True):
            _count(sums, groups, place, number, codes)
            if not groups.only_counts:
                _measure(sums, groups, place, codes, distances)
                _describe(sums, groups, place, number, values, has_special=has_special)
    return found


def _coded(array: pa.Array, place: NumericPlace) -> tuple[FloatArray, IntArray]:
    """The values with NaN for null, and the bin of each, where what is not finite has bins behind the others."""
    nulls = array.null_count
    values: FloatArray = (array.fill_null(np.nan) if nulls else array).to_numpy(zero_copy_only=False)
    codes = place.bins.find(values)
    finite = np.isfinite(values)
    if not finite.all():
        size = place.bins.size
        codes[values == -np.inf] = size + NEGATIVE_INFINITY
        codes[values == np.inf] = size + POSITIVE_INFINITY
        codes[np.isnan(values)] = size + NAN
        if nulls:
            codes[array.is_null().to_numpy(zero_copy_only=False)] = size + NULL
    return values, codes


def _distances(values: FloatArray, codes: IntArray, place: NumericPlace, *, has_special: bool) -> FloatArray:
    """How far each value lies above the lower edge of its bin."""
    with np.errstate(over="ignore", invalid="ignore"):
        distances: FloatArray = values - place.bins.lower.take(codes, mode="clip")
    if has_special:
        distances[codes >= place.bins.size] = 0.0
    return distances if place.bins.edges.size else np.zeros(values.size)


def _count(sums: NumericSums, groups: Groups, place: NumericPlace, number: int, codes: IntArray) -> None:
    """Rows by group and bin."""
    size = place.bins.size
    counted = groups.cells(codes, size + SPECIAL)
    sums.counts[:, place.start : place.stop] = counted[:, :size]
    sums.special[:, number] = counted[:, size:]


def _measure(sums: NumericSums, groups: Groups, place: NumericPlace, codes: IntArray, distances: FloatArray) -> None:
    """Sums of distances by group and bin."""
    size = place.bins.size
    sums.offsets[:, place.start : place.stop] = groups.sums(codes, distances, size + SPECIAL)[:, :size]


def _describe(
    sums: NumericSums, groups: Groups, place: NumericPlace, number: int, values: FloatArray, *, has_special: bool
) -> None:
    """Extremes, zeros, means and squares by group."""
    ordered = groups.ordered(values)
    count, starts = groups.count, groups.starts
    if not count:
        return
    finite = np.isfinite(ordered) if has_special else None
    low = ordered if finite is None else np.where(finite, ordered, np.inf)
    high = ordered if finite is None else np.where(finite, ordered, -np.inf)
    present = ordered if finite is None else np.where(finite, ordered, 0.0)
    # Adding nought makes -0.0 the same as 0.0, whichever came first.
    sums.minimum[:, number] = np.minimum.reduceat(low, starts)[:count] + 0.0
    sums.maximum[:, number] = np.maximum.reduceat(high, starts)[:count] + 0.0
    sums.zeros[:, number] = np.add.reduceat(np.equal(ordered, 0.0), starts, dtype=np.int64)[:count]
    held = sums.counts[:, place.start : place.stop].sum(axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        rows = np.maximum(held, 1)
        mean = np.add.reduceat(present, starts)[:count] / rows
        means = groups.spread(mean)
        distances = present - means
        if finite is not None:
            distances[~finite] = 0.0
        rest = np.add.reduceat(distances, starts)[:count]  # what rounding left of the mean
        squares = np.add.reduceat(distances * distances, starts)[:count] - rest * (rest / rows)
        sums.mean[:, number] = mean
        sums.residue[:, number] = rest / rows
        sums.m2[:, number] = np.maximum(squares, 0.0)
