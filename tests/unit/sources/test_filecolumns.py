"""Columns of files, typed and untyped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from monitor.sources.filecolumns import (
    CsvCategories,
    UnreadableValueError,
    categories,
    conversion,
    numbers,
    numbers_or_nan,
    times,
)
from monitor.window import utc


@pytest.mark.parametrize(
    "array",
    [
        pa.array([1, 0, None]),
        pa.array([1, 0, None], pa.uint8()),
        pa.array([1.0, 0.0, None], pa.float32()),
        pa.array([Decimal("1.00"), Decimal("0.00"), None]),
        pa.array([True, False, None]),
        pa.array([1, 0, None]).dictionary_encode(),
    ],
)
def test_the_same_values_of_any_type_are_the_same_column(array: pa.Array) -> None:
    assert numbers(array).to_pylist() == [1.0, 0.0, None]
    assert categories(array).to_pylist() == ["1", "0", None]


def test_text_of_any_kind_is_text() -> None:
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        column = categories(pa.array(["AA", None], kind))
        assert column.type == pa.string()
        assert column.to_pylist() == ["AA", None]


def test_columns_without_any_value_have_their_type() -> None:
    assert numbers(pa.nulls(2)).type == pa.float64()
    assert categories(pa.nulls(2)).type == pa.string()


def test_numbers_written_as_text_are_numbers_and_missing_ones_are_null() -> None:
    assert numbers(pa.array(["1", "", "NA", " 2.5 ", "true", "inf", None])).to_pylist() == [
        1.0,
        None,
        None,
        2.5,
        1.0,
        np.inf,
        None,
    ]


def test_text_that_is_no_number_is_refused_at_its_position() -> None:
    with pytest.raises(UnreadableValueError, match="'many' is no number") as caught:
        numbers(pa.array(["1", "", "many", "several"]))
    assert caught.value.position == 2


def test_times_are_no_numbers_and_bytes_are_no_categories() -> None:
    with pytest.raises(UnreadableValueError, match="is no number"):
        numbers(pa.array([datetime.fromisoformat("2013-04-01")]))
    with pytest.raises(UnreadableValueError, match="binary"):
        categories(pa.array([b"1"]))


def test_a_csv_column_of_true_and_false_is_one_and_zero() -> None:
    assert CsvCategories()(pa.array(["True", "false", ""])).to_pylist() == ["1", "0", None]


def test_a_csv_column_keeps_words_and_leading_zeros() -> None:
    assert CsvCategories()(pa.array(["007", "1.0", "True", "NA"])).to_pylist() == ["007", "1.0", "True", "NA"]


def test_what_a_csv_column_means_is_not_decided_on_empty_cells() -> None:
    read = CsvCategories()
    assert read(pa.array(["", ""])).to_pylist() == [None, None]
    assert read(pa.array(["1.0"])).to_pylist() == ["1"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_of_any_precision_are_read(unit: str) -> None:
    local = pa.array([datetime.fromisoformat("2013-04-01T02:00"), None], pa.timestamp(unit))
    assert times(local, ZoneInfo("Europe/Berlin")).to_pylist() == [utc(2013, 4, 1), None]
    aware = pa.array([datetime(2013, 4, 1, tzinfo=UTC), None], pa.timestamp(unit, tz="Asia/Tokyo"))
    assert times(aware, None).to_pylist() == [utc(2013, 4, 1), None]


def test_timestamps_without_zone_are_refused_where_none_is_given() -> None:
    with pytest.raises(UnreadableValueError, match="no time zone") as caught:
        times(pa.array([None, datetime.fromisoformat("2013-04-01")]), None)
    assert caught.value.position == 1


def test_times_of_a_csv_file_may_be_text_or_epoch_numbers() -> None:
    read = conversion("time", None, None, is_csv=True)
    assert read(pa.array(["1364774400", ""])).to_pylist() == [utc(2013, 4, 1), None]
    assert read(pa.array(["2013-04-01T00:00:00Z", ""])).to_pylist() == [utc(2013, 4, 1), None]


def test_ids_of_a_csv_file_are_taken_as_they_are() -> None:
    read = conversion("id", None, None, is_csv=True)
    assert read(pa.array(["1.0", "2.0"])).to_pylist() == ["1.0", "2.0"]


def test_text_that_is_no_number_may_count_as_invalid() -> None:
    read = conversion("distance", "numeric", None, is_csv=True, text_is_invalid=True)
    assert str(read(pa.array(["1", "far", "", "true"])).to_pylist()) == "[1.0, nan, None, 1.0]"
    with pytest.raises(UnreadableValueError, match="is no number"):
        numbers_or_nan(pa.array([datetime.fromisoformat("2013-04-01")]))


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.dictionary(pa.int8(), pa.float64())])
def test_floats_have_the_text_of_the_same_whole_numbers(kind: pa.DataType) -> None:
    array = pa.array([1.0, None, 0.5, -0.0, 1.0], pa.float64()).cast(pa.float32()).cast(pa.float64())
    array = array.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else array.cast(kind)
    assert categories(array).to_pylist() == ["1", None, "0.5", "0", "1"]


def test_a_dictionary_may_hold_values_that_no_row_has_and_the_same_text_twice() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([0, 2, None]), pa.array([1.5, 9.0, 1.5]))
    assert categories(array).to_pylist() == ["1.5", "1.5", None]


@pytest.mark.parametrize("scale", [1, 1_000, 1_000_000, 1_000_000_000])
def test_epochs_may_be_floats(scale: int) -> None:
    moment = utc(2013, 4, 1) + timedelta(milliseconds=500)
    assert times(pa.array([moment.timestamp() * scale, None]), None).to_pylist() == [moment, None]


@pytest.mark.parametrize("values", [[float("nan")], [12.0], [1364774400.0, 1364774400000.0, 12.0]])
def test_floats_that_are_no_time_are_refused(values: list[float]) -> None:
    with pytest.raises(UnreadableValueError, match="is no time"):
        times(pa.array(values), None)


def test_floats_in_two_units_are_read_one_by_one() -> None:
    assert times(pa.array([1364774400.0, 1364774400000.0]), None).to_pylist() == [utc(2013, 4, 1)] * 2


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64()])
def test_days_begin_in_the_zone(kind: pa.DataType) -> None:
    days = pa.array([date(2013, 7, 1), None], kind)
    assert times(days, ZoneInfo("Europe/Berlin")).to_pylist() == [utc(2013, 6, 30, 22), None]
    with pytest.raises(UnreadableValueError, match="no time zone"):
        times(days, None)


def test_ingested_is_a_time_as_well() -> None:
    assert conversion("ingested", None, None, is_csv=True)(pa.array(["1364774400"])).to_pylist() == [utc(2013, 4, 1)]
