"""Whether performance suffers: by more than chance, or past a limit."""

from __future__ import annotations

import pytest
from builders.facts import DAY, case
from builders.rows import SHAPE, START, classifier_rows

from alerts.causes import cause
from alerts.facts import Chief, Facts, Leaning
from monitor.facts.chief import chief
from monitor.facts.finder import drifting, leaning
from monitor.measure import Wanted
from monitor.measurement import Estimate, Measurement, skipped
from monitor.window import utc

WANTED = Wanted("binary_classification", (), ("roc_auc",), min_rows=1, has_targets=True)
ROWS = classifier_rows(START, utc(2024, 1, 20))
REFERENCE = case(ROWS, ROWS, SHAPE, WANTED, ()).reference.profile


def judged(estimate: Estimate, *, limit: float | None = None) -> Chief:
    one = Measurement("m", "roc_auc", DAY, estimate, limit_low=limit)
    found = chief("roc_auc", [one], REFERENCE, task="binary_classification")
    assert found is not None
    return found


def test_a_value_whose_interval_lies_below_that_of_the_reference_suffers() -> None:
    assert judged(Estimate(0.5, 0.45, 0.55)).suffers is True


def test_a_value_within_chance_of_the_reference_does_not_suffer() -> None:
    assert judged(Estimate(0.89, 0.8, 0.95)).suffers is False


def test_a_value_past_its_own_limit_suffers_whatever_the_reference_says() -> None:
    assert judged(Estimate(0.9, 0.8, 0.99), limit=0.95).suffers is True


def test_a_value_that_is_not_there_yet_says_why() -> None:
    found = judged(skipped("no targets have come"))
    assert (found.value, found.suffers, found.reason) == (None, None, "no targets have come")
    assert found.before == pytest.approx(0.92, abs=0.03)


def test_a_model_whose_performance_is_not_measured_has_no_chief() -> None:
    assert chief("roc_auc", [], REFERENCE, task="binary_classification") is None


def test_the_columns_furthest_past_their_limits_are_named_once_each() -> None:
    def one(column: str, metric: str, value: float) -> Measurement:
        return Measurement("m", metric, DAY, Estimate(value), column_name=column, limit_high=0.2)

    found = drifting(
        [
            one("a", "jensen_shannon", 0.3),
            one("a", "hellinger", 0.5),
            one("b", "hellinger", 0.1),
            one("c", "hellinger", 0.9),
            one("d", "null_share", 0.9),
        ]
    )
    assert [(column.column_name, column.metric) for column in found] == [("c", "hellinger"), ("a", "hellinger")]


def test_a_feature_is_told_with_its_share_of_the_output_and_its_place() -> None:
    found = leaning({"a": 0.1, "b": 0.3, "c": 0.0}, "a")
    assert found == Leaning(0.1, place=2, features=3)
    assert "By itself it explains 10 % of the model's output, the 2nd most of 3 features." in cause(
        Facts(leaning=found)
    )
    assert leaning({"a": 0.1}, "score") is None
