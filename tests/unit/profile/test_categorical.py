"""What is kept of a categorical column."""

import pickle

import pyarrow as pa
import pytest

from monitor.profile import categorical
from monitor.profile.categorical import (
    MOST_CATEGORIES,
    MOST_OTHERS,
    MOST_UNSEEN,
    CategoricalProfile,
    Categories,
    CategoryCounter,
)


def texts(*values: str | None) -> pa.Array:
    return pa.array(values, pa.string())


def cut(*arrays: pa.Array) -> Categories:
    counter = CategoryCounter()
    for array in arrays:
        counter.add(array)
    return counter.cut()


def test_categories_stand_in_falling_order_of_their_counts() -> None:
    assert cut(texts("b", "a", None), texts("c", "b")).names == ("b", "a", "c")


def test_categories_and_nulls_are_counted() -> None:
    profile = CategoricalProfile.of(texts("a", None, "b", "a", None), cut(texts("a", "a", "b")))
    assert profile.counts.tolist() == [2, 1, 0]
    assert profile.rows == 5
    assert profile.nulls == 2
    assert profile.unseen == 0


def test_a_category_that_is_new_counts_as_unseen_by_name() -> None:
    profile = CategoricalProfile.of(texts("a", "x", "x", "y"), cut(texts("a")))
    assert profile.unseen == 3
    assert profile.unseen_names == {"x": 2, "y": 1}


def test_the_empty_text_is_a_category_and_no_null() -> None:
    profile = CategoricalProfile.of(texts("", None), cut(texts("", "a")))
    assert profile.counts.sum() == 1
    assert profile.nulls == 1


def test_rare_categories_of_the_reference_count_as_other_not_as_unseen() -> None:
    frequent = pa.array([f"frequent {place}" for place in range(MOST_CATEGORIES)] * 2)
    categories = cut(frequent, texts("rare", "rarer"))
    profile = CategoricalProfile.of(texts("rare", "rarer", "new"), categories)
    assert len(categories.names) == MOST_CATEGORIES
    assert profile.counts[-1] == 2
    assert profile.unseen == 1


def test_nothing_is_unseen_where_the_reference_has_more_categories_than_can_be_kept() -> None:
    categories = cut(pa.array([f"id {place}" for place in range(MOST_OTHERS + 1)]))
    profile = CategoricalProfile.of(texts("new"), categories)
    assert not categories.complete
    assert profile.unseen == 0
    assert profile.counts[-1] == 1


def test_the_number_of_unseen_rows_stays_exact_when_their_names_are_too_many() -> None:
    names = [f"new {place}" for place in range(MOST_UNSEEN)]
    first = CategoricalProfile.of(pa.array([*names, "often", "often"] * 2), cut(texts("a")))
    second = CategoricalProfile.of(pa.array(["often", "another"]), first.categories)
    both = first + second
    assert both.unseen == 2 * MOST_UNSEEN + 6
    assert len(both.unseen_names) == MOST_UNSEEN
    assert both.unseen_names["often"] == 5


def test_profiles_on_different_categories_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="different categories"):
        CategoricalProfile.empty(cut(texts("a"))) + CategoricalProfile.empty(cut(texts("b")))


def test_a_profile_survives_pickling_and_still_adds_up() -> None:
    profile = CategoricalProfile.of(texts("a", "x", None), cut(texts("a", "b")))
    copy = pickle.loads(pickle.dumps(profile))
    assert copy.canonical() == profile.canonical()
    assert (profile + copy).unseen_names == {"x": 2}


def test_equal_counts_are_ordered_by_name() -> None:
    assert categorical.most_frequent({"b": 1, "a": 1, "c": 3}) == ["c", "a", "b"]
