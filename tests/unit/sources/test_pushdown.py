"""Conditions that are pushed down to files."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from monitor.sources.pushdown import condition, ids_expression, time_expression, where_expression
from monitor.sources.spec import Filter, Operator, Scalar
from monitor.window import Window, utc

WINDOW = Window(utc(2013, 4, 1), utc(2013, 4, 2))
BERLIN = ZoneInfo("Europe/Berlin")


def kept(values: pa.Array, expression: Any) -> list[Any]:
    found: list[Any] = pa.table({"x": values}).filter(expression)["x"].to_pylist()
    return found


def by(values: pa.Array, op: Operator, value: Scalar | tuple[Scalar, ...] | None = None) -> list[Any]:
    return kept(values, where_expression(pa.schema([("x", values.type)]), [Filter("x", op, value)], BERLIN))


@pytest.mark.parametrize(
    ("values", "value"),
    [
        (pa.array([1, 2, None]), 1),
        (pa.array([1, 2, None], pa.int8()), Decimal("1.0")),
        (pa.array([1, 2, None], pa.uint64()), 1.0),
        (pa.array([1.0, 2.0, None], pa.float32()), 1),
        (pa.array([Decimal("1.50"), Decimal("2.00"), None]), 1.5),
        (pa.array([True, False, None]), 1),
        (pa.array(["1", "2", None]), 1),
        (pa.array(["a", "b", None]).dictionary_encode(), "a"),
        (pa.array([date(2013, 1, 1), date(2014, 1, 1), None]), "2013-01-01"),
        (pa.array([utc(2013), utc(2014), None], pa.timestamp("ms", "UTC")), utc(2013)),
        (pa.array([utc(2012, 12, 31, 23), utc(2014), None], pa.timestamp("us", "UTC")), date(2013, 1, 1)),
        (
            pa.array(
                [datetime.fromisoformat("2013-01-01"), datetime.fromisoformat("2014-01-01"), None], pa.timestamp("us")
            ),
            utc(2012, 12, 31, 23),
        ),
    ],
)
def test_a_value_is_held_against_a_column_in_its_type(values: pa.Array, value: Scalar) -> None:
    first, second, _ = values.to_pylist()
    assert by(values, "=", value) == by(values, "in", (value,)) == [first]
    assert by(values, "!=", value) == by(values, "not in", (value,)) == [second]
    assert by(values, "is null") == [None]
    assert by(values, "is not null") == [first, second]


def test_order_is_that_of_numbers() -> None:
    values = pa.array([1, 2, 3, None], pa.int16())
    assert by(values, "<", 2.5) == [1, 2]
    assert by(values, "<=", 2) == [1, 2]
    assert by(values, ">", 100_000) == []
    assert by(values, ">=", -(10**9)) == [1, 2, 3]
    assert by(values, "in", ()) == []


@pytest.mark.parametrize(
    ("values", "value"),
    [(pa.array([1]), "1"), (pa.array([True]), 2), (pa.array([date(2013, 1, 1)]), "soon"), (pa.array([[1]]), 1)],
)
def test_a_value_that_does_not_go_with_the_column_is_refused(values: pa.Array, value: Scalar) -> None:
    with pytest.raises(ValueError, match="does not go with"):
        by(values, "=", value)
    with pytest.raises(ValueError, match="one value is wanted"):
        by(values, "=", (value,))


def test_a_column_that_is_not_there_is_null() -> None:
    values = pa.array([1])
    assert kept(values, where_expression(pa.schema([]), [Filter("y", "is null")], None)) == [1]
    assert kept(values, where_expression(pa.schema([]), [Filter("y", "!=", 1)], None)) == []


def test_a_filter_holds_for_arrays_as_for_fields() -> None:
    values = pa.array([1, 2, None])
    assert values.filter(condition(values, values.type, Filter("x", "not in", (1, 5)), None)).to_pylist() == [2]


@pytest.mark.parametrize("scale", [1, 10**3, 10**6, 10**9])
@pytest.mark.parametrize("exact", [int, float])
def test_epochs_are_found_in_any_unit(scale: int, exact: type[int] | type[float]) -> None:
    inside, before = (exact(moment.timestamp() * scale) for moment in (utc(2013, 4, 1, 12), utc(2013, 3, 31)))
    values = pa.array([inside, before, None])
    assert kept(values, time_expression("x", values.type, WINDOW)) == [inside]


@pytest.mark.parametrize("value", [0, 20130401, 5 * 10**9, 5 * 10**12, 5 * 10**15, 5 * 10**18, -1])
def test_numbers_that_are_times_in_no_unit_are_kept_so_that_they_are_told(value: int) -> None:
    values = pa.array([value])
    assert kept(values, time_expression("x", values.type, WINDOW)) == [value]


def test_text_is_compared_by_day_with_a_margin_and_what_is_no_time_is_kept() -> None:
    values = pa.array(["2013-03-31T23:00:00-02:00", "2013-03-28", "2013-04-09", "soon", "01.04.2013", None])
    found = kept(values, time_expression("x", values.type, WINDOW))
    assert found == ["2013-03-31T23:00:00-02:00", "soon", "01.04.2013"]


def test_local_times_are_read_with_a_margin_for_changed_clocks() -> None:
    start = WINDOW.start.astimezone(BERLIN).replace(tzinfo=None)
    values = pa.array([start - timedelta(hours=1), start - timedelta(hours=4)], pa.timestamp("us"))
    assert kept(values, time_expression("x", values.type, WINDOW, BERLIN)) == [start - timedelta(hours=1)]
    start = WINDOW.start.replace(tzinfo=None)
    values = pa.array([start, start - timedelta(microseconds=1)], pa.timestamp("us"))
    assert kept(values, time_expression("x", values.type, WINDOW, ZoneInfo("UTC"))) == [start]


def test_truth_is_no_time() -> None:
    assert time_expression("x", pa.bool_(), WINDOW) is None


def test_ids_narrow_the_rows_to_their_range() -> None:
    ids = pa.array(["3", "02", "many", "5", "9" * 30])
    assert kept(pa.array([1, 3, 4, 5, 6], pa.int32()), ids_expression("x", pa.int32(), ids)) == [3, 4, 5]
    assert kept(pa.array([1, 3]), ids_expression("x", pa.int64(), pa.array(["many"]))) == []
    texts = pa.array(["01", "02", "4", "z"])
    for values in (texts, texts.cast(pa.large_string()), texts.dictionary_encode()):
        assert kept(values, ids_expression("x", values.type, ids)) == ["02", "4"]
    assert ids_expression("x", pa.uint8(), ids) is not None
    assert ids_expression("x", pa.float64(), ids) is None


def test_a_condition_is_an_expression_that_arrow_can_simplify() -> None:
    assert isinstance(time_expression("x", pa.int64(), WINDOW), pc.Expression)
