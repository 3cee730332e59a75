"""Columns of a record batch as numpy arrays."""

import numpy as np
import pyarrow as pa

from monitor.profile.arrays import FLOAT, TEXT, codes, column, equal, numbers, numbers_or_nan, tally

BATCH = pa.record_batch({"number": pa.array([1.5, None, float("nan")]), "text": pa.array(["b", None, "a"])})


def test_a_column_that_is_missing_is_one_of_nulls() -> None:
    missing = column(BATCH, "nowhere", TEXT)
    assert missing.null_count == 3
    assert missing.type == TEXT


def test_a_column_of_the_null_type_takes_the_type_that_is_wanted() -> None:
    empty = pa.record_batch({"number": pa.nulls(4)})
    assert column(empty, "number", FLOAT).type == FLOAT


def test_nulls_are_left_out_and_nan_is_kept() -> None:
    values = numbers(BATCH.column("number"))
    assert values[0] == 1.5
    assert np.isnan(values[1])
    assert values.size == 2


def test_row_by_row_a_null_is_nan() -> None:
    assert np.isnan(numbers_or_nan(BATCH.column("number"))).tolist() == [False, True, True]


def test_null_equals_no_text() -> None:
    assert equal(BATCH.column("text"), "b").tolist() == [True, False, False]


def test_a_text_that_is_not_among_the_names_has_code_minus_one() -> None:
    assert codes(BATCH.column("text"), ("a", "c")).tolist() == [-1, -1, 0]


def test_a_tally_leaves_nulls_out() -> None:
    assert tally(BATCH.column("text")) == {"b": 1, "a": 1}
