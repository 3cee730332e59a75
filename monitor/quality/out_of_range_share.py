"""Share of rows with a number outside the reference's range."""

from __future__ import annotations

from monitor.profile.column import ColumnProfile
from monitor.profile.numeric import NumericProfile
from monitor.quality.check import ColumnCheck


def count_out_of_range(reference: ColumnProfile, current: ColumnProfile) -> int | str | None:
    """Rows with a finite number below the reference's least or above its greatest; numeric columns only."""
    if not isinstance(reference, NumericProfile) or not isinstance(current, NumericProfile):
        return None
    return current.outside if reference.values else "the column holds no number in the reference"


CHECK = ColumnCheck(
    name="out_of_range_share", title="Share of values outside the reference's range", count=count_out_of_range
)
