"""What of an evaluation is told, and what the states remember of it."""

from __future__ import annotations

from dataclasses import replace

from builders.readings import AUC_DROP, DAY, DRIFT, Seen, daily, day, drift
from hypothesis import given
from hypothesis import strategies as st

from alerts.announce import announce
from alerts.evaluate import evaluate
from alerts.rule import Rule
from alerts.state import AlertEvent, AlertState, Identity

GOOD, BAD = 0.8, 0.6
KEPT = replace(AUC_DROP, keep_firing_for=2 * DAY, annotations={"runbook_url": "https://example.org"})


class Watch:
    """Alerts, and what was told of them window by window."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules
        self.states: dict[Identity, AlertState] = {}

    def see(self, *readings: Seen, notify: bool = True) -> tuple[AlertEvent, ...]:
        """What is told of these readings."""
        evaluation, told = evaluate(self.rules, readings, self.states), ()
        if notify:
            evaluation, told = announce(self.rules, evaluation, self.states, notify=True, now=day(0))
        self.states.update({state.identity: state for state in evaluation.states})
        return told

    @property
    def is_told(self) -> bool:
        (state,) = self.states.values()
        return state.told


def words(told: tuple[AlertEvent, ...]) -> list[tuple[str, int]]:
    return [("fires" if event.fires else "resolves", event.episode) for event in told]


def test_a_firing_and_its_end_are_told_once_each() -> None:
    watch = Watch(AUC_DROP)
    told = [words(watch.see(reading)) for reading in daily([GOOD, BAD, BAD, GOOD, GOOD, BAD])]
    assert told == [[], [("fires", 1)], [], [("resolves", 1)], [], [("fires", 2)]]


def test_an_alert_of_which_nobody_was_told_is_told_as_it_stands_with_its_next_window() -> None:
    watch = Watch(KEPT)
    first, second, third, fourth = daily([BAD, BAD, 0.65, BAD])
    watch.see(first, second, notify=False)
    assert not watch.is_told
    (event,) = watch.see(third)
    assert (event.fires, event.episode, event.value, event.annotations) == (True, 1, 0.65, KEPT.annotations)
    assert (event.fired_at, event.window_end) == (first.window_end, third.window_end)
    assert event.reason == "roc_auc 0.65 is below 0.7, third window in a row"
    assert watch.is_told
    assert watch.see(fourth) == ()


def test_an_alert_that_recovers_is_told_as_firing_before_it_is_told_as_resolved() -> None:
    watch = Watch(KEPT)
    first, *others = daily([BAD, GOOD, GOOD, GOOD])
    watch.see(first, notify=False)
    assert [words(watch.see(reading)) for reading in others] == [[("fires", 1)], [], [("resolves", 1)]]


def test_the_end_of_what_nobody_knows_is_not_told_and_the_next_episode_is() -> None:
    watch = Watch(AUC_DROP)
    first, *others = daily([BAD, GOOD, BAD, GOOD])
    watch.see(first, notify=False)
    assert [words(watch.see(reading)) for reading in others] == [[], [("fires", 2)], [("resolves", 2)]]


def test_a_told_episode_says_nothing_about_the_next_one() -> None:
    watch = Watch(AUC_DROP)
    first, second, third, fourth = daily([BAD, GOOD, BAD, GOOD])
    watch.see(first, second)
    assert watch.is_told
    watch.see(third, notify=False)
    assert not watch.is_told
    assert watch.see(fourth) == ()


def test_several_windows_at_once_are_told_in_their_order() -> None:
    watch = Watch(AUC_DROP)
    assert words(watch.see(*daily([BAD, GOOD, BAD]))) == [("fires", 1), ("resolves", 1), ("fires", 2)]
    assert watch.is_told


def test_a_window_that_comes_again_tells_nothing_and_changes_nothing() -> None:
    watch = Watch(AUC_DROP)
    (reading,) = daily([BAD])
    watch.see(reading, notify=False)
    before = dict(watch.states)
    assert watch.see(reading) == ()
    assert watch.states == before


def test_a_series_that_is_absent_is_told_late_as_well() -> None:
    watch = Watch(DRIFT)
    watch.see(drift("dep_delay", 0.3), notify=False)
    (event,) = watch.see(drift("distance", 0.1, number=1))
    assert (event.identity.column_name, event.fires, event.value) == ("dep_delay", True, None)


def test_the_end_of_a_rule_is_told_only_where_the_firing_was() -> None:
    watch = Watch(DRIFT)
    watch.see(drift("known", 0.3))
    watch.see(drift("unknown", 0.3, number=1), notify=False)
    watch.rules = ()
    told = watch.see(drift("other", 0.1, number=2))
    assert [(event.identity.column_name, event.resolves) for event in told] == [("known", True)]


courses = st.lists(st.tuples(st.sampled_from([BAD, GOOD, None]), st.booleans()), max_size=20)


@given(courses, st.sampled_from([AUC_DROP, KEPT]))
def test_whoever_listens_hears_beginnings_and_ends_in_turn(course: list[tuple[float | None, bool]], rule: Rule) -> None:
    watch, heard = Watch(rule), []
    for reading, (_, notify) in zip(daily(value for value, _ in course), course, strict=True):
        heard += [event for event in watch.see(reading, notify=notify) if event.identity.alert == rule.name]
        (state,) = (state for identity, state in watch.states.items() if identity.alert == rule.name)
        assert not (notify and state.is_firing and not state.told)
    open_episode = 0
    for event in heard:
        assert event.episode > open_episode if event.fires else event.episode == open_episode
        open_episode = event.episode
