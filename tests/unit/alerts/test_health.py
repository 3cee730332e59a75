"""Alerts about the watching itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from builders.readings import AUC_DROP, DAY, DRIFT, SATURDAY, Seen, daily, day, drift
from hypothesis import given
from hypothesis import strategies as st

from alerts import health
from alerts.evaluate import evaluate
from alerts.rule import Rule, Selector
from alerts.state import AlertEvent, AlertState, Identity, labels_of
from alerts.step import GONE, PAUSED, VANISHED

TARGETS = "no targets have come for this window"


class Watch:
    """Alerts, moved reading by reading."""

    def __init__(self, *rules: Rule, patience: timedelta = 3 * DAY) -> None:
        self.rules, self.patience = rules, patience
        self.states: dict[Identity, AlertState] = {}
        self.events: list[AlertEvent] = []

    def see(self, *readings: Seen) -> list[AlertEvent]:
        """What these readings change of the alerts about missing data."""
        evaluation = evaluate(self.rules, readings, self.states, patience=self.patience)
        self.states.update({state.identity: state for state in evaluation.states})
        self.events.extend(evaluation.events)
        return [event for event in evaluation.events if event.identity.alert == health.NO_DATA]

    @property
    def firing(self) -> list[int]:
        """The days on which an alert about missing data began to fire."""
        about = (event for event in self.events if event.identity.alert == health.NO_DATA and event.fires)
        return [(event.window_end - SATURDAY).days for event in about]


def test_one_window_without_values_alarms_nobody_and_two_in_a_row_do() -> None:
    watch = Watch(DRIFT)
    columns = [f"column_{number}" for number in range(40)]
    for number, value in enumerate([0.1, None, 0.1, None, None]):
        watch.see(*(drift(column, value, number=number) for column in columns))
    assert watch.firing == [4] * 40


def test_it_keeps_every_label_of_the_series_and_names_the_rule() -> None:
    rule = replace(DRIFT, labels={"team": "ml"}, severity="page")
    watch = Watch(rule)
    for number in range(2):
        watch.see(replace(drift("dep_delay", None, number=number), reason="12 rows, at least 200 are wanted"))
    event = watch.events[-1]
    assert event.labels == {
        "alertname": "MonitorNoData",
        "model": "late_arrival",
        "metric": "population_stability_index",
        "column": "dep_delay",
        "window": "1d",
        "team": "ml",
        "rule": "FeatureDrift",
        "severity": "ticket",
    }
    assert event.reason == "no value, second window in a row: 12 rows, at least 200 are wanted"


def test_it_resolves_with_the_next_value() -> None:
    watch = Watch(AUC_DROP)
    told = [[event.to_state for event in watch.see(reading)] for reading in daily([None, None, None, 0.8, 0.8])]
    assert told == [["pending"], ["firing"], [], ["inactive"], []]


def test_the_same_window_again_is_not_a_second_one() -> None:
    watch = Watch(AUC_DROP)
    for reading in daily([None] * 2)[:1] * 3:
        watch.see(reading)
    assert watch.firing == []


def test_a_late_window_that_has_its_value_is_no_window_without_one() -> None:
    watch = Watch(AUC_DROP)
    *_, last = readings = daily([0.8, 0.8, 0.8])
    watch.see(last)
    for reading in readings:
        assert watch.see(reading) == []


def test_a_rule_that_says_what_is_missing_means_needs_no_other_alert() -> None:
    for on_missing in ("ignore", "fire"):
        watch = Watch(replace(AUC_DROP, on_missing=on_missing))
        watch.see(*daily([None] * 4))
        assert watch.firing == []


def test_a_segment_without_values_is_no_news_unless_its_alert_fires() -> None:
    rule = replace(AUC_DROP, select=Selector(segment="*"))
    for first, firing in ((0.8, []), (0.6, [2])):
        watch = Watch(rule)
        watch.see(*(replace(seen, segment_key="carrier", segment_value="AA") for seen in daily([first, None, None])))
        assert watch.firing == firing


def test_targets_that_may_still_come_are_waited_for() -> None:
    watch = Watch(AUC_DROP)
    watch.see(*(replace(seen, is_awaited=True) for seen in daily([None] * 6, reason=TARGETS)))
    assert watch.firing == [3]


def test_targets_that_always_come_two_days_late_alarm_nobody() -> None:
    watch = Watch(AUC_DROP)
    awaited = [replace(seen, is_awaited=True) for seen in daily([None] * 30, reason=TARGETS)]
    for number, known in enumerate(daily([0.8] * 28), start=2):
        watch.see(awaited[number - 2], awaited[number - 1], awaited[number])
        watch.see(known)
    assert watch.firing == []
    watch.see(*(Seen(window_end=day(number), is_awaited=True) for number in range(30, 34)))
    assert watch.firing == [31]


def test_it_ends_with_its_rule_its_pause_and_its_series() -> None:
    for rules, number, reason in (((), 2, GONE), ((replace(DRIFT, paused=True),), 2, PAUSED), ((DRIFT,), 3, VANISHED)):
        watch = Watch(DRIFT)
        watch.see(*(drift("dep_delay", None, number=number) for number in range(2)))
        watch.rules = rules
        told = [event for at in range(2, 5) for event in watch.see(drift("distance", 0.1, number=at))]
        assert [(event.resolves, event.reason, event.window_end) for event in told] == [(True, reason, day(number))]


@given(st.lists(st.sampled_from([0.6, 0.8, None]), max_size=20))
def test_its_events_are_without_gaps_and_alternate(course: list[float | None]) -> None:
    watch = Watch(AUC_DROP)
    for reading in daily(course):
        watch.see(reading)
    for name in (health.NO_DATA, AUC_DROP.name):
        events = [event for event in watch.events if event.identity.alert == name]
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        told = [event.fires for event in events if event.fires or event.resolves]
        assert told == [number % 2 == 0 for number in range(len(told))]


def test_a_failure_fires_at_once_and_once_and_resolves_once() -> None:
    identity = Identity(health.NOT_DELIVERED, "", "", "", "", "", "", 0, receiver="hook")
    state = health.known({}, identity, {})
    state, (fired,) = health.failed(state, "404 Not Found", day(0))
    state, again = health.failed(state, "404 Not Found", day(1))
    state, (resolved,) = health.recovered(state, "a message arrived", day(2))
    assert again == health.recovered(state, "another arrived", day(3))[1] == ()
    assert (fired.fires, fired.number, fired.labels["receiver"]) == (True, 1, "hook")
    assert (resolved.resolves, resolved.number, resolved.fired_at, resolved.window_end) == (True, 2, day(0), day(2))
    assert labels_of(state) == {"alertname": "NotificationFailed", "receiver": "hook", "severity": "ticket"}


def test_an_end_that_is_known_of_an_earlier_window_comes_no_earlier_than_the_beginning() -> None:
    state, _ = health.failed(health.known({}, health.of_window("m", 86_400), {}), "the database is away", day(5))
    state, (resolved,) = health.recovered(state, "measured", day(3))
    assert (resolved.window_end, state.resolved_at) == (day(5), day(5))
