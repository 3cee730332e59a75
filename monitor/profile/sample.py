"""A bounded sample of a stream of numbers, the same however the stream is cut into batches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.profile.arrays import FloatArray

SAMPLE_SIZE = 2**17

_Keys = npt.NDArray[np.uint64]


class Sample:
    """Keeps at most `size` of the numbers added, each with the same chance.

    Whether a number stays depends on its place in the stream alone, by a hash; so the sample is repeatable.

    >>> sample = Sample(size=100)
    >>> sample.add(np.arange(1000.0))
    >>> 25 < sample.values().size <= 100
    True
    """

    def __init__(self, size: int = SAMPLE_SIZE) -> None:
        self._size = size
        self._seen = 0
        self._largest_key = 2**64 - 1
        self._keys: _Keys = np.empty(0, np.uint64)
        self._values: FloatArray = np.empty(0)

    def add(self, values: FloatArray) -> None:
        keys = _scramble(np.arange(self._seen, self._seen + values.size, dtype=np.uint64))
        self._seen += values.size
        self._keys = np.concatenate([self._keys, keys])
        self._values = np.concatenate([self._values, values])
        self._keep_small_keys()
        while self._values.size > self._size:
            self._largest_key //= 2
            self._keep_small_keys()

    def values(self) -> FloatArray:
        return self._values

    def _keep_small_keys(self) -> None:
        if self._largest_key < 2**64 - 1:
            kept = self._keys <= np.uint64(self._largest_key)
            self._keys, self._values = self._keys[kept], self._values[kept]


def _scramble(numbers: _Keys) -> _Keys:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): neighbours get keys that look independent."""
    numbers = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
