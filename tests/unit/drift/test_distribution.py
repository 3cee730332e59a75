"""The distribution of a column, as people see it."""

import numpy as np
import pyarrow as pa
import pytest

from monitor.drift.distribution import current_counts, reference_bins, short_texts
from monitor.profile.bins import cut_bins
from monitor.profile.categorical import CategoricalProfile, CategoryCounter
from monitor.profile.numeric import NumericProfile


def numeric(values: np.ndarray, *, nulls: int = 0) -> NumericProfile:
    return NumericProfile.of(values, cut_bins(values), nulls=nulls)


def categorical(values: list[str | None]) -> CategoricalProfile:
    array = pa.array(values, pa.string())
    counter = CategoryCounter()
    counter.add(array)
    return CategoricalProfile.of(array, counter.cut())


def labels(column: NumericProfile | CategoricalProfile) -> list[str]:
    return [each.label for each in reference_bins(column)]


DRAW = np.random.default_rng(1)
COLUMNS = {
    "continuous": numeric(DRAW.normal(size=5_000)),
    "skewed": numeric(DRAW.lognormal(3, 2, 5_000), nulls=10),
    "many whole numbers": numeric(DRAW.integers(0, 2_000, 5_000).astype(float)),
    "some whole numbers": numeric(DRAW.integers(0, 200, 5_000).astype(float)),
    "few values": numeric(np.array([0.0, 1.0, 1.0, 2.5])),
    "constant": numeric(np.full(10, 7.0)),
    "huge offset": numeric(1e15 + DRAW.integers(0, 100_000, 5_000)),
    "close together": numeric(1 + DRAW.random(5_000) * 1e-12),
    "mostly nought": numeric(np.concatenate([np.zeros(2_000), DRAW.exponential(1, 5_000)])),
    "no number": numeric(np.empty(0), nulls=5),
    "categories": categorical(["a", "b", "b", None]),
    "many categories": categorical([f"c{place}" for place in range(50)] * 2),
    "strange categories": categorical(["null", "other", "unseen", "", " a", "a", None]),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_labels_are_distinct_and_null_comes_last(column: NumericProfile | CategoricalProfile) -> None:
    found = labels(column)
    assert len(set(found)) == len(found)
    assert found[-1] == "null"
    assert len(found) <= 23


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_shares_and_counts_hold_every_row(column: NumericProfile | CategoricalProfile) -> None:
    bins, counts = reference_bins(column), current_counts(column, column)
    assert sum(each.share for each in bins) == pytest.approx(1.0)
    assert sum(counts) == column.rows
    assert [each.share * column.rows for each in bins] == pytest.approx(counts)


def test_a_bin_is_named_by_its_edges() -> None:
    found = labels(COLUMNS["continuous"])
    assert len(found) == 11
    assert found[0].startswith("< -1.")
    assert found[-2].startswith("≥ 1.")


def test_few_values_are_named_as_they_are() -> None:
    assert labels(COLUMNS["few values"]) == ["< 0", "0", "1", "2.5", "> 2.5", "null"]


def test_whole_numbers_are_named_from_first_to_last() -> None:
    found = labels(COLUMNS["some whole numbers"])
    first, second = found[:2]
    assert first.startswith("≤ ")
    assert int(second.split()[0]) == int(first.removeprefix("≤ ")) + 1


def test_a_heavy_value_is_named_without_its_neighbour() -> None:
    assert labels(COLUMNS["mostly nought"])[0] == "≤ 0"


def test_values_outside_the_reference_are_seen_at_the_ends() -> None:
    column = COLUMNS["few values"]
    assert isinstance(column, NumericProfile)
    current = NumericProfile.of(np.array([-9.0, 0.0, 3.0, 4.0, np.nan]), column.bins, nulls=1)
    assert current_counts(column, current) == (1, 1, 0, 0, 2, 2)


def test_the_twenty_most_frequent_categories_are_shown_and_the_rest_is_other() -> None:
    column = COLUMNS["many categories"]
    assert isinstance(column, CategoricalProfile)
    assert labels(column)[20:] == ["other", "unseen", "null"]
    current = CategoricalProfile.of(pa.array(["c0", "c9", "c9", "new", None]), column.categories)
    counts = dict(zip(labels(column), current_counts(column, current), strict=True))
    assert sum(counts.values()) == 5
    assert (counts["c0"], counts["unseen"], counts["null"]) == (1, 1, 1)
    assert counts.get("c9", counts["other"]) == 2


def test_labels_do_not_depend_on_the_current_rows() -> None:
    column = COLUMNS["categories"]
    assert labels(column) == ["b", "a", "other", "unseen", "null"]


def test_an_empty_reference_has_shares_of_nought() -> None:
    empty = NumericProfile.empty(cut_bins(np.array([1.0, 2.0])))
    assert {each.share for each in reference_bins(empty)} == {0.0}


def test_numbers_that_differ_late_are_given_the_digits_that_they_need() -> None:
    assert short_texts([100_000.125, 100_000.25]) == ["100000.1", "100000.2"]
