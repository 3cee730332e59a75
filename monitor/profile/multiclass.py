"""What is kept of the targets, predictions and scores of a classifier with many classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.profile.arrays import BoolArray, FloatArray, IntArray
from monitor.profile.moments import Moments
from monitor.profile.score import surprise
from monitor.profile.score_bins import CalibrationBins, ScoreBins

OTHER = -1  # the code of every class that is not in the list
BINS_OF_A_CLASS = 500
SUM_TOLERANCE = 0.02  # scores that were rounded to two decimals still count as probabilities


@dataclass(frozen=True, slots=True, eq=False)
class MulticlassProfile:
    """Rows with a target, by what was predicted; adds up exactly.

    Classes outside the list are one class, "other": the last row and column of `confusion`. The model gives it no
    probability, so a target of that class costs what scikit-learn charges for a probability of 0.

    `by_class` holds the score of each listed class against all others. `calibration` asks whether the class with the
    highest score came true as often as that score says. `improper` counts rows whose scores lie outside 0 to 1 or do
    not sum to 1.
    """

    classes: tuple[str, ...]
    rows: int
    confusion: IntArray
    by_class: tuple[ScoreBins, ...]
    improper: int
    log_loss: Moments
    brier_score: Moments
    calibration: CalibrationBins

    @classmethod
    def of(
        cls,
        classes: Sequence[str],
        target: IntArray,
        predicted: IntArray | None,
        scores: FloatArray | None,
    ) -> MulticlassProfile:
        """The profile of rows with a target, from codes of `classes` and scores of shape `(rows, classes)`.

        A score that is NaN leaves its row out of all that needs scores.
        """
        if scores is None:
            scores = np.full((len(target), len(classes)), np.nan)
        scored = ~np.isnan(scores).any(axis=1) & (len(classes) > 0)
        target_scored, scores = target[scored], scores[scored]
        proper = _are_probabilities(scores)
        came_true, probability = _one_hot(target_scored, len(classes))[proper], scores[proper]
        return cls(
            classes=tuple(classes),
            rows=len(target),
            confusion=_confusion(target, predicted, len(classes) + 1),
            by_class=tuple(
                ScoreBins.of(target_scored == code, scores[:, code], most=BINS_OF_A_CLASS)
                for code in range(len(classes))
            ),
            improper=len(scores) - len(probability),
            log_loss=Moments.of(surprise((came_true[:, :-1] * probability).sum(axis=1))),
            brier_score=Moments.of(np.square(came_true[:, :-1] - probability).sum(axis=1) + came_true[:, -1]),
            calibration=_top_class_calibration(target_scored[proper], probability),
        )

    @classmethod
    def empty(cls, classes: Sequence[str]) -> MulticlassProfile:
        return cls.of(classes, np.zeros(0, dtype=np.int64), None, None)

    def __add__(self, other: MulticlassProfile) -> MulticlassProfile:
        if self.classes != other.classes:
            raise ValueError("profiles of different classes do not add")
        return MulticlassProfile(
            classes=self.classes,
            rows=self.rows + other.rows,
            confusion=self.confusion + other.confusion,
            by_class=tuple(mine + theirs for mine, theirs in zip(self.by_class, other.by_class, strict=True)),
            improper=self.improper + other.improper,
            log_loss=self.log_loss + other.log_loss,
            brier_score=self.brier_score + other.brier_score,
            calibration=self.calibration + other.calibration,
        )


def _confusion(target: IntArray, predicted: IntArray | None, size: int) -> IntArray:
    if predicted is None:
        return np.zeros((size, size), dtype=np.int64)
    cells = (target % size) * size + predicted % size  # -1, other, becomes the last
    return np.bincount(cells, minlength=size * size).reshape(size, size).astype(np.int64)


def _one_hot(target: IntArray, classes: int) -> BoolArray:
    """Which class came true, the last column for "other"."""
    return np.asarray(np.arange(classes + 1) == (target % (classes + 1))[:, None], dtype=np.bool_)


def _are_probabilities(scores: FloatArray) -> BoolArray:
    inside: BoolArray = np.all((scores >= 0.0) & (scores <= 1.0), axis=1)
    total = np.where(inside[:, None], scores, 0.0).sum(axis=1)
    return np.asarray(inside & (np.abs(total - 1.0) <= SUM_TOLERANCE), dtype=np.bool_)


def _top_class_calibration(target: IntArray, probability: FloatArray) -> CalibrationBins:
    if not len(target):
        return CalibrationBins.empty()
    return CalibrationBins.of(probability.argmax(axis=1) == target, probability.max(axis=1))
