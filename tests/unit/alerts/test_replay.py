"""How alerts stand is what a replay of all stored readings gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from builders.readings import AUC_DROP, DAY, DRIFT, Seen, day, drift
from hypothesis import given
from hypothesis import strategies as st

from alerts.evaluate import evaluate, replay
from alerts.health import NAMES
from alerts.rule import Rule
from alerts.state import AlertState, Identity

DAYS = 8
drift_rules = st.builds(
    replace,
    st.just(DRIFT),
    for_windows=st.integers(1, 3),
    keep_firing_for=st.sampled_from([timedelta(0), DAY]),
    on_missing=st.sampled_from(["hold", "ignore", "fire"]),
)
auc_rules = st.builds(
    replace,
    st.just(AUC_DROP),
    for_windows=st.integers(1, 3),
    for_length=st.sampled_from([None, DAY, 2 * DAY]),
    clear_below=st.sampled_from([None, 0.72]),
    keep_firing_for=st.sampled_from([timedelta(0), DAY, 2 * DAY]),
)
readings = st.lists(
    st.builds(
        drift,
        st.sampled_from(["dep_delay", "distance"]),
        st.sampled_from([0.1, 0.3, None]),
        number=st.integers(0, DAYS - 1),
        model=st.sampled_from(["late_arrival", "taxi_fare"]),
    ),
    max_size=20,
    unique_by=lambda reading: (reading.model, reading.column_name, reading.window_end),
)


def live(rules: Iterable[Rule], runs: Iterable[list[Seen]]) -> Mapping[Identity, AlertState]:
    """The alerts after one run after the other."""
    states: dict[Identity, AlertState] = {}
    for run in runs:
        states |= {state.identity: state for state in evaluate([*rules], run, states).states}
    return states


@given(drift_rules, readings)
def test_runs_in_the_order_of_time_leave_what_their_replay_gives(rule: Rule, found: list[Seen]) -> None:
    runs = [[seen for seen in found if seen.window_end == day(number)] for number in range(DAYS)]
    assert live([rule], runs) == replay([rule], found)


@given(drift_rules, readings, st.data())
def test_runs_that_come_twice_leave_it_too(rule: Rule, found: list[Seen], data: st.DataObject) -> None:
    runs: list[list[Seen]] = []
    for number in range(DAYS):
        runs.append([seen for seen in found if seen.window_end == day(number)])
        runs += data.draw(st.lists(st.sampled_from(runs), max_size=2))
    assert live([rule], runs) == replay([rule], found)


@given(auc_rules, st.lists(st.tuples(st.sampled_from([0.6, 0.71, 0.8]), st.integers(0, 3)), max_size=12))
def test_values_that_come_late_but_in_order_leave_what_they_would_have_left_in_time(
    rule: Rule, course: list[tuple[float, int]]
) -> None:
    comes = [max(number + late for number, (_, late) in enumerate(course[: at + 1])) for at in range(len(course))]
    runs: list[list[Seen]] = []
    for now in range(len(course)):
        if comes[now] > now:
            runs.append([Seen(window_end=day(now))])
        runs += [
            [Seen(value=value, window_end=day(number))]
            for number, (value, _) in enumerate(course)
            if comes[number] == now
        ]
    stored = [
        Seen(value=value if comes[number] < len(course) else None, window_end=day(number))
        for number, (value, _) in enumerate(course)
    ]
    left = {identity: state for identity, state in live([rule], runs).items() if identity.alert not in NAMES}
    in_time = {identity: state for identity, state in replay([rule], stored).items() if identity.alert not in NAMES}
    assert left == in_time
