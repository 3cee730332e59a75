"""What is kept of a numeric column."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from monitor.profile.bins import cut_bins
from monitor.profile.numeric import NumericProfile

MIXED = np.array([1.0, np.nan, 0.0, -0.0, np.inf, -np.inf, 3.0, np.nan, 2.0, np.inf])
BINS = cut_bins(np.array([0.0, 1.0, 2.0, 3.0]))


def test_every_row_is_counted_for_what_it_is() -> None:
    profile = NumericProfile.of(MIXED, BINS, nulls=4)
    assert profile.rows == 14
    assert profile.nulls == 4
    assert profile.nans == 2
    assert profile.positive_infinities == 2
    assert profile.negative_infinities == 1
    assert profile.zeros == 2
    assert profile.values == 5
    assert profile.invalid == 5
    assert profile.missing == 6


def test_extremes_and_moments_are_of_the_finite_values() -> None:
    profile = NumericProfile.of(MIXED, BINS)
    finite = MIXED[np.isfinite(MIXED)]
    assert (profile.minimum, profile.maximum) == (0.0, 3.0)
    assert profile.moments.mean == pytest.approx(finite.mean())
    assert profile.moments.standard_deviation == pytest.approx(finite.std(ddof=1))


def test_infinite_values_lie_outside_the_reference_for_drift_but_are_invalid_not_out_of_range() -> None:
    profile = NumericProfile.of(MIXED, BINS)
    assert profile.counts.tolist() == [0, 2, 1, 1, 1, 0]
    assert profile.fine_counts().tolist() == [1, 2, 1, 1, 1, 2]
    assert profile.outside == 0


def test_values_outside_the_reference_are_counted() -> None:
    assert NumericProfile.of(np.array([-1.0, 0.0, 3.0, 3.1, 99.0]), BINS).outside == 3


def test_a_column_without_a_number_has_no_extremes() -> None:
    profile = NumericProfile.of(np.array([np.nan, np.inf]), BINS, nulls=3)
    assert profile.minimum is None
    assert profile.maximum is None
    assert profile.values == 0
    assert profile.rows == 5


def test_a_reference_without_a_number_takes_whatever_comes() -> None:
    bins = cut_bins(np.empty(0))
    profile = NumericProfile.of(np.array([1.0, 2.0]), bins)
    assert profile.values == 2
    assert profile.outside == 0


def test_profiles_on_different_bins_do_not_add_up() -> None:
    other = cut_bins(np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="different bins"):
        NumericProfile.of(MIXED, BINS) + NumericProfile.of(MIXED, other)


def test_a_profile_survives_pickling_and_still_adds_up() -> None:
    profile = NumericProfile.of(MIXED, BINS)
    copy = pickle.loads(pickle.dumps(profile))
    assert copy.canonical() == profile.canonical()
    assert (profile + copy).rows == 20


def test_any_other_count_gives_other_bytes() -> None:
    profile = NumericProfile.of(MIXED, BINS)
    changed = [
        replace(profile, nulls=1),
        replace(profile, nans=1),
        replace(profile, maximum=4.0),
        replace(profile, counts=profile.counts[::-1]),
        replace(profile, bins=cut_bins(np.array([0.0, 1.0, 2.0, 3.5]))),
    ]
    assert len({profile.canonical(), *(other.canonical() for other in changed)}) == 6


def test_offsets_sum_up_the_distance_from_the_lower_edge() -> None:
    bins = cut_bins(np.array([0.0, 10.0]))
    values = np.array([-3.0, 15.0, 1.0, 6.0, 2.0, -1.0])
    assert NumericProfile.of(values, bins).offsets.tolist() == pytest.approx([-4.0, 3.0, 1.0, 5.0])
