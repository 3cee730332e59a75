"""Rows whose id stood before."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.profile.ids import IdCounter, hashed

texts = st.lists(st.one_of(st.none(), st.text(max_size=50)), max_size=40)


def array(ids: list[str | None]) -> pa.Array:
    return pa.array(ids, pa.string())


def repeated(*parts: list[str | None], most: int = 1_000) -> int:
    counter = IdCounter(most)
    for part in parts:
        counter.add(hashed(array(part)))
    return counter.repeated()


@settings(deadline=None, max_examples=150, database=None)
@given(texts)
def test_two_ids_have_one_hash_only_where_they_are_equal(ids: list[str | None]) -> None:
    present = [name for name in ids if name is not None]
    hashes = hashed(array(ids)).tolist()
    assert len(hashes) == len(present)
    for name, found in zip(present, hashes, strict=True):
        assert [other == found for other in hashes] == [other == name for other in present]


@settings(deadline=None, max_examples=60, database=None)
@given(texts, st.integers(0, 40), st.integers(0, 40))
def test_a_slice_has_the_hashes_of_its_rows(ids: list[str | None], start: int, length: int) -> None:
    part = array(ids).slice(min(start, len(ids)), length)
    assert hashed(part).tolist() == hashed(array(part.to_pylist())).tolist()


@pytest.mark.parametrize("length", range(51))
def test_every_byte_of_an_id_counts(length: int) -> None:
    ids = ["a" * length, *("a" * at + "b" + "a" * (length - at - 1) for at in range(length))]
    assert np.unique(hashed(array([*ids]))).size == len(ids)


def test_an_id_and_the_same_with_zero_bytes_behind_it_differ() -> None:
    assert np.unique(hashed(array(["", "\0", "\0" * 8, "a", "a\0", "\0a"]))).size == 6


@settings(deadline=None, max_examples=100, database=None)
@given(st.lists(st.lists(st.sampled_from(["", "a", "b", "ü", "long" * 9, None]), max_size=20), max_size=5))
def test_the_count_is_exact_while_few_ids_are_kept(parts: list[list[str | None]]) -> None:
    present = [name for part in parts for name in part if name is not None]
    assert repeated(*parts) == len(present) - len(set(present))


@settings(deadline=None, max_examples=40, database=None)
@given(st.permutations(range(300)), st.integers(1, 299))
def test_neither_order_nor_batches_matter_even_beyond_the_limit(order: list[int], cut: int) -> None:
    ids: list[str | None] = [f"id {number % 200}" for number in range(300)]
    mixed = [ids[number] for number in order]
    assert repeated(mixed[:cut], mixed[cut:], most=64) == repeated(ids, most=64)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_beyond_the_limit_rows_are_counted_in_proportion(share: float) -> None:
    different, again = 40_000, int(40_000 * share)
    ids: list[str | None] = [f"{number:06}" for number in range(different)]
    found = repeated(ids, ids[:again], most=4_096)
    deviation = 16 * np.sqrt(again / 16)  # one id in sixteen is kept
    assert abs(found - again) <= 4 * deviation


def test_no_row_is_called_repeated_where_all_ids_differ() -> None:
    assert repeated([str(number) for number in range(50_000)], most=1_000) == 0


def test_one_id_for_all_rows_is_counted_exactly_however_many_there_are() -> None:
    assert repeated(*[["same"] * 1_000] * 20, most=1_000) == 19_999


def test_asking_twice_gives_the_same_answer_and_counting_goes_on() -> None:
    counter = IdCounter()
    counter.add(hashed(array(["a", "a"])))
    assert (counter.repeated(), counter.repeated()) == (1, 1)
    counter.add(hashed(array(["a", "b"])))
    assert counter.repeated() == 2


def test_no_rows_no_repeats() -> None:
    assert repeated([], [None, None]) == 0
