"""Targets, predictions and scores of a classifier with many classes."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, confusion_matrix, log_loss

from monitor.profile.arrays import FloatArray, IntArray
from monitor.profile.multiclass import MulticlassProfile

CLASSES = ("a", "b", "c")


def rows(count: int = 2_000) -> tuple[IntArray, IntArray, FloatArray]:
    rng = np.random.default_rng(1)
    scores = rng.dirichlet([1.0, 2.0, 3.0], count)
    return rng.integers(-1, 3, count), rng.integers(-1, 3, count), scores


def test_classes_outside_the_list_are_the_last_row_and_column() -> None:
    target, predicted, _ = rows()
    profile = MulticlassProfile.of(CLASSES, target, predicted, None)
    assert profile.confusion.tolist() == confusion_matrix(target, predicted, labels=[0, 1, 2, -1]).tolist()


def test_losses_are_exact_with_probability_0_for_other_classes() -> None:
    target, predicted, scores = rows()
    profile = MulticlassProfile.of(CLASSES, target, predicted, scores)
    probability = np.column_stack([np.zeros(len(scores)), scores])
    labels = [-1, 0, 1, 2]
    assert profile.log_loss.mean == pytest.approx(log_loss(target, probability, labels=labels), rel=1e-12)
    assert profile.brier_score.mean == pytest.approx(brier_score_loss(target, probability, labels=labels), rel=1e-12)


def test_many_small_profiles_add_up_to_the_whole() -> None:
    target, predicted, scores = rows()
    whole = MulticlassProfile.of(CLASSES, target, predicted, scores)
    total = MulticlassProfile.empty(CLASSES)
    for part in np.array_split(np.arange(len(target)), 30):
        total = total + MulticlassProfile.of(CLASSES, target[part], predicted[part], scores[part])
    assert total.rows == whole.rows
    assert total.confusion.tolist() == whole.confusion.tolist()
    for mine, theirs in zip(total.by_class, whole.by_class, strict=True):
        assert mine.positives.tolist() == theirs.positives.tolist()
        assert mine.lowest.tolist() == theirs.lowest.tolist()
    assert total.log_loss.mean == pytest.approx(whole.log_loss.mean, rel=1e-12)


def test_the_score_of_a_class_is_held_against_all_other_classes() -> None:
    target, predicted, scores = rows()
    profile = MulticlassProfile.of(CLASSES, target, predicted, scores)
    assert [int(bins.positives.sum()) for bins in profile.by_class] == [
        int((target == code).sum()) for code in range(3)
    ]
    assert all(bins.rows == 2_000 for bins in profile.by_class)


@pytest.mark.parametrize("scores", [[0.5, 0.5, 0.5], [1.2, -0.2, 0.0], [math.inf, 0.0, 0.0]])
def test_scores_that_are_no_probabilities_are_counted(scores: list[float]) -> None:
    profile = MulticlassProfile.of(CLASSES, np.array([0, 1]), None, np.array([scores, [0.33, 0.33, 0.33]]))
    assert profile.improper == 1
    assert profile.log_loss.count == 1


def test_a_row_with_a_missing_score_still_counts_for_its_prediction() -> None:
    scores = np.array([[0.5, 0.5, math.nan], [0.2, 0.3, 0.5]])
    profile = MulticlassProfile.of(CLASSES, np.array([0, 2]), np.array([0, 2]), scores)
    assert profile.confusion.trace() == 2
    assert profile.improper + profile.log_loss.count == 1


def test_calibration_asks_whether_the_highest_score_came_true() -> None:
    scores = np.array([[0.75, 0.25, 0.0], [0.0, 0.25, 0.75]])
    calibration = MulticlassProfile.of(CLASSES, np.array([0, -1]), None, scores).calibration
    assert calibration.rows[7] == 2
    assert calibration.hits[7] == 1
    assert calibration.confidence[7] == pytest.approx(1.5)


def test_profiles_of_different_classes_do_not_add() -> None:
    with pytest.raises(ValueError, match="do not add"):
        MulticlassProfile.empty(("a", "b")) + MulticlassProfile.empty(("a", "c"))


def test_the_profile_survives_pickling() -> None:
    profile = MulticlassProfile.of(CLASSES, *rows(50))
    again = pickle.loads(pickle.dumps(profile))
    assert again.classes == profile.classes
    assert again.confusion.tolist() == profile.confusion.tolist()
