"""The made-up histories of the bench of truth are what they say, and its intervals cover."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bench.truth.alarm import Alarm, delay, episodes
from bench.truth.bars import FEWER, MISSED, OVER, TENTH
from bench.truth.catalogue import CHANGES, QUIET, SCENARIOS
from bench.truth.draw import draw_rows
from bench.truth.intervals import rate, share
from bench.truth.judge import judged
from bench.truth.page import markdown
from bench.truth.profiles import counted_profiles, profiles_of_rows
from bench.truth.real import REAL
from bench.truth.row import EVIDENTLY, NANNYML, Row
from bench.truth.scenario import Change, Scenario, Variation
from bench.truth.tally import changed, quiet
from bench.truth.world import World, make_world, movements, seeded

from monitor.drift.counts import comparison_counts

SMALL = Scenario("small", "", numeric=3, categorical=2, rows=400, reference=6, live=6)


def world_of(scenario: Scenario) -> World:
    return make_world(scenario, seeded(scenario, 0))


def changing(kind: str, column: str, size: float = 0.0, over: int = 1) -> World:
    return world_of(replace(SMALL, change=Change(kind, (column,), size, at=2, over=over)))


@pytest.mark.parametrize("scenario", [*QUIET, *CHANGES], ids=lambda scenario: scenario.name)
def test_every_history_has_all_its_windows_and_shares_that_add_up(scenario: Scenario) -> None:
    world = world_of(replace(scenario, reference=5, live=12))
    assert world.windows == 17
    assert len(world.numeric) + len(world.categorical) == scenario.columns
    assert world.shares.sum(axis=2) == pytest.approx(np.ones(world.shares.shape[:2]))
    assert (world.shares >= 0).all()
    assert (world.nulls < 1).all()


def test_no_two_scenarios_have_one_name_and_only_changes_change() -> None:
    assert len(SCENARIOS) == len(QUIET) + len(CHANGES)
    assert all(scenario.change is None for scenario in QUIET)
    for scenario in CHANGES:
        assert scenario.change is not None
        assert scenario.change.at < scenario.live


def test_the_same_run_is_the_same_history_and_another_is_not() -> None:
    scenario = SCENARIOS["persistent"]
    one, again, other = (make_world(scenario, seeded(scenario, run)) for run in (3, 3, 4))
    assert np.array_equal(one.mean, again.mean)
    assert not np.array_equal(one.mean, other.mean)


def test_nothing_changes_before_the_change() -> None:
    world = changing("shift", "number_001", 0.4)
    assert set(np.round(world.mean[:8, 1], 9)) == {5.0}
    assert set(np.round(world.mean[8:, 1], 9)) == {5.4}
    assert set(np.round(world.mean[:, 2], 9)) == {5.0}


def test_a_gradual_change_comes_in_equal_steps() -> None:
    world = changing("shift", "number_001", 0.4, over=4)
    assert world.mean[7:, 1] == pytest.approx([5.0, 5.1, 5.2, 5.3, 5.4])


def test_units_change_mean_and_deviation_alike() -> None:
    world = changing("factor", "number_002", 1_000.0)
    assert (world.mean[8, 2], world.scale[8, 2]) == (5_000.0, 1_000.0)


def test_a_new_category_takes_from_all_others_and_a_swap_from_one() -> None:
    new, swap = changing("new category", "category_001", 0.1), changing("swap", "category_001", 0.1)
    assert new.shares[8, 1, -1] == pytest.approx(0.1)
    assert new.shares[8, 1, :-1] == pytest.approx(0.9 * new.shares[7, 1, :-1])
    assert swap.shares[8, 1] - swap.shares[7, 1] == pytest.approx([-0.1, 0.1, *[0.0] * 7])


def test_movements_have_the_spread_persistence_and_likeness_that_they_are_asked_for() -> None:
    varies = Variation(0.2, persistence=0.6, shared=0.5)
    moves = movements(replace(SMALL, varies=varies, reference=4_000), seeded(SMALL, 1))
    assert moves.std() == pytest.approx(0.2, rel=0.1)
    assert np.corrcoef(moves[:-1, 0], moves[1:, 0])[0, 1] == pytest.approx(0.6, abs=0.07)
    assert abs(np.corrcoef(moves[:, 0], moves[:, 1])[0, 1]) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("column", ["score", "number_001", "prediction", "category_001"])
def test_counts_that_are_drawn_are_those_of_rows(column: str) -> None:
    scenario = replace(SMALL, rows=20_000, change=Change("nulls", ("number_001", "category_001"), 0.2, at=0))
    world = world_of(scenario)
    drawn, made = (
        np.mean([comparison_counts(profile.columns[column]) for profile in profiles[6:]], axis=0)
        for profiles in (counted_profiles(world, seeded(scenario, 1)), profiles_of_rows(world, seeded(scenario, 2)))
    )
    assert drawn == pytest.approx(made, abs=150)


def test_a_constant_column_falls_into_one_bin() -> None:
    counts = comparison_counts(
        counted_profiles(changing("constant", "number_001"), seeded(SMALL, 1))[9].columns["number_001"]
    )
    assert np.count_nonzero(counts[:-1]) == 1


def test_rows_hold_nulls_as_nan_and_as_none() -> None:
    world = changing("nulls", "category_001", 0.5)
    rows = draw_rows(world, 8, ["score", "category_001"], np.random.default_rng(0))
    assert np.isnan(rows["score"]).mean() == pytest.approx(0.02, abs=0.02)
    assert np.mean([value is None for value in rows["category_001"]]) == pytest.approx(0.52, abs=0.1)


@pytest.mark.parametrize("expected", [0.5, 3.0, 20.0])
def test_the_interval_of_a_rate_covers(expected: float) -> None:
    random = np.random.default_rng(0)
    runs = random.poisson(expected / 10, (400, 10))
    covered = [found.lower <= expected <= found.upper for found in (rate(list(counts), 1.0) for counts in runs)]
    assert np.mean(covered) >= 0.93


def test_alarms_in_heaps_widen_the_interval_of_a_rate() -> None:
    even, heaped = rate([2] * 20, 20), rate([0] * 18 + [20] * 2, 20)
    assert even.value == heaped.value
    assert heaped.lower < even.lower < even.upper < heaped.upper


@pytest.mark.parametrize("chance", [0.05, 0.5, 0.95])
def test_the_interval_of_a_share_covers(chance: float) -> None:
    found = np.random.default_rng(1).binomial(60, chance, 500)
    covered = [one.lower <= chance <= one.upper for one in (share(int(count), 60) for count in found)]
    assert np.mean(covered) >= 0.92


def test_an_episode_counts_once_however_long_it_is() -> None:
    assert episodes([{"a"}, {"a", "b"}, set(), {"a"}]) == [Alarm(0, "a"), Alarm(1, "b"), Alarm(3, "a")]


def test_the_delay_counts_the_window_of_the_change_as_the_first() -> None:
    assert delay([Alarm(2, "a"), Alarm(6, "a"), Alarm(5, "b")], {"a"}, at=5) == 2
    assert delay([Alarm(2, "a")], {"a"}, at=5) is None


def test_a_tally_parts_right_alarms_from_false_ones() -> None:
    runs = [[Alarm(5, "a"), Alarm(7, "b")], [Alarm(9, "a")], [Alarm(1, "a")]]
    tally = changed(runs, {"a"}, 5, months=1.0)
    assert tally.found is not None
    assert (tally.false_alarms.value, tally.found.value, tally.delay) == pytest.approx((2 / 3, 1 / 3, 5))


def test_a_real_history_that_is_not_there_is_a_line_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        REAL["electricity"](tmp_path)


def test_flights_are_there_with_the_demo() -> None:
    history = REAL["flights"](Path())
    assert (history.reference, history.live) == (13, 9)
    assert min(map(len, history.windows)) > 5_000
    assert history.batches()[0].schema.names == ["carrier", "origin"]


def row(title: str, false: int, found: int | None = None, peer: int = 0) -> Row:
    if found is None:
        quiet_runs = [[Alarm(0, "a")] * false]
        return Row(title, {30: quiet(quiet_runs, 100.0)}, {EVIDENTLY: quiet([[Alarm(0, "a")] * 90], 1.0)} | _NANNYML)
    seen = [[Alarm(5, "a")]] * found + [[]] * (10 - found)
    by_peer = [[Alarm(5, "a")]] * peer + [[]] * (10 - peer)
    return Row(title, {30: changed(seen, {"a"}, 5, 1.0)}, {EVIDENTLY: changed(by_peer, {"a"}, 5, 1.0)})


_NANNYML = {NANNYML: quiet([[Alarm(0, "a")] * 50], 1.0)}


def test_the_bars_are_held_against_the_worst_of_all_histories() -> None:
    rows = [row("calm", 1), row("loud", 400), row("seen", 0, 10), row("half seen", 0, 5, peer=8)]
    found = {finding.bar: finding for finding in judged(rows)}
    assert found[OVER].how == "loud"
    assert (found[MISSED].value, found[MISSED].how) == (0.5, "half seen")
    assert (found[FEWER].value, found[FEWER].how) == (1.0, "half seen")
    assert found[TENTH].value == pytest.approx(4.01 / 100)


def test_the_page_has_a_line_for_every_history_and_says_what_was_not_there() -> None:
    page = markdown([row("calm", 1), row("seen", 0, 10), Row("real: census", note="not there: x")], "2 cores.")
    assert "| calm | - | 0.01 (0.00 to 0.06) |" in page
    assert "100 % (72 to 100), median window 1" in page
    assert "not there: x" in page
