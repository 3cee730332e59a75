"""Values as bytes and back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from monitor.profile.codec import FORM, UnknownFormError, packed, unpacked
from monitor.profile.moments import Moments

leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary())
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(tuple), st.dictionaries(st.text(), inner, max_size=4), st.frozensets(st.text())
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150, database=None)
@given(values)
def test_plain_values_come_back_as_they_were(value: object) -> None:
    copy = unpacked(packed(value))
    assert copy == value
    assert type(copy) is type(value)


@settings(deadline=None, max_examples=80, database=None)
@given(arrays.arrays(np.int64, arrays.array_shapes(min_dims=1, max_dims=3, min_side=0)))
def test_whole_numbers_of_any_size_come_back(array: np.ndarray) -> None:
    copy = unpacked(packed(array))
    assert copy.dtype == np.int64
    assert copy.shape == array.shape
    assert np.array_equal(copy, array)


@settings(deadline=None, max_examples=80, database=None)
@given(arrays.arrays(np.float64, arrays.array_shapes(min_dims=1, max_dims=2, min_side=0)))
def test_floats_come_back_to_the_last_bit(array: np.ndarray) -> None:
    assert unpacked(packed(array)).tobytes() == array.tobytes()


def test_several_arrays_keep_their_places() -> None:
    value = (np.arange(3), np.array([0.5]), np.zeros((0, 4), np.int64), np.array([-1, 70_000, 2**40]))
    assert [part.tolist() for part in unpacked(packed(value))] == [[0, 1, 2], [0.5], [], [-1, 70_000, 2**40]]


@pytest.mark.parametrize("number", [math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308])
def test_extreme_sums_come_back(number: float) -> None:
    copy = unpacked(packed(Moments(1, number, number)))
    assert math.copysign(1, copy.mean) == math.copysign(1, number)
    assert copy == Moments(1, number, number)


def test_a_sum_that_is_no_number_comes_back_as_that() -> None:
    assert math.isnan(unpacked(packed(Moments(2, math.nan, math.inf))).mean)


def test_arrays_that_come_back_can_be_added_to() -> None:
    copy = unpacked(packed(np.array([1, 2])))
    copy += 300
    assert copy.tolist() == [301, 302]


def test_what_both_sides_know_is_only_named_and_comes_back_itself() -> None:
    long = ("a long name",) * 1_000
    content = packed({"own": long, "same text": (*long,)}, {"names": long})
    assert len(packed((long, 1), {"names": long})) < 100
    assert unpacked(content, {"names": long})["own"] is long


def test_small_counts_take_little_room() -> None:
    draw = np.random.default_rng(1)
    assert len(packed(draw.integers(0, 256, 10_000))) < 10_200


@pytest.mark.parametrize("content", [b"", b"\x01", bytes([FORM + 1]) + bytes(20), b"not ours at all"])
def test_bytes_of_another_form_are_refused_by_name(content: bytes) -> None:
    with pytest.raises(UnknownFormError, match=f"this Seamark knows form {FORM}"):
        unpacked(content)


@pytest.mark.parametrize("value", [object(), [1, 2], {1}, bytearray(2)])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be packed"):
        packed(value)
