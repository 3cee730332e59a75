"""A bounded sample of a stream of numbers, the same however the stream is cut into batches."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from monitor.profile.arrays import FloatArray

SAMPLE_SIZE = 2**17

_Keys = npt.NDArray[np.uint64]


class Sample:
    """Keeps at most `size` of the finite numbers added, each with the same chance.

    Whether a number stays depends on its place in the stream alone, by a hash; so the sample is repeatable.

    >>> sample = Sample(size=100)
    >>> sample.add(np.arange(1000.0))
    >>> 25 < sample.values().size <= 100
    True
    """

    def __init__(self, size: int = SAMPLE_SIZE) -> None:
        self._size = size
        self._seen = 0
        self._largest_key = np.uint64(2**64 - 1)
        self._parts: list[tuple[_Keys, FloatArray]] = []
        self._kept = 0

    def add(self, values: FloatArray) -> None:
        """Take numbers in; what is not finite has a place in the stream and nothing more."""
        keys = _keys(self._seen, values.size)
        self._seen += values.size
        chosen = np.flatnonzero((keys <= self._largest_key) & np.isfinite(values))
        self._keep([(keys[chosen], values[chosen])])
        while self._kept > self._size:
            self._largest_key //= np.uint64(2)
            parts, self._parts, self._kept = self._parts, [], 0
            self._keep([(keys[keys <= self._largest_key], part[keys <= self._largest_key]) for keys, part in parts])

    def values(self) -> FloatArray:
        return np.concatenate([np.empty(0), *(values for _, values in self._parts)])

    def _keep(self, parts: Iterable[tuple[_Keys, FloatArray]]) -> None:
        for keys, values in parts:
            self._parts.append((keys, values))
            self._kept += values.size


@lru_cache(maxsize=2)  # the columns of a batch share their places
def _keys(start: int, count: int) -> _Keys:
    return _scramble(np.arange(start, start + count, dtype=np.uint64))


def _scramble(numbers: _Keys) -> _Keys:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): neighbours get keys that look independent."""
    numbers = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
