"""Scores by bin: what ranking and calibration metrics need, in bounded space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from monitor.profile.arrays import BoolArray, FloatArray, IntArray

MOST_BINS = 1000
FINEST_STEPS = 2.0**24  # bins per unit of log odds at level 0: as fine as single precision
FARTHEST = 40.0  # log odds of all but 4e-18; 0 and 1 themselves stand there
CALIBRATION_BINS = 10
CALIBRATION_EDGES = np.linspace(0.0, 1.0, CALIBRATION_BINS + 1)


def position(score: FloatArray) -> FloatArray:
    """Where a score stands on the line that the bins divide evenly: its log odds, cut off at either end.

    Scores outside 0 to 1 are no probabilities, but they keep their order beyond the ends, by the logarithm of their
    distance, so that ranking metrics stay right for them.
    """
    inside = np.clip(score, 0.0, 1.0)
    outside = score - inside
    beyond = np.copysign(np.minimum(np.log1p(np.abs(outside)), FARTHEST), outside)
    return np.asarray(np.clip(scipy.special.logit(inside), -FARTHEST, FARTHEST) + beyond, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class ScoreBins:
    """Rows with and without the class, by bin of the score, lowest score first.

    Bins are equal steps of the log odds, so they are dense near 0 and near 1. Only bins that hold rows are kept, and
    at most `most` of them: `level` says how many times neighbours were joined in pairs to get there, from steps of
    `2**-24`. `lowest` and `highest` are the finest bins of the scores in each bin; where they are equal, the scores
    are.

    The level that a set of rows needs depends on the rows alone, so parts add up to exactly the profile of the whole,
    in any order. Up to `most` different scores are kept apart, wherever they lie. A fixed grid would lose a model
    whose scores all lie in one corner of it, below 0.02, say.
    """

    level: int
    lowest: IntArray
    highest: IntArray
    positives: IntArray
    negatives: IntArray
    most: int = MOST_BINS

    @classmethod
    def of(cls, positive: BoolArray, score: FloatArray, *, most: int = MOST_BINS) -> ScoreBins:
        """The bins of scores that are not NaN."""
        finest = np.floor(position(score) * FINEST_STEPS).astype(np.int64)
        order = np.argsort(finest)
        finest, ones = finest[order], positive[order].astype(np.int64)
        return cls(0, finest, finest, ones, 1 - ones, most).joined()

    @classmethod
    def empty(cls, *, most: int = MOST_BINS) -> ScoreBins:
        nothing = np.zeros(0, dtype=np.int64)
        return cls(0, nothing, nothing, nothing, nothing, most)

    def __add__(self, other: ScoreBins) -> ScoreBins:
        if self.most != other.most:
            raise ValueError(f"at most {self.most} bins and at most {other.most} bins do not add")
        if not len(other.lowest):
            return self
        if not len(self.lowest):
            return other
        lowest = np.concatenate([self.lowest, other.lowest])
        order = np.argsort(lowest, kind="stable")  # two sorted runs: merged, not sorted
        return ScoreBins(
            max(self.level, other.level),
            lowest[order],
            np.concatenate([self.highest, other.highest])[order],
            np.concatenate([self.positives, other.positives])[order],
            np.concatenate([self.negatives, other.negatives])[order],
            self.most,
        ).joined()

    def joined(self) -> ScoreBins:
        """The same rows with each bin once, and coarse enough for `most` bins."""
        if not len(self.lowest):
            return self
        level = _level_needed(self.lowest, self.level, self.most)
        keys = self.lowest >> level
        starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        return ScoreBins(
            level,
            self.lowest[starts],
            np.maximum.reduceat(self.highest, starts),
            np.add.reduceat(self.positives, starts),
            np.add.reduceat(self.negatives, starts),
            self.most,
        )

    @property
    def ties(self) -> BoolArray:
        """The bins that hold one score only."""
        return np.equal(self.lowest, self.highest)

    @property
    def rows(self) -> int:
        return int(self.positives.sum() + self.negatives.sum())


def _level_needed(lowest: IntArray, level: int, most: int) -> int:
    """The lowest level, from `level` on, at which sorted finest bins fall into no more than `most`."""
    high = max(level, 31)  # where only the halves below and above even odds are left
    while level < high:
        middle = (level + high) // 2
        keys = lowest >> middle
        if np.count_nonzero(keys[1:] != keys[:-1]) < most:
            high = middle
        else:
            level = middle + 1
    return level


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationBins:
    """Sums over ten bins of equal width on 0 to 1: is what is said with 30 % right in 30 % of the cases?

    `confidence` is the sum of the scores, `hits` the number of rows where what was scored came true, `squares` the
    sum of `(hit - score) ** 2`. A bin holds its upper edge, the first one also 0.
    """

    rows: IntArray
    confidence: FloatArray
    hits: IntArray
    squares: FloatArray

    @classmethod
    def of(cls, hit: BoolArray, score: FloatArray) -> CalibrationBins:
        bins = np.searchsorted(CALIBRATION_EDGES[1:-1], score, side="left")
        return cls(
            np.bincount(bins, minlength=CALIBRATION_BINS).astype(np.int64),
            _sums(bins, score),
            np.bincount(bins[hit], minlength=CALIBRATION_BINS).astype(np.int64),
            _sums(bins, np.square(hit - score)),
        )

    @classmethod
    def empty(cls) -> CalibrationBins:
        return cls.of(np.zeros(0, dtype=np.bool_), np.zeros(0))

    def __add__(self, other: CalibrationBins) -> CalibrationBins:
        return CalibrationBins(
            self.rows + other.rows,
            self.confidence + other.confidence,
            self.hits + other.hits,
            self.squares + other.squares,
        )


def _sums(bins: IntArray, values: FloatArray) -> FloatArray:
    return np.bincount(bins, weights=values, minlength=CALIBRATION_BINS).astype(np.float64)
