"""The profile of a column, whatever its kind."""

from __future__ import annotations

import pyarrow as pa

from monitor.profile.arrays import FLOAT, TEXT, column, numbers
from monitor.profile.bins import Bins
from monitor.profile.categorical import CategoricalProfile, Categories
from monitor.profile.numeric import NumericProfile
from monitor.profile.shape import Kind

ColumnProfile = NumericProfile | CategoricalProfile
Scale = Bins | Categories

TARGET = "target"


def column_type(kind: Kind) -> pa.DataType:
    """The Arrow type that a column of this kind has in a batch."""
    return FLOAT if kind == "numeric" else TEXT


def observed(batch: pa.RecordBatch, name: str, kind: Kind) -> pa.Array:
    """The rows of a column that say something about it.

    A null is a finding, but for the target: there it says that the outcome has not come yet.
    """
    array = column(batch, name, column_type(kind))
    return array.drop_null() if name == TARGET and array.null_count else array


def profile_column(array: pa.Array, scale: Scale) -> ColumnProfile:
    """The profile of a column on the reference's bins or categories."""
    if isinstance(scale, Bins):
        return NumericProfile.of(numbers(array), scale, nulls=array.null_count)
    return CategoricalProfile.of(array, scale)


def empty_column(scale: Scale) -> ColumnProfile:
    """The profile of no rows."""
    return NumericProfile.empty(scale) if isinstance(scale, Bins) else CategoricalProfile.empty(scale)


def add_columns(left: ColumnProfile, right: ColumnProfile) -> ColumnProfile:
    """The profile of both together."""
    if isinstance(left, NumericProfile) and isinstance(right, NumericProfile):
        return left + right
    if isinstance(left, CategoricalProfile) and isinstance(right, CategoricalProfile):
        return left + right
    raise ValueError("a numeric and a categorical profile do not add up")


def rows_of(name: str) -> str:
    """What the rows of a column are called."""
    return "rows with a target" if name == TARGET else "rows"


def too_few(rows: int, wanted: int, noun: str = "rows") -> str:
    """Why so many rows do not suffice.

    >>> too_few(12, 200)
    '12 rows, at least 200 are wanted'
    """
    return f"{rows} {noun}, at least {wanted} are wanted" if rows else f"no {noun} in this window"
