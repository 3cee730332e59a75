"""Share of rows whose target has come."""

from __future__ import annotations

from monitor.profile.model import ModelProfile
from monitor.quality.check import ModelCheck


def count_targets(current: ModelProfile) -> int:
    """Rows with a target."""
    return current.targets


CHECK = ModelCheck(name="target_coverage", title="Share of rows with a target", count=count_targets, needs_targets=True)
