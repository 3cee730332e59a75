"""Share of rows whose number is none."""

from __future__ import annotations

from monitor.profile.column import ColumnProfile
from monitor.profile.numeric import NumericProfile
from monitor.quality.check import ColumnCheck


def count_invalid(_: ColumnProfile, current: ColumnProfile) -> int | None:
    """NaN, which text that is no number becomes, and infinite values; numeric columns only."""
    return current.invalid if isinstance(current, NumericProfile) else None


CHECK = ColumnCheck(name="invalid_share", title="Share of NaN and infinite values", count=count_invalid)
