"""Columns made of Arrow arrays equal those made of Python objects."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources import arrowcolumns
from monitor.sources.moments import INSTANT, UnreadableTimeError, moments
from monitor.sources.values import categorical, numeric

NUMBER_LIKE = st.text("0123456789.eE+-_ naifty", max_size=8) | st.floats().map(repr) | st.text(max_size=5)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3) | st.integers().map(Decimal)


def shown(array: pa.Array) -> list[str]:
    return [repr(value) for value in array.to_pylist()]


@given(st.lists(st.none() | NUMBER_LIKE, max_size=6))
def test_text_is_the_same_number(values: list[str | None]) -> None:
    array = pa.array(values, pa.string())
    assert shown(arrowcolumns.TEXT["numeric"](array, None)) == shown(numeric(values))


@given(st.lists(st.none() | DECIMALS, max_size=6))
def test_decimals_are_the_same_numbers_and_categories(values: list[Decimal | None]) -> None:
    array = pa.array([None if value is None else f"{value:f}" for value in values], pa.string())
    assert shown(arrowcolumns.DECIMALS["numeric"](array, None)) == shown(numeric(values))
    assert arrowcolumns.DECIMALS["categorical"](array, None).to_pylist() == categorical(values).to_pylist()


@given(st.lists(st.none() | st.floats(), max_size=6))
def test_floats_are_the_same_categories(values: list[float | None]) -> None:
    array = pa.array(values, pa.float64(), from_pandas=False)
    assert arrowcolumns.FLOATS["categorical"](array, None).to_pylist() == categorical(values).to_pylist()


@pytest.mark.parametrize("per_second", [1, 10**3, 10**6, 10**9])
def test_whole_numbers_are_the_same_times(per_second: int) -> None:
    values = [1372680000 * per_second + 7, None, 4102444799 * per_second]
    for kind in (pa.int64(), pa.int32()) if per_second == 1 and values[2] < 2**31 else (pa.int64(),):
        array = pa.array(values, kind)
        assert arrowcolumns.WHOLE["time"](array, None).equals(moments(values, None))


def test_whole_numbers_of_two_units_are_the_same_times() -> None:
    values = [1372680000, 1372680000_000]
    assert arrowcolumns.WHOLE["time"](pa.array(values), None).equals(moments(values, None))


def test_columns_without_any_time_keep_their_type() -> None:
    for uses, kind in ((arrowcolumns.WHOLE, pa.int64()), (arrowcolumns.TEXT, pa.string())):
        assert uses["time"](pa.nulls(2, kind), ZoneInfo("UTC")).equals(pa.nulls(2, INSTANT))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_local_times_are_the_same_moments(zone: str) -> None:
    values = [datetime(2013, 10, 27, hour, 30) for hour in range(5)]  # noqa: DTZ001 - local on purpose
    found = arrowcolumns.TEMPORAL["time"](pa.array(values, pa.timestamp("us")), ZoneInfo(zone))
    assert found.equals(moments(values, ZoneInfo(zone)))


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), -62_135_596_800_000_001, 253_402_300_800_000_000])
def test_times_beyond_the_calendar_are_refused(value: int) -> None:
    array = pa.array([0, None, value]).cast(INSTANT)
    for use in ("time", "categorical"):
        with pytest.raises(UnreadableTimeError):
            arrowcolumns.TEMPORAL[use](array, None)
    edges = pa.array([datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)], INSTANT)
    assert arrowcolumns.TEMPORAL["time"](edges, None).equals(edges)


def test_days_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(UnreadableTimeError):
        arrowcolumns.TEMPORAL["time"](pa.array([-(2**31)], pa.int32()).cast(pa.date32()), ZoneInfo("UTC"))


def test_infinite_numbers_are_kept() -> None:
    assert arrowcolumns.TEXT["numeric"](pa.array(["Infinity", "-inf"]), None).to_pylist() == [math.inf, -math.inf]
