"""Batches, and the bad things in them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alerts.channels.answer import RefusedError
from alerts.channels.batches import hand_over
from alerts.channels.channel import DeliveryError


def refused(status: int) -> RefusedError:
    return RefusedError("no", permanent=True, retry_after=None, status=status, answer=b"")


@given(some.integers(0, 60), some.sets(some.integers(0, 59)), some.integers(1, 20))
def test_all_that_is_good_arrives_once_and_all_that_is_bad_is_named(count: int, bad: set[int], size: int) -> None:
    taken: list[int] = []

    def post(batch: Sequence[int]) -> None:
        assert 0 < len(batch) <= size
        if bad & set(batch):
            raise refused(400)
        taken.extend(batch)

    named = hand_over(range(count), post, size=size)
    assert sorted(taken) == sorted(set(range(count)) - bad)
    assert sorted(thing for thing, _ in named) == sorted(bad & set(range(count)))


def test_every_batch_goes_before_the_first_is_split() -> None:
    posted: list[list[int]] = []

    def post(batch: Sequence[int]) -> None:
        posted.append(list(batch))
        if 0 in batch:
            raise refused(413)

    hand_over(range(6), post, size=2)
    assert posted == [[0, 1], [2, 3], [4, 5], [0], [1]]


@pytest.mark.parametrize(
    "error", [refused(401), refused(503), DeliveryError("broke off", permanent=False)], ids=["401", "503", "reset"]
)
def test_what_is_not_about_the_content_splits_nothing(error: DeliveryError) -> None:
    def post(batch: Sequence[int]) -> None:
        raise error

    with pytest.raises(DeliveryError) as caught:
        hand_over(range(6), post, size=2)
    assert caught.value is error
