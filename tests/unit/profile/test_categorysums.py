"""Sums of categorical columns by group, against each group alone."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.profile.categorical import MOST_UNSEEN, Categories
from monitor.profile.categorysums import CategorySums, category_sums
from monitor.profile.groups import NO_GROUP, Groups
from monitor.profile.layout import laid_out

KNOWN = Categories(("at", "", "ch"), frozenset({"li", "sm"}))
OPEN = Categories(("at",), frozenset(), complete=False)
LAYOUT = laid_out({"known": KNOWN, "open": OPEN})

texts = st.sampled_from(["at", "", "ch", "li", "sm", "new", "Ünseen 🙂", None])
grouped = st.lists(st.tuples(st.sampled_from([NO_GROUP, 0, 1, 5]), texts), min_size=1, max_size=40)


def batch(found: list[str | None]) -> pa.RecordBatch:
    array = pa.array(found, pa.string())
    return pa.record_batch({"known": array, "open": array})


def alone(found: list[str | None]) -> CategorySums:
    return category_sums(batch(found), LAYOUT, [Groups.whole(len(found))])[0][0]


def expected_counts(found: list[str | None]) -> list[int]:
    tally = Counter(found)
    named = [
        tally["at"],
        tally[""],
        tally["ch"],
        tally["li"] + tally["sm"],
        tally["new"] + tally["Ünseen 🙂"],
        tally[None],
    ]
    return [*named, tally["at"], len(found) - tally["at"] - tally[None], 0, tally[None]]


@settings(deadline=None, max_examples=100, database=None)
@given(grouped)
def test_a_group_has_the_counts_of_its_rows(found: list[tuple[int, str | None]]) -> None:
    groups = Groups.of(np.array([number for number, _ in found]))
    sums = category_sums(batch([name for _, name in found]), LAYOUT, [groups])[0]
    for place, key in enumerate(groups.keys.tolist()):
        names = [name for number, name in found if number == key]
        unseen = Counter(name for name in names if name in ("new", "Ünseen 🙂"))
        assert sums[place].counts.tolist() == expected_counts(names)
        assert [dict(part) for part in sums[place].unseen_names] == [dict(unseen), {}]


@settings(deadline=None, max_examples=60, database=None)
@given(st.lists(texts, min_size=1, max_size=20), st.lists(texts, min_size=1, max_size=20))
def test_parts_add_up_to_the_whole(first: list[str | None], second: list[str | None]) -> None:
    both, whole = alone(first) + alone(second), alone(first + second)
    assert both.counts.tolist() == whole.counts.tolist()
    assert both.unseen_names == whole.unseen_names


@pytest.mark.parametrize("name", ["at", "new", None])
def test_a_column_of_one_text_is_counted(name: str | None) -> None:
    assert alone([name] * 7).counts.tolist() == expected_counts([name] * 7)


def test_a_slice_counts_its_own_rows_only() -> None:
    part = batch(["at", "new", None, "ch", "new"]).slice(2, 2)
    assert category_sums(part, LAYOUT, [Groups.whole(2)])[0][0].counts.tolist() == expected_counts([None, "ch"])


def test_a_column_that_is_not_in_the_batch_is_one_of_nulls() -> None:
    rows = pa.record_batch({"open": ["at", "at"]})
    assert category_sums(rows, LAYOUT, [Groups.whole(2)])[0][0].counts.tolist() == [0, 0, 0, 0, 0, 2, 2, 0, 0, 0]


def test_names_that_nobody_has_seen_are_bounded_and_their_number_is_not() -> None:
    found: list[str | None] = [*(f"new {number}" for number in range(3 * MOST_UNSEEN)), "often", "often"]
    sums = alone(found)
    assert sums.counts[4] == 3 * MOST_UNSEEN + 2
    assert len(sums.unseen_names[0]) == MOST_UNSEEN
    assert sums.unseen_names[0]["often"] == 2


def test_adding_the_sums_of_no_rows_changes_nothing() -> None:
    some = alone(["at", "new", None])
    both = CategorySums.empty(LAYOUT) + some
    assert both.counts.tolist() == some.counts.tolist()
    assert both.unseen_names == some.unseen_names
