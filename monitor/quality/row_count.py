"""How many rows a window holds."""

from __future__ import annotations

from monitor.profile.model import ModelProfile
from monitor.quality.check import ModelCheck


def count_rows(current: ModelProfile) -> int:
    """All rows, none included: that nothing comes is a finding."""
    return current.rows


CHECK = ModelCheck(name="row_count", title="Rows", count=count_rows, is_share=False)
