"""Limits that are learned from a reference keep to their budget, and still see what changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import norm

from monitor.calibration.budget import Budget
from monitor.calibration.learned import ROOT, History, Learned, learn
from monitor.calibration.season import movement
from monitor.drift.population_stability_index import population_stability_index
from monitor.profile.arrays import FloatArray, IntArray

BINS = 10
EDGES = norm.ppf(np.arange(1, BINS) / BINS)
ROWS = 2_000
DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class World:
    """Rows per bin of columns that are normal with a mean that moves as `means` says, shape (windows, series)."""

    means: FloatArray
    phases: IntArray
    random: np.random.Generator

    def counts(self) -> FloatArray:
        cumulative = norm.cdf(EDGES - self.means[..., None])
        edges = np.zeros((*self.means.shape, 1))
        shares = np.diff(np.concatenate([edges, cumulative, edges + 1], axis=-1), axis=-1)
        return self.random.multinomial(ROWS, shares).astype(np.float64)


def learned(counts: FloatArray, phases: IntArray, chance: float) -> Learned:
    whole = counts.sum(axis=0)
    values = np.array(
        [[population_stability_index(whole[s] - window[s], window[s]) for s in range(len(whole))] for window in counts]
    )
    expected = whole / whole.sum(axis=1, keepdims=True)
    movements = (counts / counts.sum(axis=2, keepdims=True) - expected) / np.sqrt(np.maximum(expected, 1e-9))
    noise = 1 / counts.sum(axis=2)
    return learn(History(values**ROOT, noise, movement(movements, phases), phases, is_distance=True), chance)


def false_alarms(world: World, windows: int) -> float:
    """Alarms of all series in a month, with limits learned from the first windows."""
    counts = world.counts()
    series = counts.shape[1]
    known = learned(counts[:windows], world.phases[:windows], Budget(1, MONTH).chance(series, DAY))
    reference = counts[:windows].sum(axis=0)
    alarms = 0
    for window, phase in zip(counts[windows:], world.phases[windows:], strict=True):
        for s in range(series):
            _, limit = known.bounds(s, phase=int(phase), noise=1 / window[s].sum())
            alarms += known.promises(s) and population_stability_index(reference[s], window[s]) ** ROOT > limit
    return alarms * 30 / (len(counts) - windows)


def persistent(random: np.random.Generator, windows: int, series: int, correlation: float) -> FloatArray:
    means = np.zeros((windows, series))
    means[0] = random.normal(0, 0.15, series)
    for now in range(1, windows):
        news = random.normal(0, 0.15 * np.sqrt(1 - correlation**2), series)
        means[now] = correlation * means[now - 1] + news
    return means


@pytest.mark.parametrize("kind", ["independent", "overdispersed", "heavy tails", "weekly", "persistent"])
def test_what_does_not_change_alarms_no_more_often_than_the_budget_allows(kind: str) -> None:
    months = []
    for seed in range(6):
        random = np.random.default_rng(seed)
        windows, series = 30 + 60, 12
        phases = np.arange(windows) % 7
        means = {
            "independent": np.zeros((windows, series)),
            "overdispersed": random.normal(0, 0.1, (windows, series)),
            "heavy tails": 0.06 * random.standard_t(3, (windows, series)),
            "weekly": 0.2 * np.sin(2 * np.pi * phases / 7)[:, None] + random.normal(0, 0.03, (windows, series)),
            "persistent": persistent(random, windows, series, 0.5),
        }[kind]
        months.append(false_alarms(World(means, phases, random), 30))
    assert np.mean(months) <= 1.5


def test_a_shift_of_four_tenths_of_a_deviation_is_seen() -> None:
    random = np.random.default_rng(7)
    counts = World(np.zeros((30, 50)), np.zeros(30, dtype=np.int64), random).counts()
    known = learned(counts, np.zeros(30, dtype=np.int64), Budget(1, MONTH).chance(50, DAY))
    shifted = World(np.full((1, 50), 0.4), np.zeros(1, dtype=np.int64), random).counts()[0]
    reference = counts.sum(axis=0)
    found = [
        population_stability_index(reference[s], shifted[s]) ** ROOT > known.bounds(s, phase=0, noise=1 / ROWS)[1]
        for s in range(50)
    ]
    assert np.mean(found) >= 0.95


def test_a_shift_is_seen_beside_what_means_do_by_themselves() -> None:
    random = np.random.default_rng(8)
    phases = np.zeros(30, dtype=np.int64)
    counts = World(random.normal(0, 0.1, (30, 50)), phases, random).counts()
    known = learned(counts, phases, Budget(1, MONTH).chance(50, DAY))
    shifted = World(random.normal(0.7, 0.1, (1, 50)), phases[:1], random).counts()[0]
    reference = counts.sum(axis=0)
    found = [
        population_stability_index(reference[s], shifted[s]) ** ROOT > known.bounds(s, phase=0, noise=1 / ROWS)[1]
        for s in range(50)
    ]
    assert np.mean(found) >= 0.9


def test_limits_of_windows_that_cling_to_one_another_hold_though_most_promise_nothing() -> None:
    beyond = []
    for seed in range(6):
        random = np.random.default_rng(seed)
        counts = World(persistent(random, 90, 12, 0.8), np.zeros(90, dtype=np.int64), random).counts()
        known = learned(counts[:30], np.zeros(30, dtype=np.int64), Budget(1, MONTH).chance(12, DAY))
        reference = counts[:30].sum(axis=0)
        assert sum(known.promises(s) for s in range(12)) <= 6
        for s in range(12):
            values = [population_stability_index(reference[s], window[s]) ** ROOT for window in counts[30:]]
            beyond.append(np.mean(np.array(values) > known.bounds(s, phase=0, noise=1 / ROWS)[1]))
    assert np.mean(beyond) * 12 * 30 < 3


def test_a_weekly_season_is_known_and_an_absent_one_is_not_made_up() -> None:
    random = np.random.default_rng(3)
    phases = np.arange(42) % 7
    weekly = World(0.3 * (phases == 6)[:, None] * np.ones((42, 4)), phases, random)
    flat = World(np.zeros((42, 4)), phases, random)
    assert learned(weekly.counts(), phases, 0.001).is_seasonal
    assert not learned(flat.counts(), phases, 0.001).is_seasonal


def test_a_short_reference_whose_windows_hang_together_seldom_promises_anything() -> None:
    random = np.random.default_rng(5)
    phases = np.zeros(20, dtype=np.int64)
    known = learned(World(3 * persistent(random, 20, 40, 0.95), phases, random).counts(), phases, 0.001)
    assert sum(known.promises(s) for s in range(40)) <= 8


def levels(values: FloatArray, rows: FloatArray) -> Learned:
    phases = np.zeros(len(values), dtype=np.int64)
    return learn(History(values, 1 / rows, movement(values[:, :, None], phases), phases, is_distance=False), 0.001)


def test_levels_reach_as_far_as_a_prediction_interval() -> None:
    values = np.random.default_rng(11).normal(0.8, 0.01, (200, 1))
    low, high = levels(values, np.full((200, 1), 500.0)).bounds(0, phase=0, noise=1 / 500)
    assert (low + high) / 2 == pytest.approx(0.8, abs=0.002)
    assert (high - low) / 2 == pytest.approx(0.01 * norm.isf(0.001), rel=0.35)


def test_levels_that_vary_with_their_rows_reach_further_where_there_are_few() -> None:
    random = np.random.default_rng(12)
    rows = np.exp(random.normal(6, 1, (150, 3)))
    known = levels(0.5 + random.normal(size=(150, 3)) / np.sqrt(rows), rows)
    few, many = (known.bounds(0, phase=0, noise=1 / n) for n in (100, 1_600))
    assert known.follows_noise
    assert few[1] - few[0] == pytest.approx(4 * (many[1] - many[0]))


def test_more_rows_than_ever_narrow_nothing_that_the_reference_did_not_show() -> None:
    known = levels(np.random.default_rng(13).normal(size=(50, 2)), np.full((50, 2), 500.0))
    assert known.bounds(0, phase=0, noise=1 / 5_000_000) == known.bounds(0, phase=0, noise=1 / 500)


def test_windows_without_a_value_are_left_out() -> None:
    values = np.random.default_rng(14).normal(0.8, 0.01, (60, 2))
    values[::3, 1] = np.nan
    known = levels(values, np.full((60, 2), 500.0))
    assert list(known.windows) == [60, 40]
    assert np.isfinite(known.bounds(1, phase=0, noise=1 / 500)).all()


def test_a_phase_that_the_reference_did_not_have_takes_the_highest_centre() -> None:
    random = np.random.default_rng(15)
    phases = np.arange(60) % 2
    values = (phases * 3.0)[:, None] + random.normal(0, 0.1, (60, 1))
    noise = np.ones((60, 1))
    known = learn(History(values, noise, movement(values[:, :, None], phases), phases, is_distance=False), 0.001)
    centres = [np.mean(known.bounds(0, phase=phase, noise=1.0)) for phase in (0, 1, 5)]
    assert centres == pytest.approx([0.0, 3.0, 3.0], abs=0.1)


def test_columns_that_were_constant_have_a_limit_and_leave_those_of_others_as_they_are() -> None:
    random = np.random.default_rng(16)
    phases = np.zeros(30, dtype=np.int64)
    moving = World(random.normal(0, 0.1, (30, 4)), phases, random).counts()
    constant = np.zeros((30, 6, BINS))
    constant[..., 0] = ROWS
    alone = learned(moving, phases, 0.001)
    together = learned(np.concatenate([moving, constant], axis=1), phases, 0.001)
    limits = [together.bounds(s, phase=0, noise=1 / ROWS)[1] for s in range(10)]
    assert limits[:4] == pytest.approx([alone.bounds(s, phase=0, noise=1 / ROWS)[1] for s in range(4)], rel=0.5)
    assert max(limits[4:]) ** 3 < 0.2


def test_where_every_column_was_constant_a_little_is_borne() -> None:
    constant = np.zeros((30, 3, BINS))
    constant[..., 0] = ROWS
    known = learned(constant, np.zeros(30, dtype=np.int64), 0.001)
    assert known.bounds(0, phase=0, noise=1 / ROWS)[1] ** 3 < 0.01
