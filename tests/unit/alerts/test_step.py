"""The state machine: tables of readings, and what becomes of the alert."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from builders.readings import AUC_DROP, DAY, at_rest, daily, day, play

from alerts.rule import Rule
from alerts.state import AlertState
from alerts.step import GONE, mark_error, step, withdraw

GOOD, BAD, BETTER = 0.8, 0.6, 0.71  # BETTER is past the limit of 0.7, but not past a `clear` of 0.72
SIGNS = {"inactive": "-", "pending": "p", "firing": "F", "recovering": "r"}


def course(rule: Rule, values: list[float | None]) -> str:
    """The state after each daily reading, one sign each."""
    return "".join(SIGNS[state.state] for state, _ in play(rule, daily(values)))


def changed(**changes: object) -> Rule:
    return replace(AUC_DROP, **changes)


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([GOOD, BAD, BAD, GOOD], "-FF-"),
        ([BAD, GOOD, BAD], "F-F"),
        ([0.7, 0.7], "--"),
        ([-math.inf, math.inf, GOOD], "FF-"),
    ],
)
def test_without_a_for_an_alert_fires_at_once_and_resolves_at_once(values: list[float | None], states: str) -> None:
    assert course(AUC_DROP, values) == states


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([BAD, BAD, BAD, BAD, GOOD], "ppFF-"),
        ([BAD, BAD, GOOD, BAD, BAD, BAD], "pp-ppF"),
        ([GOOD, BAD, GOOD], "-p-"),
    ],
)
def test_for_three_windows_fires_at_the_third_broken_window_in_a_row(values: list[float | None], states: str) -> None:
    assert course(changed(for_windows=3), values) == states


@pytest.mark.parametrize(
    ("length", "states"), [(timedelta(0), "FFFF"), (DAY, "pFFF"), (1.5 * DAY, "ppFF"), (2 * DAY, "ppFF")]
)
def test_for_a_length_fires_once_the_breach_is_that_old(length: timedelta, states: str) -> None:
    assert course(changed(for_length=length), [BAD] * 4) == states


def test_a_for_of_both_kinds_waits_for_both() -> None:
    assert course(changed(for_length=DAY, for_windows=3), [BAD] * 4) == "ppFF"
    assert course(changed(for_length=3 * DAY, for_windows=2), [BAD] * 5) == "pppFF"


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([BAD, GOOD, GOOD, GOOD, GOOD], "Frr--"),
        ([BAD, GOOD, BAD, GOOD, GOOD, GOOD], "FrFrr-"),
        ([BAD, GOOD, None, GOOD], "Frr-"),
        ([BAD, GOOD, GOOD, None, None], "Frrrr"),
    ],
)
def test_keep_firing_for_two_days_resolves_only_after_two_good_days(values: list[float | None], states: str) -> None:
    assert course(changed(keep_firing_for=2 * DAY), values) == states


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([BETTER, BETTER], "--"),
        ([BAD, BETTER, BETTER, GOOD, BETTER], "FFF--"),
        ([BAD, BETTER, 0.72], "FF-"),
    ],
)
def test_an_alert_that_fires_resolves_only_past_clear(values: list[float | None], states: str) -> None:
    assert course(changed(clear_below=0.72), values) == states


def test_a_value_that_falls_back_behind_clear_fires_again_without_a_new_episode() -> None:
    rule = changed(clear_below=0.72, keep_firing_for=2 * DAY)
    played = play(rule, daily([BAD, GOOD, BETTER, GOOD, GOOD, GOOD, BAD]))
    assert "".join(SIGNS[state.state] for state, _ in played) == "FrFrr-F"
    assert [state.episode for state, _ in played] == [1, 1, 1, 1, 1, 1, 2]


@pytest.mark.parametrize("nothing", [None, math.nan])
@pytest.mark.parametrize(("on_missing", "states"), [("hold", "-ppFFF"), ("ignore", "-p-p--"), ("fire", "-pFFFF")])
def test_on_missing_says_what_a_window_without_a_value_means(
    on_missing: str, states: str, nothing: float | None
) -> None:
    rule = changed(for_windows=2, on_missing=on_missing)
    assert course(rule, [GOOD, BAD, nothing, BAD, nothing, nothing]) == states


def test_infinity_is_never_good_and_broken_only_past_a_limit() -> None:
    assert course(AUC_DROP, [math.inf, BAD, math.inf, -math.inf, GOOD]) == "-FFF-"
    state, _ = play(AUC_DROP, daily([math.inf]))[-1]
    assert (state.health, state.value, state.reason) == ("no_data", None, "the value is infinite")


def test_a_series_that_never_had_a_value_fires_only_if_told_so() -> None:
    assert course(changed(on_missing="hold"), [None, math.nan]) == "--"
    assert course(changed(on_missing="fire"), [None, math.nan]) == "FF"


def test_a_window_without_a_value_says_so_beside_the_state() -> None:
    (_, (after, _)) = play(AUC_DROP, [*daily([BAD]), *daily([BAD, None], reason="12 rows, 200 are wanted")[1:]])
    assert (after.state, after.health, after.value) == ("firing", "no_data", None)
    assert after.reason == "12 rows, 200 are wanted"


def test_health_is_ok_again_with_the_next_value() -> None:
    assert [state.health for state, _ in play(AUC_DROP, daily([None, GOOD]))] == ["no_data", "ok"]


def test_a_late_window_moves_nothing() -> None:
    (state, _) = play(AUC_DROP, daily([GOOD, BAD]))[-1]
    late = daily([GOOD])[0]
    assert step(state, late, AUC_DROP) == (state, ())


def test_a_window_that_is_measured_again_moves_nothing() -> None:
    (state, _) = play(AUC_DROP, daily([BAD]))[-1]
    again = daily([GOOD])[0]
    assert step(state, again, AUC_DROP) == (state, ())


def test_a_run_that_failed_leaves_the_state_and_says_why_nothing_is_known() -> None:
    (state, _) = play(AUC_DROP, daily([BAD]))[-1]
    failed = mark_error(state, "the database is away")
    assert failed == replace(state, health="error", reason="the database is away")
    after, events = step(failed, daily([BAD, BAD])[1], AUC_DROP)
    assert (after.health, events) == ("ok", ())


def test_a_run_that_failed_leaves_an_alert_at_rest_and_says_why_nothing_is_known() -> None:
    (state, _) = play(AUC_DROP, daily([GOOD]))[-1]
    failed = mark_error(state, "the database is away")
    assert (failed.state, failed.health, failed.reason) == ("inactive", "error", "the database is away")
    after, (event,) = step(failed, daily([GOOD, BAD])[1], AUC_DROP)
    assert (after.state, after.health, event.from_state) == ("firing", "ok", "inactive")


def stood(sign: str) -> AlertState:
    """An alert that stands so after the second day."""
    rule = changed(for_windows=2, keep_firing_for=DAY)
    values = {"p": [GOOD, BAD], "F": [BAD, BAD], "r": [BAD, BAD, GOOD]}[sign]
    state, _ = play(rule, daily(values))[-1]
    assert SIGNS[state.state] == sign
    return state


@pytest.mark.parametrize("sign", ["p", "F", "r"])
def test_an_alert_without_a_rule_comes_to_rest_and_says_why(sign: str) -> None:
    before = stood(sign)
    after, (event,) = withdraw(before, day(3))
    assert (after.state, after.health, after.reason, after.value) == ("inactive", "ok", GONE, None)
    assert (after.last_window_end, after.breaches, after.active_since, after.recovering_since) == (
        day(3),
        0,
        None,
        None,
    )
    assert (event.from_state, event.to_state, event.window_end, event.reason) == (
        before.state,
        "inactive",
        day(3),
        GONE,
    )


@pytest.mark.parametrize(("sign", "resolved_at"), [("p", None), ("F", day(3)), ("r", day(3))])
def test_only_an_alert_that_fired_resolves_when_its_rule_is_gone(sign: str, resolved_at: object) -> None:
    after, (event,) = withdraw(stood(sign), day(3))
    assert (after.resolved_at, event.resolves) == (resolved_at, resolved_at is not None)
    assert event.fired_at == (after.fired_at if event.resolves else None)


def test_a_late_window_does_not_withdraw_an_alert() -> None:
    state = stood("F")
    assert state.last_window_end == day(1)
    for number in (0, 1):
        assert withdraw(state, day(number)) == (state, ())


def test_only_a_new_episode_forgets_that_the_alert_was_told() -> None:
    rule = changed(keep_firing_for=DAY)
    state, *_ = (state for state, _ in play(rule, daily([BAD])))
    state, told = replace(state, told=True), []
    for reading in daily([BAD, BAD, GOOD, GOOD, BAD])[1:]:
        state, _ = step(state, reading, rule)
        told.append((SIGNS[state.state], state.told))
    assert told == [("F", True), ("r", True), ("-", True), ("F", False)]


def test_the_times_of_an_episode_are_event_times() -> None:
    rule = changed(for_windows=2, keep_firing_for=2 * DAY)
    states = [state for state, _ in play(rule, daily([BAD, BAD, GOOD, GOOD, GOOD]))]
    firing, recovering, over = states[1], states[2], states[4]
    assert (firing.active_since, firing.fired_at, firing.resolved_at) == (day(0), day(1), None)
    assert (recovering.recovering_since, recovering.fired_at) == (day(2), day(1))
    assert (over.resolved_at, over.fired_at, over.active_since) == (day(4), day(1), None)
    assert over.recovering_since is None


def test_a_new_episode_forgets_when_the_last_one_resolved() -> None:
    state, _ = play(AUC_DROP, daily([BAD, GOOD, BAD]))[-1]
    assert (state.fired_at, state.resolved_at, state.episode) == (day(2), None, 2)


def test_every_change_of_state_is_an_event_with_its_reason() -> None:
    rule = changed(for_windows=2, keep_firing_for=DAY, clear_below=0.72)
    played = play(rule, daily([GOOD, 0.69, 0.671, BETTER, 0.73, 0.74]))
    told = [(event.from_state, event.to_state, event.reason) for _, events in played for event in events]
    assert told == [
        ("inactive", "pending", "roc_auc 0.69 is below 0.7"),
        ("pending", "firing", "roc_auc 0.671 is below 0.7, second window in a row"),
        ("firing", "recovering", "roc_auc 0.73 is back above 0.72 since 2013-06-05"),
        ("recovering", "inactive", "roc_auc 0.74 is back above 0.72 since 2013-06-05"),
    ]
    assert played[3][0].reason == "roc_auc 0.71 is not yet back above 0.72"


def test_an_event_carries_what_a_message_needs() -> None:
    rule = changed(severity="page", annotations={"runbook_url": "https://example.org"})
    (event,) = play(rule, daily([GOOD, BAD]))[-1][1]
    assert (event.value, event.limit_value, event.window_end) == (BAD, 0.7, day(1))
    assert (event.severity, event.episode, event.fired_at) == ("page", 1, day(1))
    assert event.annotations == {"runbook_url": "https://example.org"}


def test_a_resolved_event_says_when_its_episode_began() -> None:
    (event,) = play(AUC_DROP, daily([GOOD, BAD, BAD, GOOD]))[-1][1]
    assert (event.to_state, event.fired_at, event.window_end) == ("inactive", day(1), day(3))


def test_an_alert_at_rest_says_what_it_is_held_against() -> None:
    state, _ = play(AUC_DROP, daily([GOOD]))[-1]
    assert (state.value, state.limit_value, state.reason) == (GOOD, 0.7, "roc_auc 0.8 is not below 0.7")
    assert at_rest(AUC_DROP).last_window_end is None
