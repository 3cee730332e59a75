"""Makes the columns of a batch from the typed ones of a driver, equal to those made of Python objects."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.sources import filecolumns
from monitor.sources.cursor import by_cursor
from monitor.sources.filecolumns import categories, numbers
from monitor.sources.moments import INSTANT, PER_SECOND, UnreadableTimeError, unit_of
from monitor.sources.query import Query
from monitor.sources.spec import ROWS_PER_ARROW_BATCH, Use
from monitor.sources.values import number, text

Conversion = Callable[[pa.Array, ZoneInfo | None], pa.Array]
_UTC = ZoneInfo("UTC")
_WHOLE = r"^(0|-?[1-9][0-9]*)$"


def converted(
    query: Query, batches: Iterator[pa.RecordBatch], conversions: Sequence[Conversion]
) -> Generator[pa.RecordBatch]:
    """Batches of bounded size under the names of the query."""
    for batch in batches:
        try:
            ready = _converted(query, batch, conversions)
        except (ValueError, OverflowError):
            ready = None
        if ready is None:
            raise _told_by_cursor(query)
        for start in range(0, ready.num_rows, ROWS_PER_ARROW_BATCH):
            yield ready.slice(start, ROWS_PER_ARROW_BATCH)


def _converted(query: Query, batch: pa.RecordBatch, conversions: Sequence[Conversion]) -> pa.RecordBatch:
    arrays = [
        convert(batch.column(position), query.zone(name))
        for position, (name, convert) in enumerate(zip(query.names, conversions, strict=True))
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(query.names))


def _told_by_cursor(query: Query) -> Exception:
    """What is wrong, in the words that name row and value; they need the values as Python has them."""
    for _ in by_cursor(query):
        pass
    return query.fault("its rows changed while they were read", permanent=False)


def _of_typed_numbers(array: pa.Array, _zone: ZoneInfo | None) -> pa.Array:
    return numbers(array)


def _of_typed_categories(array: pa.Array, _zone: ZoneInfo | None) -> pa.Array:
    return categories(array)


def _text_as_numbers(array: pa.Array, _zone: ZoneInfo | None) -> pa.Array:
    try:
        return array.cast(pa.float64())
    except pa.ArrowInvalid:
        encoded = array.dictionary_encode()
        read = [number(value) for value in encoded.dictionary.to_pylist()]
        return pa.array(read, pa.float64(), from_pandas=False).take(encoded.indices)


def _decimal_text_as_categories(array: pa.Array, _zone: ZoneInfo | None) -> pa.Array:
    if pc.all(pc.match_substring_regex(array, _WHOLE)).as_py() in (True, None):
        return array
    encoded = array.dictionary_encode()
    read = [None if value is None else text(Decimal(value)) for value in encoded.dictionary.to_pylist()]
    return pa.array(read, pa.string()).take(encoded.indices)


def _times(array: pa.Array, zone: ZoneInfo | None) -> pa.Array:
    if not pa.types.is_temporal(array.type):
        return filecolumns.times(array, zone)
    _refuse_beyond_calendar(array)
    if zone == _UTC and array.type == pa.timestamp("us"):
        return array.cast(INSTANT)
    return filecolumns.times(array, zone)


def _temporal_categories(array: pa.Array, _zone: ZoneInfo | None) -> pa.Array:
    _refuse_beyond_calendar(array)
    return categories(array)


def _whole_times(array: pa.Array, _zone: ZoneInfo | None) -> pa.Array:
    """Numbers since the epoch; one that is no time is told by whoever knows its row."""
    found = pc.min_max(array.cast(pa.int64()))
    if not found["min"].is_valid:
        return array.cast(pa.int64()).cast(INSTANT)
    unit = unit_of(found["min"].as_py())
    if unit is None or unit_of(found["max"].as_py()) != unit:
        return filecolumns.times(array, None)  # each by itself
    present = array.cast(pa.int64())
    if unit == "nanoseconds":
        return pc.divide(present, 1_000).cast(INSTANT)
    return pc.multiply(present, 1_000_000 // PER_SECOND[unit]).cast(INSTANT)


def _refuse_beyond_calendar(array: pa.Array) -> None:
    """PostgreSQL has infinite times and years before Christ, which arrive as wrong ones."""
    is_date = pa.types.is_date(array.type)
    first, last = (date.min, date.max) if is_date else (datetime.min, datetime.max)  # noqa: DTZ901 - marks of the calendar
    plain = pa.int32() if is_date else pa.int64()
    bare = pa.date32() if is_date else pa.timestamp("us")
    bounds = np.asarray(pa.array([first, last], bare).cast(plain))
    found = pc.min_max(array.view(plain))
    if found["min"].is_valid and not bounds[0] <= found["min"].as_py() <= found["max"].as_py() <= bounds[1]:
        raise UnreadableTimeError("a time beyond the calendar")


Uses = Mapping[Use, Conversion]
WHOLE: Uses = {"numeric": _of_typed_numbers, "categorical": _of_typed_categories, "time": _whole_times}
FLOATS: Uses = {"numeric": _of_typed_numbers, "categorical": _of_typed_categories, "time": _times}
BOOLEANS: Uses = {"numeric": _of_typed_numbers, "categorical": _of_typed_categories}
TEXT: Uses = {"numeric": _text_as_numbers, "categorical": _of_typed_categories, "time": _times}
DECIMALS: Uses = {"numeric": _text_as_numbers, "categorical": _decimal_text_as_categories}
TEMPORAL: Uses = {"categorical": _temporal_categories, "time": _times}
CATEGORIES: Uses = {"categorical": _of_typed_categories}
