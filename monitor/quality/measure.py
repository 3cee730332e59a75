"""Quality of the rows of a window, from two profiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.measurement import Estimate
from monitor.profile.column import TARGET, rows_of
from monitor.profile.model import ModelProfile
from monitor.quality import null_share
from monitor.quality.catalogue import CHECKS
from monitor.quality.check import ColumnCheck


def measure_quality(
    reference: ModelProfile, current: ModelProfile, checks: Iterable[str], *, min_rows: int, has_targets: bool
) -> Iterator[tuple[str, str, Estimate]]:
    """Metric, column (empty for the model) and estimate, for these checks and every column that they apply to."""
    for check in (CHECKS[name] for name in checks):
        if isinstance(check, ColumnCheck):
            yield from _measure_columns(check, reference, current, min_rows=min_rows)
        elif has_targets or not check.needs_targets:
            estimate = check.measure(current, min_rows=min_rows)
            if estimate is not None:
                yield check.name, "", estimate


def _measure_columns(
    check: ColumnCheck, reference: ModelProfile, current: ModelProfile, *, min_rows: int
) -> Iterator[tuple[str, str, Estimate]]:
    for name, before in reference.columns.items():
        # A target that is null has not come yet; target_coverage says so.
        if name == TARGET and check is null_share.CHECK:
            continue
        estimate = check.measure(before, current.columns.get(name), min_rows=min_rows, noun=rows_of(name))
        if estimate is not None:
            yield check.name, name, estimate
