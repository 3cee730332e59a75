"""What a backtest says, in words and numbers, of one model or of several, of one configuration or of two."""

from __future__ import annotations

from collections.abc import Sequence

from builders.limits import limits_of
from builders.readings import DAY, DRIFT, day

from alerts.evaluate import evaluate
from alerts.rule import Rule
from monitor.backtest.replay import Replay
from monitor.backtest.side import Backtest, Side
from monitor.calibration.budget import Budget
from monitor.calibration.kinds import Calibrated
from monitor.cli.backtest_cells import episodes, gaps, headline, once, remarks, rules
from monitor.measure import Wanted
from monitor.measurement import Estimate, Measurement
from monitor.window import Window

WANTED = Wanted("none", (DRIFT.metric,), (), min_rows=1, has_targets=False)
VALUES = [0.1, 0.3, 0.3, 0.1, 0.1, 0.4, 0.1]


def replay(
    *, model: str = "m", values: Sequence[float | None] = VALUES, rule: Rule = DRIFT, missing: int = 0
) -> Replay:
    readings = [
        Measurement(
            model, rule.metric, Window(day(number), day(number + 1)), Estimate(value, reason="" if value else "few")
        )
        for number, value in enumerate(values)
    ]
    gone = tuple(Window(day(number), day(number + 1)) for number in range(missing))
    events = evaluate([rule], readings, {}).events
    limits = limits_of(WANTED, [rule], {rule.name: Calibrated("above", Budget(1, 7 * DAY))} if rule.learned else {})
    return Replay(model, limits, Window(day(0), day(7)), 7, 0, gone, readings, events)


def backtest(*replays: Replay, beside: Sequence[Replay] = ()) -> Backtest:
    sides = [Side("as it is" if beside else "", replays)]
    return Backtest((*sides, Side("with the change", beside)) if beside else tuple(sides), 1.23)


def test_the_headline_says_what_was_replayed() -> None:
    assert headline(backtest(replay())) == "m: 7 windows of 2013-06-01 to 2013-06-08 (7 days) replayed in 1.2 s"
    many = backtest(*(replay(model=name) for name in "abcde"))
    assert headline(many).startswith("5 models: 35 windows")


def test_each_rule_stands_with_what_it_came_to() -> None:
    grid = rules(backtest(replay()), is_wide=True)
    assert grid.titles == ("rule", "fired", "a week", "share", "longest", "firing", "still")
    assert [row.cells for row in grid.rows] == [
        ("FeatureDrift", "2", "2.00", "100%", "2 d", "3 d", "-"),
        ("all", "2", "2.00", "", "", "", ""),
    ]
    assert [row.severity for row in grid.rows] == ["ticket", None]


def test_two_sides_stand_in_one_cell_where_they_differ() -> None:
    grid = rules(backtest(replay(), beside=[replay(values=[0.1] * 7)]), is_wide=False)
    assert [row.cells for row in grid.rows] == [
        ("FeatureDrift", "2 | 0", "2.00 | 0", "2 d | -", "3 d | -"),
        ("all", "2 | 0", "2.00 | 0", "", ""),
    ]


def test_a_budget_is_shown_where_a_rule_has_one() -> None:
    learned = Rule(name="Learned", metric=DRIFT.metric, learned=True)
    grid = rules(backtest(replay(rule=learned)), is_wide=True)
    assert (grid.titles[-1], grid.rows[0].cells[-1]) == ("budget", "1")


def test_an_episode_names_its_model_only_beside_others() -> None:
    found = backtest(replay(model="a"), replay(model="b"))
    assert found.has_many_models
    assert {row.cells[3] for row in episodes(found.first.episodes, is_wide=True, of_many=True).rows} == {
        "a: 1d",
        "b: 1d",
    }
    alone = episodes(backtest(replay()).first.episodes, is_wide=False, of_many=False)
    assert alone.titles == ("from", "rule", "of", "lasts", "worst", "limit")
    assert [row.cells for row in alone.rows] == [
        ("2013-06-03", "FeatureDrift", "1d", "2 d", "0.3", "0.2"),
        ("2013-06-07", "FeatureDrift", "1d", "1 d", "0.4", "0.2"),
    ]


def test_what_is_missing_comes_with_the_command_that_fills_it() -> None:
    (line,) = gaps(backtest(replay(missing=2)).first)
    assert line == (
        "m: 2 of 7 windows are not in the store, neither measured nor as profiles; fill them by"
        " `seamark backfill --from 2013-06-01 --to 2013-06-03 --model m`"
    )


def test_what_could_not_be_judged_is_said_once_where_both_sides_say_it() -> None:
    some, other = replay(values=[0.1, None, 0.1]), replay(values=[None, None])
    assert list(once(backtest(some), remarks)) == ["FeatureDrift: 1 of 3 values could not be judged, most of them: few"]
    assert len(list(once(backtest(some, beside=[some]), remarks))) == 1
    assert list(once(backtest(some, beside=[other]), remarks)) == [
        "(as it is) FeatureDrift: 1 of 3 values could not be judged, most of them: few",
        "(with the change) FeatureDrift: no verdict in the whole period: few",
    ]
