"""Finds features that are ids in truth: nearly every row has a value of its own."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.profile.categorical import CategoricalProfile
from monitor.profile.column import TARGET
from monitor.profile.model import ModelProfile

ENOUGH_TO_JUDGE = 50
MOSTLY_DISTINCT = 0.95
_OUTPUTS = ("prediction", TARGET)


def id_complaints(profile: ModelProfile) -> Iterator[str]:
    """One sentence for each categorical feature with about as many values as rows, in the rows that cut the bins."""
    for name, column in profile.columns.items():
        if name not in _OUTPUTS and isinstance(column, CategoricalProfile) and _is_like_an_id(column):
            more_than = "" if column.categories.complete else "more than "
            yield (
                f"{name} has {more_than}{_distinct(column):,} values in {column.rows - column.nulls:,} rows of the"
                " reference: an id says nothing of drift, so leave it out of `features`, or map it as `id`"
            )


def _is_like_an_id(column: CategoricalProfile) -> bool:
    values = column.rows - column.nulls
    if values < ENOUGH_TO_JUDGE:
        return False
    return not column.categories.complete or _distinct(column) >= MOSTLY_DISTINCT * values


def _distinct(column: CategoricalProfile) -> int:
    return len(column.categories.names) + len(column.categories.others)
