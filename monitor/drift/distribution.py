"""The distribution of a column, as people see it: labelled bins, cut and named by the reference alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np

from monitor.drift.counts import comparison_counts
from monitor.profile.arrays import FloatArray, IntArray
from monitor.profile.bins import Bins
from monitor.profile.column import ColumnProfile
from monitor.profile.numeric import NumericProfile

MOST_SHOWN = 20
LEFTOVERS = ("other", "unseen", "null")
DASH = " – "  # noqa: RUF001  # an en dash is what stands between two numbers


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin by its label, and the share of the reference's rows in it."""

    label: str
    share: float


def reference_bins(column: ColumnProfile) -> tuple[Bin, ...]:
    """The bins of a column in order, nulls last; without a row the shares are 0."""
    counts = current_counts(column, column)
    labels = _numeric_labels(column.bins) if isinstance(column, NumericProfile) else _category_labels(column)
    return tuple(
        Bin(label, count / column.rows if column.rows else 0.0)
        for label, count in zip([*labels, "null"], counts, strict=True)
    )


def current_counts(reference_column: ColumnProfile, current_column: ColumnProfile) -> tuple[int, ...]:
    """Rows of the current column in each of the reference's bins, in the same order."""
    counts = comparison_counts(current_column)
    if not isinstance(reference_column, NumericProfile):
        counts = _fold(counts, shown=_shown(reference_column))
    return tuple(int(count) for count in counts)


def _shown(column: ColumnProfile) -> int:
    return min(MOST_SHOWN, comparison_counts(column).size - len(LEFTOVERS))


def _fold(counts: IntArray, *, shown: int) -> IntArray:
    """Counts of the categories shown, then other, unseen and null."""
    return np.concatenate([counts[:shown], [counts[shown:-2].sum()], counts[-2:]])


def _category_labels(column: ColumnProfile) -> list[str]:
    if isinstance(column, NumericProfile):
        raise TypeError("a numeric column has no categories")
    names = [_plain(name) for name in column.categories.names[:MOST_SHOWN]]
    return [*names, "other", "unseen"]


def _plain(name: str) -> str:
    """A category's name, quoted where it reads like something else."""
    return repr(name) if name in LEFTOVERS or name != name.strip() or not name else name


def _numeric_labels(bins: Bins) -> list[str]:
    if bins.edges.size == 0:
        return ["any number"]
    if bins.values is None:
        return _edge_labels(bins)
    return _value_labels(bins.values, bins.groups)


def _edge_labels(bins: Bins) -> list[str]:
    """Labels between edges; the edge just above a heavy value is named by that value."""
    at = bins.groups[1:] - 1
    above = bins.edges[at] == np.nextafter(bins.edges[at - 1], np.inf)
    texts = short_texts(np.where(above, bins.edges[at - 1], bins.edges[at]))
    first, last = ("≤" if above[0] else "<"), (">" if above[-1] else "≥")
    return [f"{first} {texts[0]}", *(_stretch(*ends) for ends in pairwise(texts)), f"{last} {texts[-1]}"]


def _value_labels(values: FloatArray, groups: IntArray) -> list[str]:
    """Labels of coarse bins that are made up of whole values."""
    texts = short_texts(values)
    if groups.size == values.size + 2:
        return [f"< {texts[0]}", *texts, f"> {texts[-1]}"]
    # The fine bin at position i holds value i - 1.
    starts = [texts[start - 1] for start in groups[1:]]
    ends = [texts[start - 2] for start in groups[1:]]
    inner = [_stretch(low, high) for low, high in zip(starts[:-1], ends[1:], strict=True)]
    return [f"≤ {ends[0]}", *inner, f"≥ {starts[-1]}"]


def _stretch(low: str, high: str) -> str:
    return low if low == high else low + DASH + high


def short_texts(numbers: Iterable[float]) -> list[str]:
    """Numbers in full where six digits suffice, else with as few as tell them apart, three at least.

    >>> short_texts([0.5, 1234.5])
    ['0.5', '1234.5']
    >>> short_texts([1 / 3, 1e9])
    ['0.333', '1e+09']
    """
    wanted = list(numbers)
    attempts = [[f"{number:.{digits}g}" for number in wanted] for digits in range(3, 18)]
    exact = (texts for texts in attempts[:4] if [float(text) for text in texts] == wanted)
    distinct = (texts for texts in attempts if len(set(texts)) == len(set(wanted)))
    texts = next(chain(exact, distinct))
    return [_without_exponent(number, text) for number, text in zip(wanted, texts, strict=True)]


def _without_exponent(number: float, text: str) -> str:
    """Whole numbers below a million in full."""
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e6 else text
