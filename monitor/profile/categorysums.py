"""The sums of all categorical columns, for many groups of rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from monitor.profile.arrays import TEXT, IntArray, column
from monitor.profile.categorical import Categories, bounded, joined
from monitor.profile.groups import Groups
from monitor.profile.layout import CategoricalPlace, Layout

Names = tuple[Mapping[str, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class CategorySums:
    """Sums of some rows: counts by category, column after column, and for each column the names of unseen values."""

    counts: IntArray
    unseen_names: Names

    @classmethod
    def empty(cls, layout: Layout) -> CategorySums:
        """Sums of no rows."""
        return cls(np.zeros(layout.categories, np.int64), tuple({} for _ in layout.categorical))

    def __add__(self, other: CategorySums) -> CategorySums:
        names = zip(self.unseen_names, other.unseen_names, strict=True)
        return CategorySums(self.counts + other.counts, tuple(joined(*pair) for pair in names))


def category_sums(batch: pa.RecordBatch, layout: Layout, groupings: Sequence[Groups]) -> list[list[CategorySums]]:
    """Sums by group, for each way of grouping the rows."""
    counts = [np.zeros((groups.count, layout.categories), np.int64) for groups in groupings]
    unseen: list[list[list[Mapping[str, int]]]] = [[[] for _ in range(groups.count)] for groups in groupings]
    for place in layout.categorical:
        column_of = _Coded(column(batch, place.name, TEXT), place)
        for number, groups in enumerate(groupings):
            counts[number][:, place.start : place.stop] = groups.cells(column_of.codes, place.stop - place.start)
            for names, found in zip(unseen[number], column_of.unseen(groups), strict=True):
                names.append(found)
    return [
        [CategorySums(row, tuple(names)) for row, names in zip(counted, named, strict=True)]
        for counted, named in zip(counts, unseen, strict=True)
    ]


class _Coded:
    """A text column as positions among its categories, other, unseen and null."""

    def __init__(self, array: pa.Array, place: CategoricalPlace) -> None:
        encoded = array.dictionary_encode()
        self._names = encoded.dictionary.to_pylist()
        size = place.stop - place.start
        self._unseen = size - 2
        positions = np.array([*(_position(name, place.categories) for name in self._names), size - 1], np.int64)
        indices = encoded.indices
        if indices.null_count:
            indices = indices.fill_null(len(self._names))
        self._indices = indices.to_numpy(zero_copy_only=False)
        self.codes: IntArray = positions.take(self._indices)
        self._has_unseen = bool((positions[:-1] == self._unseen).any())

    def unseen(self, groups: Groups) -> list[Mapping[str, int]]:
        """How often each unseen value occurs, group by group."""
        found: list[dict[str, int]] = [{} for _ in range(groups.count)]
        if not self._has_unseen:
            return list(found)
        rows = np.flatnonzero(self.codes == self._unseen)
        size = len(self._names)
        cells, counts = np.unique(groups.codes[rows] * size + self._indices[rows], return_counts=True)
        for cell, count in zip(cells.tolist(), counts.tolist(), strict=True):
            place, name = divmod(cell, size)
            if place < groups.count:
                found[place][self._names[name]] = count
        return [bounded(names) for names in found]


def _position(name: str, categories: Categories) -> int:
    position = categories.position.get(name)
    if position is not None:
        return position
    return len(categories.names) + (0 if categories.known(name) else 1)
