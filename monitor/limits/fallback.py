"""What can be said where the reference cannot promise the budget."""

from __future__ import annotations

from alerts.bounds import Bounds
from monitor.calibration.kinds import Side
from monitor.calibration.tolerance import rate_limit
from monitor.limits.basis import ReferenceValues
from monitor.limits.calibrated import Learnt
from monitor.limits.metrics import variation_of
from monitor.limits.others import tolerance_bounds
from monitor.measurement import Measurement
from monitor.quality.catalogue import CHECKS

BORNE = 0.02
WORTH_SOMETHING = 8  # windows: where they hang together what they teach is wide, and truer than a tolerance
BEYOND = 3.0  # of the highest that the few windows of a reference showed is borne
NO_ROWS_ARE_TOO_FEW = 1.0


def fallback_bounds(
    measurement: Measurement,
    side: Side,
    reference: ReferenceValues,
    chance: float,
    why: str,
    found: Learnt | None = None,
) -> Bounds:
    """A distance, or two rows in a hundred more than in the reference, is borne; so is what the reference showed.

    A window without any row is too little whatever the reference shows. Nothing is said of what has no such limit.
    """
    if measurement.metric == "row_count" and side != "above":
        return Bounds(low=NO_ROWS_ARE_TOO_FEW, reason=f"{why}; a window needs a row at least")
    tolerated = None if side == "below" else _tolerated(measurement, reference, chance)
    if tolerated is None:
        return Bounds(reason=why)
    if found and found.windows >= WORTH_SOMETHING and found.high < reference.greatest(measurement):
        return Bounds(high=max(tolerated, found.high), reason=f"{why}, so the limit is wide")
    shown = BEYOND * found.highest if found else 0.0
    return Bounds(high=max(tolerated, shown), reason=f"{why}; {_said(measurement)} is borne")


def _tolerated(measurement: Measurement, reference: ReferenceValues, chance: float) -> float | None:
    if not _is_share(measurement):
        return tolerance_bounds(measurement, BORNE, reference, chance).high
    known = reference.value(measurement)
    rows = measurement.estimate.rows
    return None if known is None or not rows else rate_limit(known + BORNE, rows, chance)


def _is_share(measurement: Measurement) -> bool:
    return measurement.metric in CHECKS and variation_of(measurement.metric).scale.name == "share"


def _said(measurement: Measurement) -> str:
    return "a share 0.02 above the reference's" if _is_share(measurement) else "a distance of 0.02"
