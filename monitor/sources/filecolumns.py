"""Makes the columns of a batch from those of a file: typed ones of Parquet, text of CSV."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import isnan
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.profile.shape import Kind
from monitor.sources.moments import INSTANT, PER_SECOND, UnreadableTimeError, instants, moment, moments, unit_of
from monitor.sources.values import categorical, number

Conversion = Callable[[pa.Array], pa.Array]
_NO_NUMBER_THERE = {"", "na", "n/a", "nan", "null", "none"}
_TRUTH = {"true": "1", "false": "0"}
_WHOLE_FLOAT = re.compile(r"-?\d+\.0")
_WHOLE = r"^(-?\d{1,18}|[1-4]\d{18})$"  # up to nanoseconds beyond 2100
_LOCAL = pa.timestamp("us")
TIMES = ("time", "ingested")


class UnreadableValueError(ValueError):
    """A value that the column's kind does not allow; `position` counts within the batch."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


def conversion(
    name: str, kind: Kind | None, zone: ZoneInfo | None, *, is_csv: bool, text_is_invalid: bool = False
) -> Conversion:
    """How one column of a file becomes the column `name` of the batches.

    Text that is no number in a numeric column is an error, or NaN if `text_is_invalid`.
    """
    if name in TIMES:
        return lambda array: times(_epochs(array) if is_csv else array, zone)
    if kind == "numeric":
        return numbers_or_nan if text_is_invalid else numbers
    if is_csv and name == "id":
        return lambda array: pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array.cast(pa.string()))
    return CsvCategories() if is_csv else categories


def numbers(array: pa.Array) -> pa.Array:
    """Float64; text must be numbers.

    >>> numbers(pa.array(["1", "2.5", "", "NA"])).to_pylist()
    [1.0, 2.5, None, None]
    """
    return _as_numbers(array, _number)


def numbers_or_nan(array: pa.Array) -> pa.Array:
    """Float64; text that is no number becomes NaN, so that it is counted as invalid.

    >>> numbers_or_nan(pa.array(["1", "many", "", None])).to_pylist()
    [1.0, nan, None, None]
    """
    return _as_numbers(array, _number_or_nan)


def categories(array: pa.Array) -> pa.Array:
    """Canonical text of typed values; where they repeat, each is looked at once."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return categories(array.dictionary).take(array.indices)
    if _is_text(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind):
        return array.cast(pa.string())
    if pa.types.is_boolean(kind):
        return array.cast(pa.int8()).cast(pa.string())
    if "binary" in str(kind):
        raise UnreadableValueError("binary data is neither number nor category")
    if pa.types.is_nested(kind):
        return categorical(array.to_pylist())
    encoded = array.dictionary_encode()
    return categorical(encoded.dictionary.to_pylist()).take(encoded.indices)


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
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        return array.cast(INSTANT, safe=False)
    read = _times_at_once(array, zone)
    if read is not None:
        return read
    values = array.to_pylist()
    try:
        return moments(values, zone)
    except UnreadableTimeError:
        _refuse_first(values, zone)
        raise


def may_lack_offset(kind: pa.DataType) -> bool:
    """Whether times of this type may be those of a clock."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return _is_text(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)


def _times_at_once(array: pa.Array, zone: ZoneInfo | None) -> pa.Array | None:
    """The times of a column that is all of one form, without a Python object for each."""
    if pa.types.is_floating(array.type):
        return _from_floats(array)
    if _is_text(array.type):
        try:
            return array.cast(INSTANT)
        except pa.ArrowInvalid:
            pass
    if zone is None or not (_is_text(array.type) or pa.types.is_timestamp(array.type) or pa.types.is_date(array.type)):
        return None
    try:
        return instants(array.cast(_LOCAL, safe=_is_text(array.type)), zone)
    except pa.ArrowInvalid:
        return None


def _from_floats(array: pa.Array) -> pa.Array | None:
    values = np.asarray(array.drop_null().to_numpy(zero_copy_only=False), dtype=np.float64)
    if not len(values) or not np.isfinite(values).all():
        return None
    unit = unit_of(float(values.min()))
    if unit is None or unit_of(float(values.max())) != unit:
        return None
    all_values = np.asarray(array.fill_null(0.0).to_numpy(zero_copy_only=False), dtype=np.float64)
    microseconds = np.rint(all_values / PER_SECOND[unit] * 1_000_000).astype(np.int64)
    mask = np.asarray(array.is_null().to_numpy(zero_copy_only=False))
    return pa.array(microseconds, pa.int64(), mask=mask).cast(INSTANT)


def _refuse_first(values: Sequence[object], zone: ZoneInfo | None) -> None:
    for position, value in enumerate(values):
        try:
            moment(value, zone)
        except UnreadableTimeError as error:
            raise UnreadableValueError(str(error), position) from None


def _epochs(array: pa.Array) -> pa.Array:
    """The text of a CSV column as whole numbers, if it is nothing else; an empty cell is null."""
    present = pc.replace_with_mask(array, pc.equal(array, ""), pa.scalar(None, pa.string()))
    is_whole = pc.all(pc.match_substring_regex(present, _WHOLE)).as_py()
    return present.cast(pa.int64()) if is_whole in (True, None) else present


def _as_numbers(array: pa.Array, read: Callable[[str | None, int], float | None]) -> pa.Array:
    array = _decoded(array)
    if pa.types.is_decimal(array.type):  # Arrow's own way is off in the last digit
        return array.cast(pa.string()).cast(pa.float64())
    if pa.types.is_boolean(array.type):
        return array.cast(pa.int8()).cast(pa.float64())
    if _is_number(array.type) or pa.types.is_null(array.type):
        return array.cast(pa.float64(), safe=False)
    if not _is_text(array.type):
        raise UnreadableValueError(f"{array.type} is no number")
    try:
        return array.cast(pa.float64())
    except pa.ArrowInvalid:
        values = [read(value, position) for position, value in enumerate(array.to_pylist())]
        return pa.array(values, pa.float64(), from_pandas=False)


def _decoded(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    return "string" in str(kind)


def _number(value: str | None, position: int) -> float | None:
    found = _number_or_nan(value, position)
    if found is not None and isnan(found):
        raise UnreadableValueError(f"{value!r} is no number", position)
    return found


def _number_or_nan(value: str | None, _position: int) -> float | None:
    folded = (value or "").strip().casefold()
    return None if folded in _NO_NUMBER_THERE else number(_TRUTH.get(folded, folded))


def _meant(values: set[str]) -> Callable[[str], str]:
    if all(value.casefold() in _TRUTH for value in values):
        return lambda value: _TRUTH.get(value.casefold(), value)
    if all(_WHOLE_FLOAT.fullmatch(value) for value in values):  # how frames write whole numbers beside nulls
        return lambda value: value.removesuffix(".0")
    return _as_it_is


def _as_it_is(value: str) -> str:
    return value
