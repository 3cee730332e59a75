"""All readings of a run against all rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders.readings import AUC_DROP, DRIFT, Seen, daily, day, drift
from hypothesis import given
from hypothesis import strategies as st

from alerts.bounds import Bounds
from alerts.evaluate import Evaluation, evaluate, replay
from alerts.reading import NOT_MEASURED
from alerts.rule import Rule, Selector
from alerts.state import AlertState, Identity, labels_of
from alerts.step import GONE, PAUSED, RELABELLED, VANISHED

RULES = [AUC_DROP, DRIFT]


def after(evaluation: Evaluation, before: dict[Identity, AlertState] | None = None) -> dict[Identity, AlertState]:
    return {**(before or {}), **{state.identity: state for state in evaluation.states}}


def fired(rule: Rule, reading: Seen) -> dict[Identity, AlertState]:
    """The states after a rule fired for a reading."""
    states = after(evaluate([rule], [reading], {}))
    assert all(state.is_firing for state in states.values())
    return states


def test_each_series_that_a_rule_selects_is_an_alert_of_its_own() -> None:
    readings = [drift("dep_delay", 0.3), drift("distance", 0.1), Seen(value=0.8), Seen(metric="f1", value=0.1)]
    evaluation = evaluate(RULES, readings, {})
    states = {(state.identity.alert, state.identity.column_name): state.state for state in evaluation.states}
    assert states == {
        ("FeatureDrift", "dep_delay"): "firing",
        ("FeatureDrift", "distance"): "inactive",
        ("AucDrop", ""): "inactive",
    }
    assert [event.identity.column_name for event in evaluation.events] == ["dep_delay"]


def test_two_rules_on_one_series_are_two_alerts() -> None:
    page = replace(AUC_DROP, name="AucVeryLow", below=0.6, severity="page")
    evaluation = evaluate([AUC_DROP, page], [Seen(value=0.5)], {})
    assert [event.identity.alert for event in evaluation.events] == ["AucDrop", "AucVeryLow"]


def test_of_two_rules_with_one_name_the_first_decides() -> None:
    evaluation = evaluate([AUC_DROP, replace(AUC_DROP, below=0.9)], [Seen(value=0.8)], {})
    assert [state.state for state in evaluation.states] == ["inactive"]


def test_only_states_that_changed_are_given_back() -> None:
    reading = Seen(value=0.8)
    states = after(evaluate(RULES, [reading], {}))
    assert evaluate(RULES, [reading], states) == Evaluation((), ())


def test_an_open_alert_without_a_reading_has_no_data_and_stays() -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3))
    (state,) = evaluate(RULES, [Seen(value=0.8, window_end=day(1))], states).states[1:]
    assert (state.state, state.health, state.reason) == ("firing", "no_data", NOT_MEASURED)
    assert state.last_window_end == day(1)


def test_an_alert_at_rest_without_a_reading_is_left_alone() -> None:
    states = after(evaluate([DRIFT], [drift("dep_delay", 0.1)], {}))
    evaluation = evaluate([DRIFT], [drift("distance", 0.1, number=1)], states)
    assert [state.identity.column_name for state in evaluation.states] == ["distance"]


def test_readings_of_another_model_or_window_length_say_nothing_about_an_alert() -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3))
    other_model = drift("dep_delay", 0.1, number=1, model="taxi_fare")
    other_length = replace(drift("distance", 0.1, number=1), window_seconds=604_800)
    evaluation = evaluate(RULES, [other_model, other_length], states)
    assert not set(states) & {state.identity for state in evaluation.states}


def test_an_absent_series_is_judged_by_its_own_rule_alone() -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3))
    eager = replace(DRIFT, name="AnyDrift", on_missing="fire")
    evaluation = evaluate([DRIFT, eager], [Seen(value=0.8, window_end=day(1))], states)
    assert [state.identity.alert for state in evaluation.states] == ["FeatureDrift"]
    assert evaluation.events == ()


def test_an_absent_series_resolves_if_its_rule_ignores_what_is_missing() -> None:
    rule = replace(DRIFT, on_missing="ignore")
    states = fired(rule, drift("dep_delay", 0.3))
    (event,) = evaluate([rule], [Seen(value=0.8, window_end=day(1))], states).events
    assert (event.to_state, event.reason) == ("inactive", NOT_MEASURED)


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [AUC_DROP],
        [replace(DRIFT, name="Drift")],
        [replace(DRIFT, window_seconds=604_800)],
        [replace(DRIFT, select=Selector(column="distance"))],
        [replace(DRIFT, metric="roc_auc")],
    ],
    ids=["none", "another", "renamed", "other_length", "other_columns", "other_metric"],
)
def test_an_alert_that_no_rule_looks_at_any_more_resolves_once(rules: list[Rule]) -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3))
    (identity,) = states
    evaluation = evaluate(rules, [drift("dep_delay", 0.3, number=1)], states)
    state = after(evaluation)[identity]
    assert (state.state, state.reason, state.resolved_at) == ("inactive", GONE, day(1))
    (event,) = (event for event in evaluation.events if event.identity == identity)
    assert event.resolves
    again = evaluate(rules, [drift("dep_delay", 0.3, number=2)], after(evaluation, states))
    assert identity not in {event.identity for event in again.events}


def test_an_alert_without_a_rule_is_not_moved_by_late_windows_and_other_series() -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3, number=1))
    readings = [
        drift("dep_delay", 0.3, number=0),
        drift("dep_delay", 0.3, number=1),
        drift("dep_delay", 0.3, number=2, model="taxi_fare"),
        replace(drift("dep_delay", 0.3, number=2), window_seconds=604_800),
    ]
    assert evaluate([], readings, states) == Evaluation((), ())


def test_a_rule_that_comes_back_begins_a_new_episode() -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3))
    states = after(evaluate([], [drift("dep_delay", 0.3, number=1)], states), states)
    (event,) = evaluate([DRIFT], [drift("dep_delay", 0.3, number=2)], states).events
    assert (event.fires, event.episode) == (True, 2)


def test_of_two_rules_with_one_name_one_is_enough_to_keep_an_alert() -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3))
    others = replace(DRIFT, select=Selector(column="distance"))
    evaluation = evaluate([others, DRIFT], [drift("distance", 0.1, number=1)], states)
    assert evaluation.events == ()


@pytest.mark.parametrize("change", [{"severity": "page"}, {"labels": {"team": "ml"}}])
def test_other_labels_resolve_what_fires_and_the_next_window_begins_a_new_episode(change: dict[str, object]) -> None:
    rule, old = replace(DRIFT, **change), labels_of(*fired(DRIFT, drift("dep_delay", 0.3)).values())
    states = fired(DRIFT, drift("dep_delay", 0.3))
    evaluation = evaluate([rule], [drift("dep_delay", 0.3, number=1)], states)
    resolved, fires = evaluation.events
    assert (resolved.resolves, resolved.reason, resolved.labels, resolved.window_end) == (True, RELABELLED, old, day(0))
    assert (fires.fires, fires.episode, fires.labels) == (True, 2, labels_of(*evaluation.states))
    assert fires.labels != old
    assert [resolved.number, fires.number] == [2, 3]


def test_other_labels_resolve_once_even_where_the_window_moves_nothing() -> None:
    reading = drift("dep_delay", 0.3)
    rule, states = replace(DRIFT, labels={"team": "ml"}), fired(DRIFT, reading)
    first = evaluate([rule], [reading], states)
    assert [event.resolves for event in first.events] == [True]
    assert evaluate([rule], [reading], after(first, states)) == Evaluation((), ())


def test_an_alert_that_does_not_fire_takes_other_labels_over_without_an_event() -> None:
    waits = replace(DRIFT, for_windows=2)
    states = after(evaluate([waits], [drift("dep_delay", 0.3)], {}))
    evaluation = evaluate([replace(waits, labels={"team": "ml"})], [drift("dep_delay", 0.3)], states)
    assert ([state.labels for state in evaluation.states], evaluation.events) == ([{"team": "ml"}], ())


def test_a_paused_rule_resolves_its_alerts_once_and_begins_none() -> None:
    states, paused = fired(DRIFT, drift("dep_delay", 0.3)), replace(DRIFT, paused=True)
    evaluation = evaluate([paused], [drift("dep_delay", 0.3, number=1), drift("distance", 0.3, number=1)], states)
    assert [(event.identity.column_name, event.reason) for event in evaluation.events] == [("dep_delay", PAUSED)]
    states = after(evaluation, states)
    assert evaluate([paused], [drift("dep_delay", 0.3, number=2)], states) == Evaluation((), ())
    (event,) = evaluate([DRIFT], [drift("dep_delay", 0.3, number=3)], states).events
    assert (event.fires, event.episode) == (True, 2)


def test_a_series_that_vanishes_resolves_after_two_windows() -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3))
    for number in (1, 1, 2, 3):
        evaluation = evaluate([DRIFT], [drift("distance", 0.1, number=number)], states)
        states = after(evaluation, states)
        told = [(event.resolves, event.reason) for event in evaluation.events]
        assert told == ([(True, VANISHED)] if number == 2 else [])


def test_a_series_that_comes_back_in_between_has_not_vanished() -> None:
    states = fired(DRIFT, drift("dep_delay", 0.3))
    for number, column in ((1, "distance"), (2, "dep_delay"), (3, "distance")):
        evaluation = evaluate([DRIFT], [drift(column, 0.3, number=number)], states)
        states = after(evaluation, states)
        assert not evaluation.resolved


def test_a_segment_has_not_vanished_while_the_whole_has_no_value_either() -> None:
    rule = replace(AUC_DROP, select=Selector(segment="*"))
    segment = Seen(value=0.6, segment_key="carrier", segment_value="AA")
    states = fired(rule, segment)
    for number, whole, resolved in ((1, None, 0), (2, None, 0), (3, 0.8, 0), (4, None, 0), (5, 0.8, 1)):
        evaluation = evaluate([rule], [Seen(value=whole, window_end=day(number))], states)
        states = after(evaluation, states)
        assert evaluation.resolved == resolved


def test_a_value_that_comes_late_moves_the_alert_as_if_it_had_been_in_time() -> None:
    rule = replace(AUC_DROP, for_windows=2)
    in_time = daily([0.8, 0.6, 0.6, None])
    states: dict[Identity, AlertState] = {}
    for reading in [*daily([0.8, None, None, None]), *in_time[1:3]]:
        states = after(evaluate([rule], [reading], states), states)
    (late,) = (state for state in states.values() if state.identity.alert == rule.name)
    assert late == replay([rule], in_time)[late.identity]
    assert (late.state, late.fired_at, late.last_window_end, late.health) == ("firing", day(2), day(3), "no_data")


def test_windows_are_taken_in_the_order_of_time() -> None:
    rule = replace(DRIFT, for_windows=2)
    readings = [drift("dep_delay", 0.3, number=number) for number in (2, 0, 1)]
    evaluation = evaluate([rule], readings, {})
    assert [(event.to_state, event.window_end) for event in evaluation.events] == [
        ("pending", day(0)),
        ("firing", day(1)),
    ]


columns = st.sampled_from(["dep_delay", "distance", "carrier"])
runs = st.lists(
    st.builds(drift, columns, st.sampled_from([0.1, 0.3, None]), number=st.integers(0, 3)),
    max_size=12,
    unique_by=lambda reading: (reading.column_name, reading.window_end),
)


@given(runs, st.randoms(use_true_random=False))
def test_the_order_of_readings_and_states_does_not_matter(readings: list[Seen], random: object) -> None:
    shuffled = list(readings)
    random.shuffle(shuffled)
    assert evaluate(RULES, readings, {}) == evaluate(RULES, shuffled, {})


@given(runs)
def test_windows_one_by_one_give_the_same_as_all_at_once(readings: list[Seen]) -> None:
    states: dict[Identity, AlertState] = {}
    events = []
    for number in range(4):
        evaluation = evaluate(RULES, [seen for seen in readings if seen.window_end == day(number)], states)
        states = after(evaluation, states)
        events.extend(evaluation.events)
    at_once = evaluate(RULES, readings, {})
    assert after(at_once) == states
    assert list(at_once.events) == events


LEARNED = Rule(name="Learned", metric="roc_auc", learned=True)


def held(value: float, low: float | None, *, number: int = 0, reason: str = "") -> Seen:
    """A reading with the limit of its window."""
    return Seen(value=value, window_end=day(number), bounds={"Learned": Bounds(low=low, reason=reason)})


def test_a_learned_limit_may_be_another_one_in_each_window() -> None:
    states = replay([LEARNED], [held(0.8, 0.7), held(0.8, 0.85, number=1), held(0.8, 0.7, number=2)])
    (state,) = states.values()
    assert (state.state, state.episode, state.limit_value) == ("inactive", 1, 0.7)


def test_a_value_without_a_limit_is_not_judged_and_says_why() -> None:
    evaluation = evaluate([LEARNED], [held(0.1, None, reason="the reference has 2 windows, 8 are needed")], {})
    (state,) = (state for state in evaluation.states if state.identity.alert == "Learned")
    assert (state.state, state.health, state.value, state.limit_value) == ("inactive", "no_data", None, None)
    assert state.reason == "the reference has 2 windows, 8 are needed"


def test_a_value_without_a_limit_is_not_missing() -> None:
    rule = replace(LEARNED, on_missing="fire")
    readings = [held(0.1, None, number=number) for number in range(4)]
    assert {(state.identity.alert, state.state) for state in replay([rule], readings).values()} == {
        ("Learned", "inactive")
    }
    states = replay([LEARNED], readings)
    assert not any(state.is_open for state in states.values()), "no alert about missing data"


def test_a_missing_limit_does_not_resolve_what_fires() -> None:
    states = replay([LEARNED], [held(0.6, 0.7), held(0.9, None, number=1)])
    (state,) = (state for state in states.values() if state.identity.alert == "Learned")
    assert state.state == "firing"
