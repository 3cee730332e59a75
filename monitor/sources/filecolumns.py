"""Makes the columns of a batch from those of a file: typed ones of Parquet, text of CSV."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import isnan
from zoneinfo import ZoneInfo

import pyarrow as pa

from monitor.profile.shape import Kind
from monitor.sources.moments import INSTANT, UnreadableTimeError, instants, moment, moments
from monitor.sources.values import categorical, number

Conversion = Callable[[pa.Array], pa.Array]
_NO_NUMBER_THERE = {"", "na", "n/a", "nan", "null", "none"}
_TRUTH = {"true": "1", "false": "0"}
_WHOLE_FLOAT = re.compile(r"-?\d+\.0")
_WHOLE = re.compile(r"-?\d+")


class UnreadableValueError(ValueError):
    """A value that the column's kind does not allow; `position` counts within the batch."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


def conversion(name: str, kind: Kind | None, zone: ZoneInfo | None, *, is_csv: bool) -> Conversion:
    """How one column of a file becomes the column `name` of the batches."""
    if name == "time":
        return lambda array: times(_epochs(array) if is_csv else array, zone)
    if kind == "numeric":
        return numbers
    return CsvCategories() if is_csv and name != "id" else categories


def numbers(array: pa.Array) -> pa.Array:
    """Float64; text must be numbers.

    >>> numbers(pa.array(["1", "2.5", "", "NA"])).to_pylist()
    [1.0, 2.5, None, None]
    """
    array = _decoded(array)
    if pa.types.is_boolean(array.type):
        return array.cast(pa.int8()).cast(pa.float64())
    if _is_number(array.type) or pa.types.is_null(array.type):
        return array.cast(pa.float64(), safe=False)
    if not _is_text(array.type):
        raise UnreadableValueError(f"{array.type} is no number")
    try:
        return array.cast(pa.float64())
    except pa.ArrowInvalid:
        values = [_number(value, position) for position, value in enumerate(array.to_pylist())]
        return pa.array(values, pa.float64(), from_pandas=False)


def categories(array: pa.Array) -> pa.Array:
    """Canonical text of typed values."""
    array = _decoded(array)
    if _is_text(array.type):
        return array.cast(pa.string())
    if pa.types.is_boolean(array.type):
        return array.cast(pa.int8()).cast(pa.string())
    if pa.types.is_integer(array.type):
        return array.cast(pa.string())
    if "binary" in str(array.type):
        raise UnreadableValueError("binary data is neither number nor category")
    return categorical(array.to_pylist())


class CsvCategories:
    """Canonical text of the categories in one CSV column, which has no type; its first rows say what was meant.

    >>> read = CsvCategories()
    >>> read(pa.array(["1.0", "", "0.0"])).to_pylist(), read(pa.array(["2.0", "AA"])).to_pylist()
    (['1', None, '0'], ['2', 'AA'])
    """

    def __init__(self) -> None:
        self._canonical: Callable[[str], str] | None = None

    def __call__(self, array: pa.Array) -> pa.Array:
        values = array.to_pylist()
        distinct = set(values) - {"", None}
        if self._canonical is None and distinct:
            self._canonical = _meant(distinct)
        read = self._canonical or _as_it_is
        texts = {value: read(value) for value in distinct}
        return pa.array([texts.get(value) for value in values], pa.string())


def times(array: pa.Array, zone: ZoneInfo | None) -> pa.Array:
    """Moments in UTC."""
    array = _decoded(array)
    if pa.types.is_timestamp(array.type):
        if array.type.tz is not None:
            return array.cast(INSTANT, safe=False)
        if zone is not None:
            return instants(array.cast(pa.timestamp("us"), safe=False), zone)
    values = array.to_pylist()
    try:
        return moments(values, zone)
    except UnreadableTimeError:
        _refuse_first(values, zone)
        raise


def _refuse_first(values: Sequence[object], zone: ZoneInfo | None) -> None:
    for position, value in enumerate(values):
        try:
            moment(value, zone)
        except UnreadableTimeError as error:
            raise UnreadableValueError(str(error), position) from None


def _epochs(array: pa.Array) -> pa.Array:
    """The text of a CSV column as whole numbers, if it is nothing else; an empty cell is null."""
    values = [value or None for value in array.to_pylist()]
    if all(_WHOLE.fullmatch(value) for value in values if value):
        return pa.array([int(value) if value else None for value in values], pa.int64())
    return pa.array(values, pa.string())


def _decoded(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    return "string" in str(kind)


def _number(value: str | None, position: int) -> float | None:
    folded = (value or "").strip().casefold()
    if folded in _NO_NUMBER_THERE:
        return None
    found = number(_TRUTH.get(folded, folded))
    if found is None or isnan(found):
        raise UnreadableValueError(f"{value!r} is no number", position)
    return found


def _meant(values: set[str]) -> Callable[[str], str]:
    if all(value.casefold() in _TRUTH for value in values):
        return lambda value: _TRUTH.get(value.casefold(), value)
    if all(_WHOLE_FLOAT.fullmatch(value) for value in values):  # how frames write whole numbers beside nulls
        return lambda value: value.removesuffix(".0")
    return _as_it_is


def _as_it_is(value: str) -> str:
    return value
