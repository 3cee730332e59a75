"""Rows by group, against lists in a plain dictionary."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.profile.groups import NO_GROUP, Groups

numbers = st.lists(st.sampled_from([NO_GROUP, 0, 1, 2, 7, 40]), min_size=1, max_size=60)


def rows_by_group(raw: list[int]) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(raw):
        if number != NO_GROUP:
            rows[number].append(row)
    return dict(sorted(rows.items()))


@settings(deadline=None, max_examples=150, database=None)
@given(numbers)
def test_every_group_has_its_rows_in_the_order_they_came(raw: list[int]) -> None:
    groups, expected = Groups.of(np.array(raw)), rows_by_group(raw)
    assert groups.keys.tolist() == list(expected)
    assert groups.count == len(expected)
    assert groups.sizes[: groups.count].tolist() == [len(rows) for rows in expected.values()]
    every_row = np.arange(len(raw))
    assert [every_row[groups.rows(place)].tolist() for place in range(groups.count)] == list(expected.values())


@settings(deadline=None, max_examples=150, database=None)
@given(numbers)
def test_reductions_over_ordered_values_are_those_of_the_groups(raw: list[int]) -> None:
    groups, expected = Groups.of(np.array(raw)), rows_by_group(raw)
    values = np.arange(len(raw)) ** 2.0
    reduced = np.add.reduceat(groups.ordered(values), groups.starts)[: groups.count]
    assert reduced.tolist() == [values[rows].sum() for rows in expected.values()]


@settings(deadline=None, max_examples=150, database=None)
@given(numbers)
def test_each_row_gets_the_value_of_its_group_and_rows_of_no_group_nought(raw: list[int]) -> None:
    groups = Groups.of(np.array(raw))
    spread = groups.spread(groups.keys + 100.0)
    wanted = groups.ordered(np.array([0.0 if number == NO_GROUP else number + 100.0 for number in raw]))
    assert spread.tolist() == wanted.tolist()


@settings(deadline=None, max_examples=150, database=None)
@given(numbers, st.integers(1, 5))
def test_cells_count_and_sum_by_group_and_code(raw: list[int], size: int) -> None:
    groups, expected = Groups.of(np.array(raw)), rows_by_group(raw)
    codes, weights = np.arange(len(raw)) % size, np.arange(len(raw)) / 2.0
    counted = [[sum(1 for row in rows if codes[row] == code) for code in range(size)] for rows in expected.values()]
    summed = [
        [sum(weights[row] for row in rows if codes[row] == code) for code in range(size)] for rows in expected.values()
    ]
    assert groups.cells(codes, size).tolist() == counted
    assert groups.sums(codes, weights, size).tolist() == summed
    assert groups.cells(codes, size).shape == (len(expected), size)


@pytest.mark.parametrize("raw", [[NO_GROUP, NO_GROUP], [5, 5, 5], [3, NO_GROUP], [NO_GROUP, 0]])
def test_few_groups_are_no_special_case(raw: list[int]) -> None:
    groups = Groups.of(np.array(raw))
    assert groups.keys.tolist() == list(rows_by_group(raw))
    assert groups.sizes.sum() == len(raw)


def test_the_whole_is_one_group_with_every_row() -> None:
    groups = Groups.whole(3)
    assert groups.keys.tolist() == [0]
    assert groups.is_one
    assert groups.cells(np.array([0, 2, 2]), 3).tolist() == [[1, 0, 2]]
    assert groups.rows(0) == slice(0, 3)


def test_rows_that_stand_in_order_are_not_moved() -> None:
    assert Groups.of(np.array([0, 0, 4, NO_GROUP])).order is None
    assert Groups.of(np.array([4, 0])).order is not None
