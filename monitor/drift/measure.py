"""Drift of every column of a model, from two profiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.drift.catalogue import METHODS
from monitor.drift.method import CountMethod, DriftMethod, NumericMethod
from monitor.measurement import Estimate, skipped
from monitor.profile.column import ColumnProfile, rows_of, too_few
from monitor.profile.model import ModelProfile
from monitor.profile.numeric import NumericProfile


def measure_drift(
    reference: ModelProfile, current: ModelProfile, methods: Iterable[str], *, min_rows: int
) -> Iterator[tuple[str, str, Estimate]]:
    """Metric, column and estimate, for every method and every column of the reference that it applies to."""
    chosen = [METHODS[name] for name in methods]
    for name, before in reference.columns.items():
        now = current.columns.get(name)
        obstacle = _obstacle(before, now, min_rows=min_rows, noun=rows_of(name))
        for method in chosen:
            if not applies(method, before):
                continue
            if now is None or obstacle:
                yield method.name, name, skipped(obstacle, rows=now.rows if now else 0)
            else:
                yield method.name, name, compare(method, before, now, min_rows=min_rows)


def applies(method: DriftMethod, column: ColumnProfile) -> bool:
    """Whether a method can compare columns of this kind."""
    return isinstance(method, CountMethod) or isinstance(column, NumericProfile)


def compare(method: DriftMethod, reference: ColumnProfile, current: ColumnProfile, *, min_rows: int = 1) -> Estimate:
    """The estimate of a method that applies, for columns that hold rows.

    Counts compare even where every row is null now, since that is drift; numbers must be there to be compared.
    """
    if isinstance(method, CountMethod):
        return method.measure(reference, current)
    return _compare_numbers(method, reference, current, min_rows=min_rows)


def _compare_numbers(
    method: NumericMethod, reference: ColumnProfile, current: ColumnProfile, *, min_rows: int
) -> Estimate:
    if not isinstance(reference, NumericProfile) or not isinstance(current, NumericProfile):
        raise TypeError(f"{method.name} compares numeric columns")
    if reference.values == 0:
        return skipped("the column holds no number in the reference", rows=current.values)
    if current.values == 0:
        return skipped("the column is empty in this window")
    if current.values < min_rows:
        return skipped(too_few(current.values, min_rows, "rows with a number"), rows=current.values)
    return method.compare(reference, current)


def _obstacle(reference: ColumnProfile, current: ColumnProfile | None, *, min_rows: int, noun: str) -> str:
    """Why the columns cannot be compared, or nothing."""
    if current is None or type(current) is not type(reference):
        return "the column is missing in this window"
    if reference.rows == reference.nulls:
        return "the column is empty in the reference"
    if reference.rows < min_rows:
        return f"the reference has {too_few(reference.rows, min_rows, noun)}"
    if current.rows < max(min_rows, 1):
        return too_few(current.rows, min_rows, noun)
    return ""
