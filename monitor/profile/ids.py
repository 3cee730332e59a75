"""Counts rows whose id stood before, in bounded space and whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

MOST_KEPT = 2**18

Hashes = npt.NDArray[np.uint64]
_ODD = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
_SHIFT = np.uint64(29)


class IdCounter:
    """Keeps a hash of each different id, and how often those came again that did.

    Beyond a quarter of a million different ids it keeps every second, fourth, ... of them, and counts in proportion.

    >>> counter = IdCounter()
    >>> counter.add(hashed(pa.array(["a", "b", "a", None])))
    >>> counter.repeated()
    1
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._different = np.zeros(0, np.uint64)
        self._again, self._times = np.zeros(0, np.uint64), np.zeros(0, np.int64)  # ids that came more than once
        self._waiting: list[Hashes] = []
        self._waits = 0
        self._level = 0

    def add(self, hashes: Hashes) -> None:
        kept = hashes if self._level == 0 else hashes[self._is_kept(hashes)]
        self._waiting.append(kept)
        self._waits += kept.size
        if self._waits > self._most:
            self._settle()

    def repeated(self) -> int:
        """How many rows carry an id that stood before."""
        self._settle()
        return int(self._times.sum()) << self._level

    def _settle(self) -> None:
        """Tells repeats from different ids, and leaves every second id out as often as there are too many."""
        hashes = np.concatenate([self._different, *self._waiting])
        self._waiting, self._waits = [], 0
        hashes.sort()
        came_before = np.zeros(hashes.size, np.bool_)
        came_before[1:] = hashes[1:] == hashes[:-1]
        self._different = hashes[~came_before]
        self._count(hashes[came_before])
        while self._different.size > self._most:
            self._level += 1
            self._different = self._different[self._is_kept(self._different)]
            kept = self._is_kept(self._again)
            self._again, self._times = self._again[kept], self._times[kept]

    def _count(self, again: Hashes) -> None:
        if not again.size:
            return
        every = np.concatenate([self._again, again])
        times = np.concatenate([self._times, np.ones(again.size, np.int64)])
        self._again, places = np.unique(every, return_inverse=True)
        self._times = np.bincount(places, times).astype(np.int64)

    def _is_kept(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        return np.asarray(hashes >> np.uint64(64 - self._level) == 0)


def hashed(ids: pa.Array) -> Hashes:
    """A number for each id that is not null; equal ids give equal numbers, and others hardly ever do.

    Ids of one length are looked at side by side, eight bytes at a time.
    """
    ids = ids.drop_null() if ids.null_count else ids
    if not len(ids):
        return np.zeros(0, np.uint64)
    offsets = np.frombuffer(ids.buffers()[1], np.int32)[ids.offset : ids.offset + len(ids) + 1].astype(np.int64)
    content = np.frombuffer(ids.buffers()[2] or b"", np.uint8)
    lengths = np.diff(offsets)
    found = np.empty(len(ids), np.uint64)
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        found[rows] = _hash(content, offsets[rows], length)
    return found


def _hash(content: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], length: int) -> Hashes:
    state = np.full(starts.size, length + 1, np.uint64)
    for first in range(0, length, 8):
        word = np.zeros((starts.size, 8), np.uint8)
        width = min(8, length - first)
        word[:, :width] = content[starts[:, None] + np.arange(first, first + width)]
        state = _mixed(state ^ word.view(np.uint64)[:, 0])
    return _mixed(state)


def _mixed(state: Hashes) -> Hashes:
    """Spreads every bit over all others, as the finaliser of SplitMix64 does (Steele, Lea, Flood 2014)."""
    for factor in _ODD:
        state = (state ^ (state >> _SHIFT)) * factor
    return state ^ (state >> _SHIFT)
