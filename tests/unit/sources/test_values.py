"""Columns of floats and canonical text."""

from __future__ import annotations

import math
import uuid
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SourceError
from monitor.sources.values import categorical, column_of, number, numeric, text

NUMBERS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.decimals(allow_nan=False, places=3)
)


@given(st.lists(NUMBERS))
def test_a_column_of_numbers_holds_the_float_of_each_value(values: list[float | None]) -> None:
    assert numeric(values).to_pylist() == [number(value) for value in values]


@given(st.lists(st.one_of(NUMBERS, st.text(alphabet="abc019.-", max_size=5))))
def test_a_column_of_categories_holds_the_canonical_text_of_each_value(values: list[object]) -> None:
    assert categorical(values).to_pylist() == [text(value) for value in values]


@pytest.mark.parametrize("values", [[], [None, None], [1, None, 2], [None, 1.5], [True, None]])
def test_columns_have_their_type_whatever_they_begin_with(values: list[object]) -> None:
    assert numeric(values).type == pa.float64()
    assert categorical(values).type == pa.string()


def test_text_in_a_numeric_column_is_kept_as_nan_and_not_as_null() -> None:
    column = numeric([1.0, "many", None, "2.5", date(2013, 4, 1)])
    assert column.null_count == 1
    np.testing.assert_array_equal(column.to_numpy(zero_copy_only=False), [1.0, np.nan, np.nan, 2.5, np.nan])


def test_infinite_values_are_kept() -> None:
    assert numeric([math.inf, -math.inf, Decimal("Infinity"), "inf"]).to_pylist() == [
        math.inf,
        -math.inf,
        math.inf,
        math.inf,
    ]


def test_numbers_too_big_for_a_float_are_infinite() -> None:
    assert numeric([10**400, -(10**400), Decimal("1e400")]).to_pylist() == [math.inf, -math.inf, math.inf]


def test_whole_numbers_beyond_the_exact_floats_are_rounded() -> None:
    assert numeric([2**53 + 1, 1]).to_pylist() == [float(2**53 + 1), 1.0]


@pytest.mark.parametrize(
    "same",
    [
        (1, True, 1.0, Decimal(1), Decimal("1.00"), "1"),
        (0, False, -0.0, Decimal("0.0"), "0"),
        (1.5, Decimal("1.50"), "1.5"),
    ],
)
def test_the_same_class_has_the_same_text_whatever_database_it_comes_from(same: tuple[object, ...]) -> None:
    assert len({text(value) for value in same}) == 1
    assert len(set(categorical(same).to_pylist())) == 1


def test_whole_numbers_wider_than_64_bits_are_categories_too() -> None:
    assert categorical([2**70, None]).to_pylist() == [str(2**70), None]


def test_other_values_are_their_own_text() -> None:
    name = uuid.UUID(int=7)
    assert categorical([name, date(2013, 4, 1), {"a": [1]}, None]).to_pylist() == [
        str(name),
        "2013-04-01",
        "{'a': [1]}",
        None,
    ]


@pytest.mark.parametrize("kind", ["numeric", "categorical"])
@pytest.mark.parametrize("binary", [b"\x00", bytearray(b"1"), memoryview(b"1")])
def test_binary_data_is_refused_by_the_name_of_its_column(kind: str, binary: object) -> None:
    with pytest.raises(SourceError, match="column picture holds binary data") as caught:
        column_of([binary, None], kind, "picture")  # type: ignore[arg-type]
    assert caught.value.permanent
