"""Targets, predictions and scores of a binary classifier."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, confusion_matrix, log_loss

from monitor.profile.arrays import BoolArray, FloatArray
from monitor.profile.score import ScoreProfile


def rows(count: int = 1_000) -> tuple[BoolArray, BoolArray, FloatArray]:
    rng = np.random.default_rng(1)
    score = rng.beta(1.0, 3.0, count)
    return rng.random(count) < score, score > 0.4, score


def test_predictions_are_counted_as_scikit_learn_counts_them() -> None:
    target, predicted, score = rows()
    profile = ScoreProfile.of(target, predicted, score)
    assert profile.confusion.tolist() == confusion_matrix(target, predicted).tolist()


def test_losses_are_exact() -> None:
    target, predicted, score = rows()
    profile = ScoreProfile.of(target, predicted, score)
    assert profile.log_loss.mean == pytest.approx(log_loss(target, score), rel=1e-12)
    assert profile.brier_score.mean == pytest.approx(brier_score_loss(target, score), rel=1e-12)


def test_a_certain_and_wrong_score_costs_what_scikit_learn_charges() -> None:
    target, score = np.array([True, False, True]), np.array([0.0, 1.0, 0.5])
    assert ScoreProfile.of(target, None, score).log_loss.mean == pytest.approx(log_loss(target, score), rel=1e-12)


def test_many_small_profiles_add_up_to_the_whole() -> None:
    target, predicted, score = rows()
    whole = ScoreProfile.of(target, predicted, score)
    total = ScoreProfile.empty()
    for part in np.array_split(np.arange(1_000), 60):
        total = total + ScoreProfile.of(target[part], predicted[part], score[part])
    assert total.rows == whole.rows
    assert total.confusion.tolist() == whole.confusion.tolist()
    assert total.bins.positives.tolist() == whole.bins.positives.tolist()
    assert total.bins.lowest.tolist() == whole.bins.lowest.tolist()
    assert total.log_loss.mean == pytest.approx(whole.log_loss.mean, rel=1e-12)
    assert total.brier_score.m2 == pytest.approx(whole.brier_score.m2, rel=1e-12)


def test_scores_outside_0_and_1_are_counted_and_stay_out_of_the_losses() -> None:
    profile = ScoreProfile.of(np.array([True, False, True]), None, np.array([1.2, -math.inf, 0.6]))
    assert profile.improper == 2
    assert profile.log_loss.count == profile.calibration.rows.sum() == 1
    assert profile.bins.rows == 3


def test_a_row_without_a_score_still_counts_for_its_prediction() -> None:
    profile = ScoreProfile.of(np.array([True, False]), np.array([True, True]), np.array([math.nan, 0.3]))
    assert (profile.tp, profile.fp) == (1, 1)
    assert profile.bins.rows == profile.log_loss.count == 1
    assert profile.improper == 0


def test_without_predictions_or_scores_only_targets_are_counted() -> None:
    profile = ScoreProfile.of(np.array([True, False]), None, None)
    assert profile.rows == 2
    assert profile.confusion.sum() == profile.bins.rows == profile.log_loss.count == 0


def test_the_profile_survives_pickling() -> None:
    profile = ScoreProfile.of(*rows(50))
    again = pickle.loads(pickle.dumps(profile))
    assert again.confusion.tolist() == profile.confusion.tolist()
    assert again.log_loss == profile.log_loss
