"""Rules: what they look at and which values they allow."""

from __future__ import annotations

import math

import pytest
from builders.readings import DRIFT, Seen, drift

from alerts.rule import Rule, Selector, by_metric, limits, looking_at, rule_of


def rule(**changes: object) -> Rule:
    return Rule(**{"name": "R", "metric": "roc_auc", "below": 0.7} | changes)


@pytest.mark.parametrize(
    ("value", "broken"),
    [(0.69, 0.7), (0.7, None), (0.71, None), (-math.inf, 0.7), (math.inf, None)],
)
def test_a_value_below_the_low_limit_breaks_it_and_one_on_it_does_not(value: float, broken: float | None) -> None:
    assert rule().breach(value) == broken


@pytest.mark.parametrize(("value", "broken"), [(0.1, 0.2), (0.2, None), (0.5, None), (0.8, None), (0.9, 0.8)])
def test_outside_is_broken_on_either_side(value: float, broken: float | None) -> None:
    assert rule(below=0.2, above=0.8).breach(value) == broken


@pytest.mark.parametrize(
    ("changes", "value", "is_cleared"),
    [
        ({}, 0.7, True),
        ({"clear_below": 0.72}, 0.71, False),
        ({"clear_below": 0.72}, 0.72, True),
        ({"below": None, "above": 0.3, "clear_above": 0.25}, 0.26, False),
        ({"below": None, "above": 0.3, "clear_above": 0.25}, 0.25, True),
        ({"below": 0.2, "above": 0.8, "clear_below": 0.3, "clear_above": 0.7}, 0.75, False),
        ({"below": 0.2, "above": 0.8, "clear_below": 0.3, "clear_above": 0.7}, 0.25, False),
        ({"below": 0.2, "above": 0.8, "clear_below": 0.3, "clear_above": 0.7}, 0.5, True),
    ],
)
def test_an_alert_clears_past_the_clear_limit(changes: dict[str, float], value: float, is_cleared: bool) -> None:
    assert rule(**changes).is_cleared(value) is is_cleared


@pytest.mark.parametrize(("value", "limit"), [(0.1, 0.2), (0.4, 0.2), (0.7, 0.8), (0.9, 0.8), (None, None)])
def test_a_value_between_two_limits_is_held_against_the_nearer(value: float | None, limit: float | None) -> None:
    assert rule(below=0.2, above=0.8).nearest_limit(value) == limit


def test_without_a_value_the_only_limit_is_the_limit() -> None:
    assert rule().nearest_limit(None) == 0.7


@pytest.mark.parametrize(
    ("select", "window_seconds", "matches"),
    [
        (Selector(), None, True),
        (Selector(), 86_400, True),
        (Selector(), 3600, False),
        (Selector(column="dep_*"), None, True),
        (Selector(column="arr_*"), None, False),
        (Selector(column="DEP_*"), None, False),
        (Selector(model="late*"), None, True),
        (Selector(model="fare"), None, False),
    ],
)
def test_a_rule_looks_at_the_series_that_it_selects(
    select: Selector, window_seconds: int | None, matches: bool
) -> None:
    seen = Seen(metric="roc_auc", column_name="dep_delay")
    assert rule(select=select, window_seconds=window_seconds).matches(seen) is matches


def test_a_rule_looks_at_no_other_metric() -> None:
    assert not rule().matches(Seen(metric="f1"))


WHOLE, FIRST = Seen(), Seen(version="v1")
CARRIER, ORIGIN = Seen(segment_key="carrier", segment_value="AA"), Seen(segment_key="origin", segment_value="JFK")
CARRIER_OF_FIRST = Seen(version="v1", segment_key="carrier", segment_value="AA")


@pytest.mark.parametrize(
    ("select", "looked_at"),
    [
        (Selector(), [WHOLE]),
        (Selector(version="*"), [FIRST]),
        (Selector(version="v?"), [FIRST]),
        (Selector(version="v2"), []),
        (Selector(segment="*"), [CARRIER, ORIGIN]),
        (Selector(segment="carrier=*"), [CARRIER]),
        (Selector(segment="*=AA"), [CARRIER]),
        (Selector(segment="carrier=UA"), []),
        (Selector(segment="carrier"), []),
        (Selector(version="v1", segment="carrier=AA"), [CARRIER_OF_FIRST]),
    ],
)
def test_versions_and_segments_are_looked_at_only_where_they_are_selected(
    select: Selector, looked_at: list[Seen]
) -> None:
    every = [WHOLE, FIRST, CARRIER, ORIGIN, CARRIER_OF_FIRST]
    assert [seen for seen in every if rule(select=select).matches(seen)] == looked_at


def test_the_tightest_limits_of_all_rules_that_look_at_a_series_are_drawn() -> None:
    rules = [
        rule(metric=DRIFT.metric, below=0.01, above=0.5),
        rule(metric=DRIFT.metric, below=0.02),
        DRIFT,
        rule(metric=DRIFT.metric, below=None, above=0.1, select=Selector(column="distance")),
    ]
    every = by_metric(rules)
    found = [
        limits(looking_at(every, seen), seen.bounds)
        for seen in (drift("dep_delay", 0.3), drift("distance", 0.3), Seen(metric="row_count"))
    ]
    assert found == [(0.02, 0.2), (0.02, 0.1), (None, None)]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"below": None}, "a rule needs a limit"),
        ({"below": math.nan}, "finite"),
        ({"below": None, "above": math.inf}, "finite"),
        ({"below": 0.8, "above": 0.2}, "low limit is above the high limit"),
        ({"clear_below": 0.6}, "clear lies below"),
        ({"below": None, "above": 0.3, "clear_above": 0.4}, "clear lies above"),
        ({"above": 0.8, "clear_below": 0.9}, "no value could ever clear"),
        ({"above": 0.8, "clear_above": 0.6}, "no value could ever clear"),
        ({"above": 0.9, "clear_below": 0.85, "clear_above": 0.75}, "no value could ever clear"),
        ({"for_windows": 0}, "at least 1 window"),
        ({"annotations": {"summary": "{modle}"}}, "annotation summary: {modle} is not known"),
    ],
)
def test_a_rule_that_could_never_mean_anything_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        rule(**changes)


def test_the_first_rule_of_the_name_that_looks_at_the_series_decides() -> None:
    elsewhere = Rule(name="A", metric="roc_auc", below=0.7, select=Selector(model="taxi_fare"))
    first, second = (Rule(name="A", metric="roc_auc", below=limit) for limit in (0.7, 0.6))
    other = Rule(name="B", metric="roc_auc", below=0.7)
    assert rule_of([elsewhere, other, first, second], "A", Seen()) is first
    assert rule_of([elsewhere, other], "A", Seen()) is None
