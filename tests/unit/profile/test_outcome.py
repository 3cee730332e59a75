"""Rows with a target, made into the performance part of a profile."""

import numpy as np
import pyarrow as pa
import pytest

from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.outcome import Outcome, no_outcome, outcome
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.residual import ResidualProfile
from monitor.profile.score import ScoreProfile
from monitor.profile.shape import Kind, ModelShape


def texts(*values: str | None) -> pa.Array:
    return pa.array(values, pa.string())


def floats(*values: float | None) -> pa.Array:
    return pa.array(values, pa.float64())


def binary(*, score: bool = True, prediction: bool = True) -> Plan:
    kinds: dict[str, Kind] = {"target": "categorical"}
    if score:
        kinds["score"] = "numeric"
    if prediction:
        kinds["prediction"] = "categorical"
    return cut_plan(ModelShape("binary_classification", kinds, positive="yes"), [])


def test_a_row_without_a_target_is_not_in_it() -> None:
    batch = pa.record_batch(
        {
            "target": texts("yes", None, "no"),
            "prediction": texts("yes", "yes", "yes"),
            "score": floats(0.9, 0.9, 0.6),
        }
    )
    found = outcome(batch, binary())
    assert isinstance(found.performance, ScoreProfile)
    assert (found.performance.tp, found.performance.fp) == (1, 1)
    assert (found.targets, found.unscored) == (2, 0)


@pytest.mark.parametrize("score", [None, float("nan")])
def test_a_row_whose_score_is_no_number_is_counted_and_left_out(score: float | None) -> None:
    batch = pa.record_batch(
        {"target": texts("yes", "no"), "prediction": texts("yes", "no"), "score": floats(score, 0.1)}
    )
    found = outcome(batch, binary())
    assert isinstance(found.performance, ScoreProfile)
    assert found.performance.rows == 1
    assert (found.targets, found.unscored) == (2, 1)


def test_an_infinite_score_stays_in_so_that_its_metrics_say_why_they_are_skipped() -> None:
    batch = pa.record_batch(
        {"target": texts("yes", "no"), "prediction": texts("yes", "no"), "score": floats(float("inf"), 0.1)}
    )
    found = outcome(batch, binary())
    assert isinstance(found.performance, ScoreProfile)
    assert (found.performance.rows, found.performance.improper) == (2, 1)


def test_a_row_without_a_prediction_is_counted_and_left_out() -> None:
    batch = pa.record_batch({"target": texts("yes", "no"), "prediction": texts(None, "no")})
    found = outcome(batch, binary(score=False))
    assert (found.targets, found.unscored) == (2, 1)


def test_without_a_prediction_column_a_score_of_a_half_predicts() -> None:
    batch = pa.record_batch({"target": texts("yes", "yes", "no"), "score": floats(0.5, 0.49, 0.2)})
    found = outcome(batch, binary(prediction=False)).performance
    assert isinstance(found, ScoreProfile)
    assert (found.tp, found.fn, found.tn) == (1, 1, 1)


def test_a_score_column_that_is_gone_leaves_all_rows_unscored() -> None:
    batch = pa.record_batch({"target": texts("yes", "no"), "prediction": texts("yes", "no")})
    found = outcome(batch, binary())
    assert (found.targets, found.unscored) == (2, 2)


def test_a_batch_without_a_target_column_has_the_outcome_of_no_rows() -> None:
    found = outcome(pa.record_batch({"score": floats(0.4)}), binary())
    assert isinstance(found.performance, ScoreProfile)
    assert (found.performance.rows, found.targets) == (0, 0)


MULTICLASS = ModelShape(
    "multiclass_classification",
    {"prediction": "categorical", "target": "categorical"},
    scores={"ash": "score.ash", "oak": "score.oak"},
)


def test_the_most_likely_class_is_predicted_where_no_prediction_is_mapped() -> None:
    plan = cut_plan(ModelShape("multiclass_classification", {}, scores=MULTICLASS.scores), [])
    batch = pa.record_batch(
        {"target": texts("ash", "oak", "oak"), "score.ash": [0.7, 0.6, 0.1], "score.oak": [0.3, 0.4, 0.9]}
    )
    found = outcome(batch, plan).performance
    assert isinstance(found, MulticlassProfile)
    assert np.array_equal(found.confusion[:2, :2], [[1, 0], [1, 1]])


def test_a_row_that_lacks_the_score_of_a_class_is_counted_and_left_out() -> None:
    plan = cut_plan(MULTICLASS, [])
    batch = pa.record_batch(
        {
            "target": texts("ash", "oak"),
            "prediction": texts("ash", "oak"),
            "score.ash": floats(0.7, None),
            "score.oak": [0.3, 0.4],
        }
    )
    found = outcome(batch, plan)
    assert (found.targets, found.unscored) == (2, 1)


def test_a_regression_leaves_out_what_is_no_number_and_knows_what_is_infinite() -> None:
    plan = cut_plan(ModelShape("regression", {"prediction": "numeric", "target": "numeric"}), [])
    batch = pa.record_batch(
        {
            "target": floats(1.0, None, 2.0, float("nan"), 4.0),
            "prediction": floats(1.5, 1.0, None, 2.0, float("inf")),
        }
    )
    found = outcome(batch, plan)
    assert isinstance(found.performance, ResidualProfile)
    assert (found.performance.rows, found.performance.improper) == (2, 1)
    assert (found.targets, found.unscored) == (4, 2)


def test_a_model_without_a_task_has_no_performance() -> None:
    plan = cut_plan(ModelShape("none", {"amount": "numeric"}), [])
    assert outcome(pa.record_batch({"amount": [1.0]}), plan) == Outcome() == no_outcome(plan)


def test_outcomes_of_different_tasks_do_not_add_up() -> None:
    regression = cut_plan(ModelShape("regression", {}), [])
    classes = pa.record_batch({"prediction": ["yes"], "target": ["yes"]})
    numbers = pa.record_batch({"prediction": [1.0], "target": [2.0]})
    with pytest.raises(ValueError, match="different tasks"):
        outcome(classes, binary()) + outcome(numbers, regression)
