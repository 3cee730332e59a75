"""What is kept of the targets, predictions and scores of a binary classifier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.profile.arrays import BoolArray, FloatArray, IntArray
from monitor.profile.moments import Moments
from monitor.profile.score_bins import CalibrationBins, ScoreBins

SMALLEST_PROBABILITY = float(np.finfo(np.float64).eps)  # where scikit-learn clips in log_loss


@dataclass(frozen=True, slots=True, eq=False)
class ScoreProfile:
    """Rows with a target, by what was predicted; adds up exactly.

    `improper` counts scores outside 0 to 1. They keep their order in `bins`, and stay out of `log_loss`, `brier_score`
    and `calibration`, which have no meaning for them.
    """

    rows: int
    tp: int
    fp: int
    fn: int
    tn: int
    bins: ScoreBins
    improper: int
    log_loss: Moments
    brier_score: Moments
    calibration: CalibrationBins

    @classmethod
    def of(cls, target: BoolArray, predicted: BoolArray | None, score: FloatArray | None) -> ScoreProfile:
        """The profile of rows with a target; a score that is NaN leaves its row out of all that needs scores."""
        tp, fp, fn, tn = (0, 0, 0, 0) if predicted is None else _agreement(target, predicted)
        if score is None:
            score = np.full(len(target), np.nan)
        scored = ~np.isnan(score)
        proper = (score >= 0.0) & (score <= 1.0)
        hit, probability = target[proper], score[proper]
        return cls(
            rows=len(target),
            tp=tp,
            fp=fp,
            fn=fn,
            tn=tn,
            bins=ScoreBins.of(target[scored], score[scored]),
            improper=int(scored.sum() - proper.sum()),
            log_loss=Moments.of(surprise(np.where(hit, probability, 1.0 - probability))),
            brier_score=Moments.of(np.square(hit - probability)),
            calibration=CalibrationBins.of(hit, probability),
        )

    @classmethod
    def empty(cls) -> ScoreProfile:
        return cls.of(np.zeros(0, dtype=np.bool_), None, None)

    def __add__(self, other: ScoreProfile) -> ScoreProfile:
        return ScoreProfile(
            rows=self.rows + other.rows,
            tp=self.tp + other.tp,
            fp=self.fp + other.fp,
            fn=self.fn + other.fn,
            tn=self.tn + other.tn,
            bins=self.bins + other.bins,
            improper=self.improper + other.improper,
            log_loss=self.log_loss + other.log_loss,
            brier_score=self.brier_score + other.brier_score,
            calibration=self.calibration + other.calibration,
        )

    @property
    def confusion(self) -> IntArray:
        """Rows by target (row) and prediction (column), the positive class second."""
        return np.array([[self.tn, self.fp], [self.fn, self.tp]], dtype=np.int64)

    @property
    def by_class(self) -> tuple[ScoreBins, ...]:
        return (self.bins,)


def surprise(probability: FloatArray) -> FloatArray:
    """Minus the logarithm of the probability that was given to what came true."""
    clipped = np.clip(probability, SMALLEST_PROBABILITY, 1.0 - SMALLEST_PROBABILITY)
    return np.asarray(-np.log(clipped), dtype=np.float64)


def _agreement(target: BoolArray, predicted: BoolArray) -> tuple[int, int, int, int]:
    tp = int(np.count_nonzero(target & predicted))
    fp = int(np.count_nonzero(predicted)) - tp
    fn = int(np.count_nonzero(target)) - tp
    return tp, fp, fn, len(target) - tp - fp - fn
