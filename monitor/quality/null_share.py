"""Share of rows without a value."""

from __future__ import annotations

from monitor.profile.column import ColumnProfile
from monitor.quality.check import ColumnCheck


def count_nulls(_: ColumnProfile, current: ColumnProfile) -> int:
    """Nulls; a column that is missing holds nothing else."""
    return current.nulls


CHECK = ColumnCheck(name="null_share", title="Share of nulls", count=count_nulls)
