"""What is kept of a numeric column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.profile.arrays import FloatArray, IntArray
from monitor.profile.bins import Bins
from monitor.profile.moments import NO_MOMENTS, Moments


@dataclass(frozen=True, slots=True, eq=False)
class NumericProfile:
    """Counts, extremes, histogram and moments of a numeric column.

    `counts`, `offsets` and `moments` are of the finite values. `offsets` sums up how far the values of a bin lie
    above its lower edge, so that an outlier in an open bin weighs with its true distance. Adding is exact for
    counts and extremes, and exact to float rounding for offsets and moments.
    """

    bins: Bins
    counts: IntArray
    offsets: FloatArray
    rows: int = 0
    nulls: int = 0
    nans: int = 0
    positive_infinities: int = 0
    negative_infinities: int = 0
    zeros: int = 0
    minimum: float | None = None
    maximum: float | None = None
    moments: Moments = NO_MOMENTS

    @classmethod
    def empty(cls, bins: Bins) -> NumericProfile:
        """The profile of no rows."""
        return cls(bins, np.zeros(bins.size, np.int64), np.zeros(bins.size))

    @classmethod
    def of(cls, values: FloatArray, bins: Bins, *, nulls: int = 0) -> NumericProfile:
        """The profile of the values that are not null, and so many nulls."""
        finite = values[np.isfinite(values)]
        nans = int(np.isnan(values).sum())
        positive = int((values == np.inf).sum())
        codes = bins.find(finite)
        with np.errstate(over="ignore"):
            distances = finite - bins.lower[codes] if bins.edges.size else np.zeros(finite.size)
        # Adding nought makes -0.0 the same as 0.0, whichever came first.
        return cls(
            bins,
            np.bincount(codes, minlength=bins.size),
            np.bincount(codes, distances, bins.size).astype(np.float64),
            rows=values.size + nulls,
            nulls=nulls,
            nans=nans,
            positive_infinities=positive,
            negative_infinities=values.size - finite.size - nans - positive,
            zeros=int((finite == 0.0).sum()),
            minimum=float(finite.min()) + 0.0 if finite.size else None,
            maximum=float(finite.max()) + 0.0 if finite.size else None,
            moments=Moments.of(finite),
        )

    def __add__(self, other: NumericProfile) -> NumericProfile:
        if not self.bins.matches(other.bins):
            raise ValueError("profiles on different bins do not add up")
        if other.rows == 0:
            return self
        if self.rows == 0:
            return other
        return NumericProfile(
            self.bins,
            self.counts + other.counts,
            self.offsets + other.offsets,
            rows=self.rows + other.rows,
            nulls=self.nulls + other.nulls,
            nans=self.nans + other.nans,
            positive_infinities=self.positive_infinities + other.positive_infinities,
            negative_infinities=self.negative_infinities + other.negative_infinities,
            zeros=self.zeros + other.zeros,
            minimum=_least(self.minimum, other.minimum),
            maximum=_greatest(self.maximum, other.maximum),
            moments=self.moments + other.moments,
        )

    @property
    def values(self) -> int:
        """Rows with a finite value."""
        return self.moments.count

    @property
    def invalid(self) -> int:
        """Rows with NaN or an infinite value."""
        return self.nans + self.positive_infinities + self.negative_infinities

    @property
    def outside(self) -> int:
        """Rows with a finite value outside the reference's least and greatest."""
        return int(self.counts[0] + self.counts[-1]) if self.bins.edges.size else 0

    @property
    def missing(self) -> int:
        """Rows without a number: null or NaN."""
        return self.nulls + self.nans

    def fine_counts(self) -> IntArray:
        """Rows per fine bin; infinite values lie in the open bins."""
        if not self.positive_infinities and not self.negative_infinities:
            return self.counts
        counts = self.counts.copy()
        counts[0] += self.negative_infinities
        counts[-1] += self.positive_infinities
        return counts

    def canonical(self) -> bytes:
        """The same bytes for the same rows, however they came in batches; float sums are left out."""
        facts = (
            self.rows,
            self.nulls,
            self.nans,
            self.positive_infinities,
            self.negative_infinities,
            self.zeros,
            self.minimum,
            self.maximum,
        )
        return b"numeric" + repr(facts).encode() + self.bins.edges.tobytes() + self.counts.tobytes()


def _least(left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return right if left is None else left
    return min(left, right)


def _greatest(left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return right if left is None else left
    return max(left, right)
