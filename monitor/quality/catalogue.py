"""All quality checks by name."""

from __future__ import annotations

from monitor.quality import (
    duplicate_share,
    invalid_share,
    null_share,
    out_of_range_share,
    row_count,
    target_coverage,
    unseen_share,
)
from monitor.quality.check import ColumnCheck, ModelCheck

CHECKS: dict[str, ModelCheck | ColumnCheck] = {
    check.name: check
    for check in (
        row_count.CHECK,
        duplicate_share.CHECK,
        target_coverage.CHECK,
        null_share.CHECK,
        invalid_share.CHECK,
        unseen_share.CHECK,
        out_of_range_share.CHECK,
    )
}

# What is kept of a segment is rows per bin, and there may be many segments.
QUALITY_OF_SEGMENTS = (row_count.CHECK.name, target_coverage.CHECK.name, null_share.CHECK.name)
