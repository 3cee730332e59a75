"""Share of rows whose id stood before in the same bucket."""

from __future__ import annotations

from monitor.profile.model import ModelProfile
from monitor.quality.check import ModelCheck


def count_duplicates(current: ModelProfile) -> int | None:
    """Rows whose id stood before in the same bucket; not looked for in segments."""
    return current.duplicates


CHECK = ModelCheck(name="duplicate_share", title="Share of duplicate ids", count=count_duplicates)
