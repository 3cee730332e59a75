"""Precision, recall and F1."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score, precision_score

from monitor.performance.precision_recall import f1, precision, recall
from monitor.profile.arrays import BoolArray
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.score import ScoreProfile


def binary(tp: int, fp: int, fn: int, tn: int) -> ScoreProfile:
    target: BoolArray = np.repeat([True, False, True, False], [tp, fp, fn, tn])
    return ScoreProfile.of(target, np.repeat([True, True, False, False], [tp, fp, fn, tn]), None)


def multiclass(target: list[int], predicted: list[int]) -> MulticlassProfile:
    return MulticlassProfile.of(("a", "b", "c"), np.array(target), np.array(predicted), None)


def test_precision_without_predicted_positives_is_skipped_and_not_zero() -> None:
    estimate = precision(binary(0, 0, 5, 95))
    assert estimate.value is None
    assert estimate.reason == "nothing was predicted positive"
    assert estimate.rows == 100


def test_recall_without_positives_is_skipped() -> None:
    assert recall(binary(0, 5, 0, 95)).reason == "no target is positive"


def test_f1_without_any_positives_is_skipped() -> None:
    assert f1(binary(0, 0, 0, 100)).reason == "no target is positive, and nothing was predicted so"


def test_f1_is_zero_where_all_that_was_predicted_positive_is_wrong() -> None:
    estimate = f1(binary(0, 4, 6, 90))
    assert estimate.value == estimate.lower == 0.0


def test_the_interval_of_recall_looks_at_positives_alone() -> None:
    expected = stats.binomtest(30, 40).proportion_ci(method="wilson")
    estimate = recall(binary(30, 7, 10, 200))
    assert (estimate.lower, estimate.upper) == pytest.approx((expected.low, expected.high), rel=1e-12)


def test_the_interval_of_f1_follows_the_share_of_hits_among_all_that_is_positive() -> None:
    share = stats.binomtest(30, 47).proportion_ci(method="wilson")
    estimate = f1(binary(30, 7, 10, 200))
    expected = [2 * limit / (1 + limit) for limit in share]
    assert [estimate.lower, estimate.upper] == pytest.approx(expected, rel=1e-12)


def test_a_class_that_was_never_predicted_does_not_count_as_precision_0() -> None:
    target, predicted = [0, 0, 1, 1, 2], [0, 1, 1, 1, 0]
    estimate = precision(multiclass(target, predicted))
    assert estimate.value == pytest.approx(
        precision_score(target, predicted, average="macro", zero_division=np.nan), rel=1e-12
    )
    assert estimate.value == pytest.approx((1 / 2 + 2 / 3) / 2, rel=1e-12)


def test_a_class_that_was_never_predicted_counts_as_f1_0() -> None:
    target, predicted = [0, 0, 1, 1, 2], [0, 1, 1, 1, 0]
    assert f1(multiclass(target, predicted)).value == pytest.approx(
        f1_score(target, predicted, average="macro"), rel=1e-12
    )


def test_more_rows_narrow_the_interval_of_a_macro_average() -> None:
    target, predicted = [0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0]
    for metric in (precision, recall, f1):
        few, many = metric(multiclass(target * 10, predicted * 10)), metric(multiclass(target * 1000, predicted * 1000))
        assert few.value == pytest.approx(many.value, rel=1e-12)
        assert few.lower is not None
        assert many.lower is not None
        assert few.upper is not None
        assert many.upper is not None
        assert many.upper - many.lower == pytest.approx((few.upper - few.lower) / 10, rel=0.2)
