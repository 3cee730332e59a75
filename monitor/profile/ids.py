"""Counts rows whose id stood before, in bounded space and whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

MOST_KEPT = 2**21

Hashes = npt.NDArray[np.uint64]
_ODD = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
_SHIFT = np.uint64(29)


class IdCounter:
    """Keeps a hash of each different id, and how many rows carry it.

    Beyond two million different ids it keeps only every second, fourth, ... of them, and counts in proportion.

    >>> counter = IdCounter()
    >>> counter.add(hashed(pa.array(["a", "b", "a", None])))
    >>> counter.repeated()
    1
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._different, self._rows = np.zeros(0, np.uint64), np.zeros(0, np.int64)
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
        return int((self._rows - 1).sum()) << self._level

    def _settle(self) -> None:
        """Counts the rows that wait by their ids, and leaves every second id out as often as there are too many."""
        hashes = np.concatenate([self._different, *self._waiting])
        rows = np.concatenate([self._rows, np.ones(self._waits, np.int64)])
        self._waiting, self._waits = [], 0
        if hashes.size:
            order = np.argsort(hashes, kind="stable")
            hashes, rows = hashes[order], rows[order]
            starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
            self._different, self._rows = hashes[starts], np.add.reduceat(rows, starts)
        while self._different.size > self._most:
            self._level += 1
            kept = self._is_kept(self._different)
            self._different, self._rows = self._different[kept], self._rows[kept]

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
