"""Share of rows with a category that the reference does not hold."""

from __future__ import annotations

from monitor.profile.categorical import CategoricalProfile
from monitor.profile.column import ColumnProfile
from monitor.quality.check import ColumnCheck


def count_unseen(reference: ColumnProfile, current: ColumnProfile) -> int | str | None:
    """Rows with an unseen category; categorical columns only."""
    if not isinstance(current, CategoricalProfile):
        return None
    return "the column is empty in the reference" if reference.rows == reference.nulls else current.unseen


CHECK = ColumnCheck(name="unseen_share", title="Share of unseen categories", count=count_unseen)
