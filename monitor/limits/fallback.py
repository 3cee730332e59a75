"""What can be said where the reference cannot promise the budget."""

from __future__ import annotations

from alerts.bounds import Bounds
from monitor.calibration.kinds import Side
from monitor.calibration.tolerance import rate_limit
from monitor.limits.basis import ReferenceValues
from monitor.limits.metrics import variation_of
from monitor.limits.others import tolerance_bounds
from monitor.measurement import Measurement
from monitor.quality.catalogue import CHECKS

BORNE = 0.02
NO_ROWS_ARE_TOO_FEW = 1.0


def fallback_bounds(
    measurement: Measurement,
    side: Side,
    reference: ReferenceValues,
    chance: float,
    why: str,
    highest: float | None = None,
) -> Bounds:
    """A distance, or two rows in a hundred more than in the reference, is borne; so is what the reference showed.

    A window without any row is too little whatever the reference shows. Nothing is said of what has no such limit.
    """
    if measurement.metric == "row_count" and side != "above":
        return Bounds(low=NO_ROWS_ARE_TOO_FEW, reason=f"{why}; until then a window needs a row at least")
    if side == "below":
        return Bounds(reason=why)
    found = _tolerated(measurement, reference, chance)
    if found is None:
        return Bounds(reason=why)
    return Bounds(high=max(found, highest or 0.0), reason=f"{why}; until then {_said(measurement)} is borne")


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
