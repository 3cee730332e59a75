"""Sums of numeric columns by group, against each group alone."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.profile.bins import cut_bins
from monitor.profile.groups import NO_GROUP, Groups
from monitor.profile.layout import laid_out
from monitor.profile.numericsums import NAN, NEGATIVE_INFINITY, NULL, POSITIVE_INFINITY, NumericSums, numeric_sums

LAYOUT = laid_out(
    {"few": cut_bins(np.arange(5.0)), "many": cut_bins(np.linspace(-9, 9, 999)), "none": cut_bins(np.empty(0))}
)
EMPTY = NumericSums.empty(LAYOUT)

values = st.one_of(
    st.none(),
    st.sampled_from([0.0, -0.0, 1.0, 4.0, math.nan, math.inf, -math.inf, 1e300, -1e300]),
    st.floats(-20, 20),
)
rows = st.lists(st.tuples(values, values, values), max_size=40)
grouped = st.lists(
    st.tuples(st.sampled_from([NO_GROUP, 0, 1, 5]), st.tuples(values, values, values)), min_size=1, max_size=40
)

Row = tuple[float | None, float | None, float | None]


def batch(found: list[Row]) -> pa.RecordBatch:
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    return pa.record_batch([pa.array(column, pa.float64()) for column in columns], names=["few", "many", "none"])


def alone(found: list[Row]) -> NumericSums:
    if not found:
        return EMPTY
    return numeric_sums(batch(found), LAYOUT, [Groups.whole(len(found))])[0].of_group(0)


def assert_same(left: NumericSums, right: NumericSums) -> None:
    """Counts and extremes exactly, sums to rounding."""
    for name in ("counts", "special", "zeros", "minimum", "maximum"):
        assert getattr(left, name).tolist() == getattr(right, name).tolist()
    size = np.where(left.minimum <= left.maximum, np.maximum(np.abs(left.minimum), np.abs(left.maximum)), 1.0) + 1.0
    assert (np.abs(left.mean - right.mean) <= 1e-12 * size).all()
    with np.errstate(over="ignore", invalid="ignore"):
        near = np.abs(left.m2 - right.m2) <= 1e-9 * size * size
    assert (near | ~(np.isfinite(left.m2) | np.isfinite(right.m2))).all()
    assert left.offsets == pytest.approx(right.offsets, rel=1e-9, abs=1e-9 * float(size.max()))


@settings(deadline=None, max_examples=100, database=None)
@given(grouped)
def test_a_group_has_the_sums_of_its_rows_alone(found: list[tuple[int, Row]]) -> None:
    groups = Groups.of(np.array([number for number, _ in found]))
    rest = Groups.whole(len(found))
    sums, whole = numeric_sums(batch([row for _, row in found]), LAYOUT, [groups, rest])
    for place, key in enumerate(groups.keys.tolist()):
        assert_same(sums.of_group(place), alone([row for number, row in found if number == key]))
    assert_same(whole.of_group(0), alone([row for _, row in found]))


@settings(deadline=None, max_examples=100, database=None)
@given(rows, rows, rows)
def test_parts_add_up_to_the_whole_in_any_order(first: list[Row], second: list[Row], third: list[Row]) -> None:
    starts = LAYOUT.numeric_starts
    forwards = alone(first).plus(alone(second), starts).plus(alone(third), starts)
    backwards = alone(third).plus(alone(second).plus(alone(first), starts), starts)
    assert_same(forwards, alone(first + second + third))
    assert_same(backwards, forwards)


def test_adding_no_rows_changes_nothing() -> None:
    some = alone([(1.0, 2.0, 3.0), (4.0, None, math.nan)])
    for both in (some.plus(EMPTY, LAYOUT.numeric_starts), EMPTY.plus(some, LAYOUT.numeric_starts)):
        assert both.mean.tolist() == some.mean.tolist()
        assert both.m2.tolist() == some.m2.tolist()
        assert both.counts.tolist() == some.counts.tolist()


def test_what_is_no_number_is_counted_for_what_it_is() -> None:
    sums = alone([(None, math.nan, math.inf), (None, -math.inf, math.inf), (0.0, -0.0, None)])
    few, many, none = sums.special.tolist()
    assert few[NULL] == 2
    assert (many[NAN], many[NEGATIVE_INFINITY]) == (1, 1)
    assert (none[POSITIVE_INFINITY], none[NULL]) == (2, 1)
    assert sums.zeros.tolist() == [1, 1, 0]


def test_a_column_that_is_not_in_the_batch_is_one_of_nulls() -> None:
    sums = numeric_sums(pa.record_batch({"few": [1.0, 2.0]}), LAYOUT, [Groups.whole(2)])[0].of_group(0)
    assert sums.special[:, NULL].tolist() == [0, 2, 2]
    assert sums.counts.sum() == 2


def test_values_whose_squares_overflow_spoil_no_other_column() -> None:
    sums = alone([(1e308, 1.0, 0.0), (-1e308, 2.0, 0.0), (1e308, 3.0, 0.0)])
    assert not math.isfinite(sums.m2[0])
    assert sums.m2[1] == 2.0


def test_columns_of_a_model_without_numbers_add_up() -> None:
    layout = laid_out({})
    nothing = numeric_sums(pa.record_batch({"few": [1.0]}), layout, [Groups.whole(1)])[0].of_group(0)
    assert nothing.plus(nothing, layout.numeric_starts).counts.size == 0
