"""Couriers: one for each receiver at a time, nobody waits for another, and no fault goes unheard."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from threading import Event

import pytest

from alerts.couriers import Couriers

LONG = 20


class Town:
    """Receivers who open when they are told to."""

    def __init__(self, *closed: str) -> None:
        self.doors = {name: Event() for name in closed}
        self.visits: list[str] = []
        self.begun, self.visited = Event(), Event()

    def __call__(self, receiver: str) -> None:
        self.visits.append(receiver)
        self.begun.set()
        if receiver in self.doors:
            assert self.doors[receiver].wait(LONG)
        if receiver == "broken":
            raise ConnectionError("the store is away")
        self.visited.set()


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town("slow")
    yield town
    for door in town.doors.values():
        door.set()


def test_who_is_slow_holds_up_nobody_and_has_one_courier_at_a_time(town: Town) -> None:
    couriers = Couriers(town, most=2)
    couriers.send(["slow", "quick"])
    assert town.visited.wait(LONG)
    couriers.send(["slow"])
    town.doors["slow"].set()
    couriers.wait()
    assert sorted(town.visits) == ["quick", "slow"]
    couriers.send(["slow"])
    couriers.wait()
    couriers.close()
    assert town.visits.count("slow") == 2


def test_a_fault_is_raised_where_one_waits_for_it(town: Town) -> None:
    couriers = Couriers(town, most=1)
    couriers.send(["broken"])
    with pytest.raises(ConnectionError):
        couriers.wait()
    couriers.wait()
    couriers.close()


def test_a_fault_that_nobody_waits_for_is_logged_with_the_next_courier(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    couriers = Couriers(town, most=1)
    couriers.send(["broken"])
    couriers.send(["quick"])  # one at a time: when it is back, so is the first
    assert town.visited.wait(LONG)
    with caplog.at_level(logging.ERROR):
        couriers.send([])
    couriers.close()
    assert "the store is away" in caplog.text


def test_nobody_is_sent_out_any_more_after_the_end(town: Town) -> None:
    couriers = Couriers(town, most=1)
    couriers.send(["slow", "never"])
    assert town.begun.wait(LONG)
    threading.Timer(0.05, town.doors["slow"].set).start()
    couriers.close()
    assert town.visits == ["slow"]
