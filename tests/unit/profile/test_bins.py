"""Bins cut on the reference."""

import numpy as np
import pytest

from monitor.profile.bins import FINE_BINS, BinCutter, Bins, cut_bins

NORMAL = np.random.default_rng(1).normal(size=20_000)


def counts(bins: Bins, values: np.ndarray) -> np.ndarray:
    return bins.count(values)


def test_continuous_values_give_bins_of_equal_mass() -> None:
    inner = counts(cut_bins(NORMAL), NORMAL)[1:-1]
    assert FINE_BINS <= inner.size <= FINE_BINS + 8
    assert inner.max() <= NORMAL.size / FINE_BINS + 1


def test_bins_are_narrower_in_the_tails() -> None:
    inner = counts(cut_bins(NORMAL), NORMAL)[1:-1]
    assert inner[0] < NORMAL.size / FINE_BINS / 8
    assert inner[-1] < NORMAL.size / FINE_BINS / 8


def test_the_open_bins_hold_only_what_lies_outside_the_reference() -> None:
    bins = cut_bins(NORMAL)
    assert counts(bins, NORMAL)[[0, -1]].tolist() == [0, 0]
    beyond = np.array([np.nextafter(NORMAL.min(), -np.inf), NORMAL.min(), NORMAL.max(), NORMAL.max() * 2])
    assert counts(bins, beyond)[[0, -1]].tolist() == [1, 1]


def test_few_values_have_a_bin_each() -> None:
    values = np.repeat([1.0, 2.0, 5.0], [5, 3, 2])
    assert counts(cut_bins(values), values).tolist() == [0, 5, 3, 2, 0]


def test_float_noise_does_not_move_a_value_to_another_bin() -> None:
    bins = cut_bins(np.array([0.1, 0.2, 0.1 + 0.2, 0.4]))
    assert counts(bins, np.array([0.3])).tolist() == [0, 0, 0, 1, 0, 0]


def test_neighbouring_floats_keep_their_own_bins() -> None:
    values = np.array([1.0, np.nextafter(1.0, 2.0)])
    assert counts(cut_bins(values), values).tolist() == [0, 1, 1, 0]


def test_a_constant_column_tells_below_from_above() -> None:
    bins = cut_bins(np.full(50, 7.0))
    assert counts(bins, np.array([6.9, 7.0, 7.0, 7.1, 7.2])).tolist() == [1, 2, 2]


@pytest.mark.parametrize("offset", [0.0, 1e9, -1e15, 2.0**53])
def test_integers_with_a_huge_offset_keep_a_bin_each(offset: float) -> None:
    values = offset + 2 * np.arange(100.0)
    assert counts(cut_bins(values), values)[1:-1].tolist() == [1] * 100


def test_a_heavy_value_has_a_bin_of_its_own() -> None:
    values = np.concatenate([np.zeros(5_000), NORMAL])
    bins = cut_bins(values)
    assert 5_000 in counts(bins, values)
    assert bins.groups.size >= 8


def test_many_repeated_values_still_give_rising_edges() -> None:
    values = np.round(np.random.default_rng(1).lognormal(3, 1.5, 50_000))
    bins = cut_bins(values)
    assert np.unique(values).size > FINE_BINS
    assert (np.diff(bins.edges) > 0).all()
    assert counts(bins, values).sum() == values.size


@pytest.mark.parametrize("values", [NORMAL, np.round(NORMAL, 1), np.exp(NORMAL)], ids=["normal", "rounded", "skewed"])
def test_coarse_bins_hold_about_a_tenth_each(values: np.ndarray) -> None:
    bins = cut_bins(values)
    shares = bins.merge(counts(bins, values)) / values.size
    assert shares.size == 10
    assert shares.sum() == pytest.approx(1)
    assert np.abs(shares - 0.1).max() < 0.03


def test_a_few_values_are_their_own_coarse_bins() -> None:
    values = np.repeat([0.0, 1.0, 2.0], [90, 9, 1])
    bins = cut_bins(values)
    assert bins.merge(counts(bins, values)).tolist() == [0, 90, 9, 1, 0]


def test_no_value_gives_a_single_bin() -> None:
    bins = cut_bins(np.empty(0))
    assert bins.size == 1
    assert counts(bins, np.array([1.0, 2.0])).tolist() == [2]


def test_the_largest_floats_have_bins() -> None:
    values = np.array([-1.7976931348623157e308, 0.0, 1.7976931348623157e308])
    assert counts(cut_bins(values), values).tolist() == [0, 1, 1, 1, 0]


def test_the_extremes_do_not_depend_on_a_sample() -> None:
    values = np.random.default_rng(1).normal(size=300_000)
    values[[123_456, 234_567]] = -99.0, 99.0
    cutter = BinCutter()
    for part in np.array_split(values, 11):
        cutter.add(part)
    bins = cutter.cut()
    assert bins.edges[0] == -99.0
    assert bins.edges[-1] == np.nextafter(99.0, np.inf)


def test_what_is_no_finite_number_does_not_count_in_the_cut() -> None:
    cutter = BinCutter()
    cutter.add(np.array([np.nan, 1.0, np.inf, 2.0, -np.inf]))
    assert cutter.cut().matches(cut_bins(np.array([1.0, 2.0])))
