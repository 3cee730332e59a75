"""Reading ahead in a thread."""

from __future__ import annotations

import gc
import threading
from collections.abc import Generator
from contextlib import closing
from itertools import islice

import pytest

from monitor.sources.ahead import ahead


class Source:
    """Numbers that note how far they have been read, and whether they were closed."""

    def __init__(self, numbers: int, error: Exception | None = None) -> None:
        self.numbers = numbers
        self.error = error
        self.given = 0
        self.taken = 0
        self.furthest_ahead = 0
        self.is_closed = False

    def __iter__(self) -> Generator[int]:
        try:
            for given in range(1, self.numbers + 1):
                self.given = given
                self.furthest_ahead = max(self.furthest_ahead, self.given - self.taken)
                yield given
            if self.error:
                raise self.error
        finally:
            self.is_closed = True


def readers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "seamark-reads-ahead"]


def test_the_items_come_in_their_order() -> None:
    source = Source(1000)
    assert list(ahead(iter(source))) == list(range(1, 1001))  # type: ignore[arg-type]
    assert source.is_closed
    assert readers() == []


def test_at_most_two_items_wait() -> None:
    source = Source(500)
    for item in ahead(iter(source)):  # type: ignore[arg-type]
        source.taken = item
    assert source.furthest_ahead <= 3  # two that wait, and the one on its way to the consumer


def test_an_error_comes_after_the_items_before_it() -> None:
    source = Source(5, ValueError("gone"))
    items = ahead(iter(source))  # type: ignore[arg-type]
    assert list(islice(items, 5)) == [1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="gone"):
        next(items)
    assert readers() == []


def test_a_consumer_that_stops_early_ends_the_thread_and_closes_the_source() -> None:
    source = Source(1000)
    with closing(ahead(iter(source))) as items:  # type: ignore[arg-type]
        assert next(items) == 1
    assert source.is_closed
    assert source.given <= 4
    assert readers() == []


def test_a_consumer_that_is_forgotten_ends_the_thread_too() -> None:
    source = Source(1000)
    items = ahead(iter(source))  # type: ignore[arg-type]
    next(items)
    del items
    gc.collect()
    assert source.is_closed
    assert readers() == []


def test_nothing_is_read_before_it_is_asked_for() -> None:
    source = Source(3)
    ahead(iter(source))  # type: ignore[arg-type]
    assert source.given == 0
    assert readers() == []
