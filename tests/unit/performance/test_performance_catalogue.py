"""How a window's profile is measured."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.performance.catalogue import METRICS, default_metrics, measure_performance
from monitor.profile.residual import ResidualProfile
from monitor.profile.score import ScoreProfile

TARGET = np.arange(40) % 2 == 0


def reason(profile: ScoreProfile | ResidualProfile | None, metric: str, *, min_rows: int = 1) -> str:
    task = METRICS[metric].tasks[0]
    ((_, estimate),) = measure_performance(profile, [metric], task=task, min_rows=min_rows)
    assert estimate.value is None
    return estimate.reason


def test_metrics_come_in_the_order_they_were_asked_for() -> None:
    wanted = ["recall", "accuracy", "f1"]
    found = measure_performance(ScoreProfile.of(TARGET, TARGET, None), wanted, task="binary_classification", min_rows=1)
    assert [name for name, _ in found] == wanted


@pytest.mark.parametrize("profile", [None, ScoreProfile.empty()])
def test_a_window_without_targets_says_so(profile: ScoreProfile | None) -> None:
    assert reason(profile, "accuracy") == "no targets have come for this window"


def test_too_few_rows_are_counted() -> None:
    profile = ScoreProfile.of(TARGET, TARGET, None)
    assert reason(profile, "accuracy", min_rows=200) == "40 rows with a target, at least 200 are wanted"


def test_without_scores_there_is_no_ranking() -> None:
    expected = "no score stands beside a target: none is mapped, or all are empty"
    assert reason(ScoreProfile.of(TARGET, TARGET, None), "roc_auc") == expected
    assert reason(ScoreProfile.of(TARGET, TARGET, np.full(40, np.nan)), "roc_auc") == expected


def test_without_predictions_there_is_no_accuracy() -> None:
    expected = "no prediction stands beside a target: none is mapped, or all are empty"
    assert reason(ScoreProfile.of(TARGET, None, TARGET.astype(float)), "accuracy") == expected


def test_infinite_predictions_are_a_reason() -> None:
    prediction = np.array([1.0, np.inf, 3.0])
    profile = ResidualProfile.of(np.zeros(3), prediction, np.zeros(0))
    assert reason(profile, "mean_error") == "1 of 3 rows have an infinite prediction or target"


def test_numbers_too_large_for_a_double_are_a_reason() -> None:
    profile = ResidualProfile.of(np.zeros(3), np.array([1e200, -1e200, 1e308]), np.zeros(0))
    assert reason(profile, "root_mean_squared_error") == "the numbers are too large to be summed"


def test_a_metric_of_another_task_is_skipped() -> None:
    ((_, estimate),) = measure_performance(
        ScoreProfile.empty(), ["r_squared"], task="binary_classification", min_rows=1
    )
    assert estimate.reason == "r_squared is not for the task binary_classification"


def test_a_profile_of_another_task_is_a_fault_of_the_program() -> None:
    profile = ResidualProfile.of(np.zeros(3), np.ones(3), np.zeros(0))
    with pytest.raises(TypeError, match="accuracy is not measured on a ResidualProfile"):
        list(measure_performance(profile, ["accuracy"], task="binary_classification", min_rows=1))


def test_a_task_without_targets_has_no_metrics() -> None:
    assert default_metrics("none", has_score=True) == ()
