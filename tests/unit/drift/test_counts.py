"""Rows per bin, as the methods compare them."""

import numpy as np
import pyarrow as pa
import pytest

from monitor.drift.counts import TooFewRowsError, comparison_counts, noise, shares
from monitor.profile.bins import cut_bins
from monitor.profile.categorical import CategoricalProfile, Categories
from monitor.profile.numeric import NumericProfile


def test_nulls_and_nan_are_a_bin_of_their_own_and_come_last() -> None:
    bins = cut_bins(np.array([0.0, 1.0]))
    profile = NumericProfile.of(np.array([0.0, 1.0, 1.0, np.nan, np.inf, -5.0]), bins, nulls=3)
    assert comparison_counts(profile).tolist() == [1, 1, 2, 1, 4]


def test_other_unseen_and_null_follow_the_categories() -> None:
    categories = Categories(("a", "b"), frozenset({"rare"}))
    profile = CategoricalProfile.of(pa.array(["a", "b", "b", "rare", "new", None]), categories)
    assert comparison_counts(profile).tolist() == [1, 2, 1, 1, 1]


def test_every_row_is_in_one_bin() -> None:
    bins = cut_bins(np.random.default_rng(1).normal(size=5_000))
    profile = NumericProfile.of(np.random.default_rng(2).normal(1, 3, 700), bins, nulls=50)
    assert comparison_counts(profile).sum() == profile.rows == 750


def test_bins_that_are_empty_on_both_sides_are_left_out() -> None:
    before, now = shares(np.array([3.0, 0.0, 1.0]), np.array([0.0, 0.0, 2.0]), added=0.5)
    assert before.tolist() == pytest.approx([3.5 / 5, 1.5 / 5])
    assert now.tolist() == pytest.approx([0.5 / 3, 2.5 / 3])


@pytest.mark.parametrize("empty", ["reference", "current"])
def test_a_side_without_rows_cannot_be_compared(empty: str) -> None:
    sides = {"reference": np.ones(3), "current": np.ones(3), empty: np.zeros(3)}
    with pytest.raises(TooFewRowsError):
        shares(**sides)


def test_noise_falls_with_the_rows_of_either_side() -> None:
    assert noise(np.array([50.0, 50.0]), np.array([25.0])) == pytest.approx(0.01 + 0.04)
