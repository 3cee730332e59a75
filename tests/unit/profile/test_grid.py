"""Bins found by a grid are those of a binary search."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.profile.arrays import FloatArray
from monitor.profile.grid import CELLS, Grid

finite = st.floats(allow_nan=False, allow_infinity=False)
any_number = st.floats(allow_nan=False)


def assert_searches(edges: FloatArray, numbers: FloatArray) -> None:
    with np.errstate(over="ignore"):
        neighbours = [np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf)]
    around = np.concatenate([numbers, edges, *neighbours])
    assert Grid(edges).find(around).tolist() == np.searchsorted(edges, around, side="right").tolist()


@settings(deadline=None, max_examples=150, database=None)
@given(st.lists(finite, max_size=60), st.lists(any_number, max_size=60))
def test_any_number_is_found_between_any_edges(edges: list[float], numbers: list[float]) -> None:
    assert_searches(np.unique(np.array(edges)), np.array(numbers))


@settings(deadline=None, max_examples=60, database=None)
@given(finite, st.integers(1, 300), st.lists(any_number, max_size=20))
def test_edges_that_are_the_nearest_floats_of_each_other_are_told_apart(
    first: float, count: int, numbers: list[float]
) -> None:
    edges = [first]
    for _ in range(count):
        edges.append(math.nextafter(edges[-1], math.inf))
    kept = np.array(edges)
    assert_searches(kept[np.isfinite(kept)], np.array(numbers))


SMALLEST, GREATEST = 5e-324, 1.7976931348623157e308
CORNERS = {
    "no edge": [],
    "one edge": [0.0],
    "denormals": [number * SMALLEST for number in range(-300, 300)],
    "the widest span of floats": [-GREATEST, -1.0, 0.0, 1.0, GREATEST],
    "a crowd and an outlier": [*np.linspace(0, 1, 300).tolist(), 1e300],
    "crowds at both ends": [*np.linspace(0, 1, 128).tolist(), *np.linspace(1e12, 1e12 + 1, 128).tolist()],
    "one edge for each cell": list(range(CELLS)),
    "more edges than cells": list(range(3 * CELLS)),
    "a large offset": (1e15 + np.arange(300) * 0.125).tolist(),
}


@pytest.mark.parametrize("name", CORNERS)
def test_extreme_edges_are_searched_exactly(name: str) -> None:
    draw = np.random.default_rng(1)
    infinite = [np.inf, -np.inf, GREATEST, -GREATEST, SMALLEST, -SMALLEST, 0.0, -0.0]
    numbers = np.concatenate([infinite, draw.normal(0, 1, 100), draw.standard_cauchy(100) * 1e9])
    assert_searches(np.array(CORNERS[name], np.float64), numbers)


def test_numbers_stay_as_they_were() -> None:
    numbers = np.array([3.0, -1.0, np.inf])
    Grid(np.array([0.0, 1.0, 5.0])).find(numbers)
    assert numbers.tolist() == [3.0, -1.0, np.inf]


def test_nan_does_no_harm_to_its_neighbours() -> None:
    assert Grid(np.array([0.0, 1.0])).find(np.array([np.nan, 0.5, np.nan, 2.0]))[[1, 3]].tolist() == [1, 2]
