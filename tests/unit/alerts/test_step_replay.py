"""The state machine under any course of readings."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

from builders.readings import DAY, Seen, daily, play
from hypothesis import given
from hypothesis import strategies as st

from alerts.rule import Rule

values = st.lists(st.sampled_from([0.6, 0.65, 0.7, 0.71, 0.72, 0.8, None, math.nan]), max_size=25)
rules = st.builds(
    Rule,
    name=st.just("AucDrop"),
    metric=st.just("roc_auc"),
    below=st.just(0.7),
    clear_below=st.sampled_from([None, 0.72]),
    for_windows=st.integers(1, 3),
    for_length=st.sampled_from([None, timedelta(0), DAY, 2 * DAY]),
    keep_firing_for=st.sampled_from([timedelta(0), DAY, 2 * DAY]),
    on_missing=st.sampled_from(["hold", "ignore", "fire"]),
)


@given(rules, values)
def test_a_replay_gives_the_same_states_and_events(rule: Rule, course: list[float | None]) -> None:
    assert play(rule, daily(course)) == play(rule, daily(course))


@given(rules, values, st.data())
def test_readings_that_come_again_or_late_change_nothing(
    rule: Rule, course: list[float | None], data: st.DataObject
) -> None:
    readings = daily(course)
    with_repeats: list[Seen] = []
    for number, reading in enumerate(readings):
        with_repeats += [reading, *data.draw(st.lists(st.sampled_from(readings[: number + 1]), max_size=2))]
    once, again = play(rule, readings), play(rule, with_repeats)
    assert [state for state, _ in once][-1:] == [state for state, _ in again][-1:]
    assert _events(once) == _events(again)


def _events(played: list) -> list:
    return [event for _, events in played for event in events]


@given(rules, values)
def test_firing_and_resolved_alternate_and_begin_with_firing(rule: Rule, course: list[float | None]) -> None:
    told = [event for event in _events(play(rule, daily(course))) if event.fires or event.resolves]
    assert [event.fires for event in told] == [number % 2 == 0 for number in range(len(told))]
    assert [event.episode for event in told] == [number // 2 + 1 for number in range(len(told))]


@given(rules, values)
def test_each_event_begins_where_the_last_one_ended(rule: Rule, course: list[float | None]) -> None:
    events = _events(play(rule, daily(course)))
    assert all(before.to_state == after.from_state for before, after in pairwise(events))
    assert all(event.from_state != event.to_state for event in events)
    assert all(before.window_end < after.window_end for before, after in pairwise(events))


@given(rules, values)
def test_on_hold_no_window_without_a_value_changes_a_state(rule: Rule, course: list[float | None]) -> None:
    for state, events in play(rule, daily(course)):
        if rule.on_missing == "hold" and state.health == "no_data":
            assert events == ()


@given(rules, values)
def test_nan_is_treated_as_no_value(rule: Rule, course: list[float | None]) -> None:
    nans = [math.nan if value is None else value for value in course]
    nones = [None if value is None or math.isnan(value) else value for value in course]
    assert play(rule, daily(nans, reason="empty")) == play(rule, daily(nones, reason="empty"))


@given(st.integers(1, 4), st.lists(st.sampled_from([0.6, 0.7, 0.8]), max_size=30))
def test_an_alert_fires_just_where_the_last_n_windows_are_all_broken(for_windows: int, course: list[float]) -> None:
    rule = Rule(name="AucDrop", metric="roc_auc", below=0.7, for_windows=for_windows)
    fires = [state.is_firing for state, _ in play(rule, daily(course))]
    expected = [
        end >= for_windows and all(value < 0.7 for value in course[end - for_windows : end])
        for end in range(1, len(course) + 1)
    ]
    assert fires == expected


@given(rules, values)
def test_the_times_of_a_state_never_contradict_it(rule: Rule, course: list[float | None]) -> None:
    for state, _ in play(rule, daily(course)):
        assert (state.active_since is not None) is state.is_open
        assert (state.recovering_since is not None) is (state.state == "recovering")
        assert (state.fired_at is not None) is (state.episode > 0)
        assert (state.resolved_at is not None) is (state.episode > 0 and not state.is_firing)
