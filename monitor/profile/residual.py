"""What is kept of the targets and predictions of a regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.profile.arrays import FloatArray, IntArray
from monitor.profile.moments import Moments


@dataclass(frozen=True, slots=True)
class TargetSpread:
    """How targets spread, and how squared errors go with it: central sums up to the fourth power.

    `with_error` and `with_error2` are the sums of `e**2 * d` and `e**2 * d**2`, where `d` is the target less the mean
    target and `e` the error.

    References
    ----------
    Pebay, P. (2008). Formulas for robust, one-pass parallel computation of covariances and arbitrary-order
    statistical moments. Sandia report SAND2008-6212.
    """

    count: int = 0
    mean: float = 0.0
    m2: float = 0.0
    m3: float = 0.0
    m4: float = 0.0
    squared_error: float = 0.0
    with_error: float = 0.0
    with_error2: float = 0.0

    @classmethod
    def of(cls, target: FloatArray, error: FloatArray) -> TargetSpread:
        if not len(target):
            return cls()
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(target.mean())
            distance = target - mean
            square, squared_error = np.square(distance), np.square(error)
            return cls(
                count=len(target),
                mean=mean,
                m2=float(square.sum()),
                m3=float(square @ distance),
                m4=float(square @ square),
                squared_error=float(squared_error.sum()),
                with_error=float(squared_error @ distance),
                with_error2=float(squared_error @ square),
            )

    def __add__(self, other: TargetSpread) -> TargetSpread:
        if not other.count:
            return self
        if not self.count:
            return other
        count = self.count + other.count
        mean = self.mean + (other.mean - self.mean) * (other.count / count)
        mine, theirs = self._about(mean), other._about(mean)
        return TargetSpread(
            count=count,
            mean=mean,
            m2=mine.m2 + theirs.m2,
            m3=mine.m3 + theirs.m3,
            m4=mine.m4 + theirs.m4,
            squared_error=mine.squared_error + theirs.squared_error,
            with_error=mine.with_error + theirs.with_error,
            with_error2=mine.with_error2 + theirs.with_error2,
        )

    def _about(self, mean: float) -> TargetSpread:
        """The same sums, of distances from another value than the mean."""
        step = self.mean - mean
        square = step * step
        return TargetSpread(
            count=self.count,
            mean=mean,
            m2=self.m2 + self.count * square,
            m3=self.m3 + 3.0 * step * self.m2 + self.count * square * step,
            m4=self.m4 + 4.0 * step * self.m3 + 6.0 * square * self.m2 + self.count * square * square,
            squared_error=self.squared_error,
            with_error=self.with_error + step * self.squared_error,
            with_error2=self.with_error2 + 2.0 * step * self.with_error + square * self.squared_error,
        )


@dataclass(frozen=True, slots=True, eq=False)
class ResidualProfile:
    """Rows with a target and a prediction, by their error, prediction - target; adds up exactly.

    `improper` counts rows where either is infinite; they stand in `rows` and nowhere else. `relative` holds
    `|error / target|` of the rows whose target is not zero. `counts` are the errors by bin: bin `i` holds
    `[edges[i - 1], edges[i])`, the first and the last are open.
    """

    rows: int
    improper: int
    error: Moments
    absolute: Moments
    squared: Moments
    relative: Moments
    spread: TargetSpread
    edges: FloatArray
    counts: IntArray

    @classmethod
    def of(cls, target: FloatArray, prediction: FloatArray, edges: FloatArray) -> ResidualProfile:
        """The profile of rows with a target; a prediction or target that is NaN leaves its row out."""
        present = ~(np.isnan(target) | np.isnan(prediction))
        finite = np.isfinite(target) & np.isfinite(prediction)
        target, prediction = target[finite], prediction[finite]
        with np.errstate(over="ignore"):
            error = prediction - target
            absolute, squared, nonzero = np.abs(error), np.square(error), target != 0.0
            relative = absolute[nonzero] / np.abs(target[nonzero])
        counts = np.bincount(np.searchsorted(edges, error, side="right"), minlength=len(edges) + 1)
        return cls(
            rows=int(present.sum()),
            improper=int(present.sum() - finite.sum()),
            error=Moments.of(error),
            absolute=Moments.of(absolute),
            squared=Moments.of(squared),
            relative=Moments.of(relative),
            spread=TargetSpread.of(target, error),
            edges=edges,
            counts=counts.astype(np.int64),
        )

    @classmethod
    def empty(cls, edges: FloatArray) -> ResidualProfile:
        return cls.of(np.zeros(0), np.zeros(0), edges)

    def __add__(self, other: ResidualProfile) -> ResidualProfile:
        if self.edges is not other.edges and not np.array_equal(self.edges, other.edges):
            raise ValueError("errors counted on different edges do not add")
        return ResidualProfile(
            rows=self.rows + other.rows,
            improper=self.improper + other.improper,
            error=self.error + other.error,
            absolute=self.absolute + other.absolute,
            squared=self.squared + other.squared,
            relative=self.relative + other.relative,
            spread=self.spread + other.spread,
            edges=self.edges,
            counts=self.counts + other.counts,
        )
