"""Which group each row of a batch belongs to: a bucket, a version, a segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.profile.arrays import FloatArray, IntArray

NO_GROUP = -1


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows by group.

    `keys` are the groups that have rows, in rising order; `codes` the place of each row's group in them. Rows that
    belong to no group have a place after the last one. `order` sorts the rows by place, None where they stand so;
    `starts` says where each place begins in that order, and `sizes` how many rows it has. Where `only_counts` is true
    rows per bin are all that is wanted of the groups.
    """

    keys: IntArray
    codes: IntArray
    order: IntArray | None
    starts: IntArray
    sizes: IntArray
    only_counts: bool = False

    @classmethod
    def of(cls, raw: IntArray, *, only_counts: bool = False) -> Groups:
        """Groups by number, none of them large; `NO_GROUP` for rows outside."""
        rows = np.bincount(raw + 1)
        outside, rows = int(rows[:1].sum()), rows[1:]
        keys = np.flatnonzero(rows)
        sizes = rows[keys] if not outside else np.append(rows[keys], outside)
        if sizes.size == 1:
            return cls(keys, np.zeros(raw.size, np.int64), None, np.zeros(1, np.int64), sizes, only_counts)
        places = np.full(rows.size + 1, keys.size)  # the last one is that of NO_GROUP
        places[keys] = np.arange(keys.size)
        codes = places.take(raw)
        rises = bool((codes[1:] >= codes[:-1]).all())
        order = None if rises else np.argsort(codes.astype(np.uint16), kind="stable")
        return cls(keys, codes, order, np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes, only_counts)

    @classmethod
    def whole(cls, rows: int, key: int = 0) -> Groups:
        """All rows as one group."""
        places = np.zeros(rows, np.int64)
        return cls(np.array([key]), places, None, np.zeros(1, np.int64), np.array([rows]))

    @property
    def count(self) -> int:
        """How many groups there are."""
        return self.keys.size

    @property
    def places(self) -> int:
        """How many places there are, with the one for rows of no group."""
        return self.sizes.size

    @property
    def is_one(self) -> bool:
        """Whether all rows are one group."""
        return self.places == 1

    def ordered(self, values: FloatArray) -> FloatArray:
        """The values, group by group."""
        return values if self.order is None else values.take(self.order)

    def spread(self, values: FloatArray) -> FloatArray:
        """A value of each group for each of its rows, group by group; nought for rows of no group."""
        if self.is_one:
            return np.broadcast_to(values, self.codes.shape) if self.count else np.zeros(self.codes.size)
        return np.repeat(np.append(values, np.zeros(self.places - self.count)), self.sizes)

    def rows(self, place: int) -> IntArray | slice:
        """Which rows a group has."""
        stretch = slice(int(self.starts[place]), int(self.starts[place] + self.sizes[place]))
        return stretch if self.order is None else self.order[stretch]

    def cells(self, codes: IntArray, size: int) -> IntArray:
        """Rows by group and code, of shape `(count, size)`."""
        counted = np.bincount(self._cells(codes, size), minlength=self.places * size)
        return counted.reshape(self.places, size)[: self.count]

    def sums(self, codes: IntArray, weights: FloatArray, size: int) -> FloatArray:
        """Sums of the weights by group and code, of shape `(count, size)`."""
        summed: FloatArray = np.bincount(self._cells(codes, size), weights, self.places * size).astype(np.float64)
        return summed.reshape(self.places, size)[: self.count]

    def _cells(self, codes: IntArray, size: int) -> IntArray:
        return codes if self.is_one else self.codes * size + codes
