"""Alerts under a configuration that has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders.readings import AUC_DROP, DRIFT, Seen, daily, day, drift

from alerts import health
from alerts.evaluate import Evaluation, evaluate, replay
from alerts.reconcile import NO_MODEL, NO_WINDOW, reconcile
from alerts.rule import Rule, Selector
from alerts.state import AlertState, Identity
from alerts.step import GONE, PAUSED, RELABELLED

WATCHED = {"late_arrival": {86_400, 604_800}}
WAITS = replace(AUC_DROP, name="Waits", for_windows=9)


def states() -> dict[Identity, AlertState]:
    """An alert that fires, one that waits, one at rest, and one about missing data."""
    readings = [Seen(value=0.6), drift("dep_delay", 0.1), *daily([None, None])]
    found = replay(
        [AUC_DROP, WAITS, DRIFT], [*readings[:2], *(replace(seen, column_name="x") for seen in readings[2:])]
    )
    assert sorted(state.state for state in found.values()).count("firing") == 2
    return dict(found)


def after(evaluation: Evaluation, before: dict[Identity, AlertState]) -> dict[Identity, AlertState]:
    return {**before, **{state.identity: state for state in evaluation.states}}


RULES = [AUC_DROP, WAITS, DRIFT]


def test_where_nothing_has_changed_nothing_is_changed() -> None:
    assert reconcile(RULES, states(), WATCHED) == Evaluation((), ())


@pytest.mark.parametrize(
    ("rules", "watched", "reason"),
    [
        ([], WATCHED, GONE),
        ([replace(rule, select=Selector(column="other")) for rule in RULES], WATCHED, GONE),
        ([replace(rule, paused=True) for rule in RULES], WATCHED, PAUSED),
        (RULES, {"other": {86_400}}, NO_MODEL),
        (RULES, {"late_arrival": {3600}}, NO_WINDOW),
    ],
)
def test_what_lost_its_ground_resolves_once(rules: list[Rule], watched: dict[str, set[int]], reason: str) -> None:
    before = states()
    evaluation = reconcile(rules, before, watched)
    assert {event.reason for event in evaluation.events} == {reason}
    assert sorted(event.identity.alert for event in evaluation.events if event.resolves) == ["AucDrop", health.NO_DATA]
    assert all(not state.is_open for state in after(evaluation, before).values())
    assert reconcile(rules, after(evaluation, before), watched) == Evaluation((), ())


def test_an_alert_resolves_at_its_last_window_and_the_next_one_may_fire_it_again() -> None:
    before = states()
    evaluation = reconcile([], before, WATCHED)
    (event,) = (event for event in evaluation.events if event.identity.alert == "AucDrop")
    assert event.window_end == day(1)
    later = evaluate([AUC_DROP], [Seen(value=0.6, window_end=day(2))], after(evaluation, before))
    assert [(event.fires, event.episode, event.number) for event in later.events] == [(True, 2, 3)]


def test_other_labels_resolve_what_fires_and_are_taken_over_by_the_rest() -> None:
    rules = [replace(rule, labels={"team": "ml"}) for rule in RULES]
    before = states()
    evaluation = reconcile(rules, before, WATCHED)
    (event,) = evaluation.events
    assert (event.identity.alert, event.reason, "team" in event.labels) == ("AucDrop", RELABELLED, False)
    found = after(evaluation, before)
    assert all(
        state.labels == {"team": "ml"} for state in found.values() if state.identity.alert in ("Waits", "AucDrop")
    )
    assert reconcile(rules, found, WATCHED) == Evaluation((), ())


def test_windows_that_cannot_be_measured_are_no_rules_business() -> None:
    state, _ = health.failed(health.known({}, health.of_window("late_arrival", 86_400), {}), "away", day(0))
    assert reconcile([], {state.identity: state}, WATCHED) == Evaluation((), ())
    assert [event.reason for event in reconcile([], {state.identity: state}, {}).events] == [NO_MODEL]
