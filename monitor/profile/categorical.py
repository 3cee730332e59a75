"""What is kept of a categorical column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from monitor.profile.arrays import IntArray, tally

MOST_CATEGORIES = 1_000
MOST_OTHERS = 100_000
MOST_UNSEEN = 1_000


@dataclass(frozen=True, slots=True)
class Categories:
    """The reference's categories: the most frequent by name in falling order, and the set of the others.

    `complete` is false where the reference holds more categories than are kept: then a value that is not known
    may stand in the reference after all, and counts as *other*, never as unseen.
    """

    names: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()
    complete: bool = True
    position: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", {name: place for place, name in enumerate(self.names)})

    def known(self, name: str) -> bool:
        return name in self.position or name in self.others or not self.complete


class CategoryCounter:
    """Takes the reference's texts of a column and settles its categories."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._complete = True

    def add(self, array: pa.Array) -> None:
        for name, count in tally(array).items():
            if name in self._counts or len(self._counts) < MOST_OTHERS:
                self._counts[name] = self._counts.get(name, 0) + count
            else:
                self._complete = False

    def cut(self) -> Categories:
        ordered = most_frequent(self._counts)
        return Categories(
            tuple(ordered[:MOST_CATEGORIES]), frozenset(ordered[MOST_CATEGORIES:]), complete=self._complete
        )


@dataclass(frozen=True, slots=True, eq=False)
class CategoricalProfile:
    """Counts of the reference's categories, of the others, and of values that the reference does not hold.

    `counts` follow `categories.names`, and *other* comes last. `unseen` is always exact; `unseen_names` counts
    its names, exactly while there are at most 1,000 of them, and after that keeps the most frequent.
    """

    categories: Categories
    counts: IntArray
    rows: int = 0
    nulls: int = 0
    unseen: int = 0
    unseen_names: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def empty(cls, categories: Categories) -> CategoricalProfile:
        """The profile of no rows."""
        return cls(categories, np.zeros(len(categories.names) + 1, np.int64))

    @classmethod
    def of(cls, array: pa.Array, categories: Categories) -> CategoricalProfile:
        """The profile of a text column."""
        counts = [0] * (len(categories.names) + 1)
        unseen: dict[str, int] = {}
        for name, count in tally(array).items():
            place = categories.position.get(name)
            if place is not None:
                counts[place] = count
            elif categories.known(name):
                counts[-1] += count
            else:
                unseen[name] = count
        return cls(
            categories,
            np.array(counts, np.int64),
            rows=len(array),
            nulls=array.null_count,
            unseen=sum(unseen.values()),
            unseen_names=bounded(unseen),
        )

    def __add__(self, other: CategoricalProfile) -> CategoricalProfile:
        if self.categories is not other.categories and self.categories != other.categories:
            raise ValueError("profiles on different categories do not add up")
        if other.rows == 0:
            return self
        if self.rows == 0:
            return other
        return CategoricalProfile(
            self.categories,
            self.counts + other.counts,
            rows=self.rows + other.rows,
            nulls=self.nulls + other.nulls,
            unseen=self.unseen + other.unseen,
            unseen_names=joined(self.unseen_names, other.unseen_names),
        )

    def canonical(self) -> bytes:
        """The same bytes for the same rows, however they came in batches."""
        facts = (self.categories.names, self.rows, self.nulls, self.unseen)
        return b"categorical" + repr(facts).encode() + self.counts.tobytes()


def most_frequent(counts: Mapping[str, int]) -> list[str]:
    """Names by falling count; equal counts by name.

    >>> most_frequent({"b": 1, "a": 1, "c": 2})
    ['c', 'a', 'b']
    """
    return sorted(counts, key=lambda name: (-counts[name], name))


def joined(left: Mapping[str, int], right: Mapping[str, int]) -> Mapping[str, int]:
    """Counts of both, bounded."""
    if not left or not right:
        return left or right
    joined = dict(left)
    for name, count in right.items():
        joined[name] = joined.get(name, 0) + count
    return bounded(joined)


def bounded(counts: Mapping[str, int]) -> Mapping[str, int]:
    """The counts of the most frequent names, as many as are kept."""
    if len(counts) <= MOST_UNSEEN:
        return counts
    return {name: counts[name] for name in most_frequent(counts)[:MOST_UNSEEN]}
