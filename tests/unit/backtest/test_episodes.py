"""Episodes: from changes of state to what fired, from when to when, how bad."""

from __future__ import annotations

from collections.abc import Sequence

from builders.readings import DAY, DRIFT, Seen, day, drift

from alerts.bounds import Bounds
from alerts.evaluate import evaluate
from alerts.rule import Rule
from monitor.backtest.episodes import Episode, courses, episodes, only_in, point
from monitor.backtest.summary import covered


def found(rule: Rule, readings: Sequence[Seen], *, until: float) -> list[Episode]:
    events = evaluate([rule], readings, {}).events
    return episodes(events, courses([rule], readings, {event.identity for event in events}), day(until))


def test_an_episode_lasts_from_firing_to_its_end_and_knows_its_worst_value() -> None:
    readings = [drift("a", value, number=number) for number, value in enumerate([0.1, 0.3, 0.9, 0.4, 0.1])]
    (one,) = found(DRIFT, readings, until=10)
    assert (one.start, one.end, one.lasts) == (day(1), day(4), 3 * DAY)
    assert (one.worst, one.limit) == (0.9, 0.2)


def test_what_still_fires_lasts_to_the_end_of_the_period() -> None:
    (one,) = found(DRIFT, [drift("a", 0.3, number=2)], until=10)
    assert (one.end, one.until, one.lasts) == (None, day(10), 8 * DAY)


def test_one_that_recovers_and_breaks_again_is_one_episode() -> None:
    rule = Rule(name="Drift", metric=DRIFT.metric, above=0.2, keep_firing_for=3 * DAY)
    readings = [drift("a", value, number=number) for number, value in enumerate([0.3, 0.1, 0.3, 0.1, 0.1, 0.1, 0.1])]
    (one,) = found(rule, readings, until=10)
    assert (one.start, one.end) == (day(0), day(6))


def test_each_series_has_its_own_episodes_in_the_order_of_their_start() -> None:
    readings = [drift("b", 0.3, number=0), drift("a", 0.3, number=1), drift("b", 0.1, number=1)]
    assert [(one.identity.column_name, one.start) for one in found(DRIFT, readings, until=2)] == [
        ("b", day(0)),
        ("a", day(1)),
    ]


def test_a_learned_limit_is_that_of_the_window_with_the_worst_value() -> None:
    rule = Rule(name="Learned", metric=DRIFT.metric, learned=True)
    readings = [
        Seen(value=value, metric=rule.metric, window_end=day(number), bounds={"Learned": Bounds(high=high)})
        for number, (value, high) in enumerate([(0.3, 0.2), (0.5, 0.1), (0.6, 0.4)])
    ]
    (one,) = found(rule, readings, until=3)
    assert (one.worst, one.limit) == (0.5, 0.1)


def test_a_value_below_its_limit_is_as_bad_as_it_is_far_below() -> None:
    rule = Rule(name="Low", metric="roc_auc", below=0.7)
    readings = [Seen(value=value, window_end=day(number)) for number, value in enumerate([0.69, 0.5, 0.6])]
    (one,) = found(rule, readings, until=3)
    assert (one.worst, one.limit) == (0.5, 0.7)


def test_a_window_without_a_value_fires_without_a_worst_value() -> None:
    rule = Rule(name="Low", metric="roc_auc", below=0.7, on_missing="fire")
    (one,) = found(rule, [Seen(value=None, reason="no rows")], until=3)
    assert one.worst is None
    assert one.reason == "no rows"


def test_a_point_without_limits_says_why() -> None:
    rule = Rule(name="Learned", metric="roc_auc", learned=True)
    seen = point(rule, Seen(value=0.7, bounds={"Learned": Bounds(reason="too few windows")}))
    assert (seen.low, seen.high, seen.reason, seen.broken) == (None, None, "too few windows", None)
    assert point(rule, Seen(value=float("nan"))).broken is None


def test_the_time_in_which_anything_fires_is_counted_once() -> None:
    readings = [
        *(drift("a", value, number=number) for number, value in enumerate([0.3, 0.3, 0.3, 0.1])),
        *(drift("b", value, number=number) for number, value in enumerate([0.1, 0.1, 0.3, 0.3, 0.3, 0.1])),
        *(drift("c", value, number=number) for number, value in enumerate([0.1] * 8 + [0.3, 0.1])),
    ]
    assert covered(found(DRIFT, readings, until=20)) == 6 * DAY
    assert covered([]) == 0 * DAY


def test_only_what_no_other_tells_of_at_the_time_is_alone() -> None:
    some = found(DRIFT, [drift("a", 0.3, number=1), drift("a", 0.1, number=2), drift("a", 0.3, number=8)], until=10)
    others = found(DRIFT, [drift("a", 0.3, number=0), drift("a", 0.1, number=1), drift("b", 0.3, number=8)], until=10)
    assert [one.start for one in only_in(some, others)] == [day(8)]
    assert [one.identity.column_name for one in only_in(others, some)] == ["b"]
