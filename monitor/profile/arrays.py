"""Columns of a record batch as numpy arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

FLOAT = pa.float64()
TEXT = pa.string()


def column(batch: pa.RecordBatch, name: str, kind: pa.DataType) -> pa.Array:
    """A column of a batch as the given type; a column that is missing is one of nulls."""
    position = batch.schema.get_field_index(name)
    if position < 0:
        return pa.nulls(batch.num_rows, kind)
    array = batch.column(position)
    return array if array.type == kind else array.cast(kind)


def numbers(array: pa.Array) -> FloatArray:
    """The values of a numeric column that are not null."""
    present = array.drop_null() if array.null_count else array
    values: FloatArray = present.to_numpy(zero_copy_only=False)
    return values


def numbers_or_nan(array: pa.Array) -> FloatArray:
    """The values of a numeric column, row by row, with NaN for null."""
    filled = array.fill_null(float("nan")) if array.null_count else array
    values: FloatArray = filled.to_numpy(zero_copy_only=False)
    return values


def present(array: pa.Array) -> BoolArray:
    """Which rows are not null."""
    rows: BoolArray = array.is_valid().to_numpy(zero_copy_only=False)
    return rows


def equal(array: pa.Array, text: str) -> BoolArray:
    """Which rows of a text column hold this text; null does not."""
    rows: BoolArray = pc.equal(array, text).fill_null(False).to_numpy(zero_copy_only=False)
    return rows


def codes(array: pa.Array, names: tuple[str, ...]) -> IntArray:
    """The position of each row's text in `names`, and -1 where it is not there."""
    positions = pc.index_in(array, value_set=pa.array(names, TEXT), skip_nulls=True)
    found: IntArray = positions.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def tally(array: pa.Array) -> dict[str, int]:
    """How often each text of a column occurs, in the order of first occurrence, without nulls."""
    counted = array.value_counts()
    frequencies = dict(zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True))
    frequencies.pop(None, None)
    return frequencies
