"""Calibrations as bytes, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.calibration.learned import History
from monitor.calibration.season import Movement
from monitor.limits.calibrated import Calibration
from monitor.limits.gather import Group, Series
from monitor.measurement import Segment
from monitor.profile.codec import packed, unpacked
from monitor.profile.part import Part

FORM = "3"


def pack_calibration(calibration: Calibration) -> bytes:
    """The calibration as bytes that carry the version of their form."""
    groups = tuple(
        (
            tuple((one.metric, one.column_name, one.segment.key, one.segment.value) for one in group.series),
            group.history.values,
            group.history.noise,
            tuple(group.history.movement),
            group.history.phases,
            group.history.is_distance,
            group.history.least_deviation,
        )
        for group in calibration.groups
    )
    rows = tuple((part, count) for part, count in calibration.rows.items())
    return packed((FORM, int(calibration.length.total_seconds()), groups, rows))


def unpack_calibration(content: bytes) -> Calibration | None:
    """The calibration again; None where it was gathered in a way that is no longer ours."""
    form, *rest = unpacked(content)
    if form != FORM:
        return None
    seconds, groups, rows = rest
    parts: dict[Part, int] = dict(rows)
    return Calibration(timedelta(seconds=seconds), tuple(map(_group, groups)), parts)


def _group(stored: tuple[Any, ...]) -> Group:
    series, values, noise, movement, phases, is_distance, least = stored
    return Group(
        tuple(Series(metric, column, Segment(key, value)) for metric, column, key, value in series),
        History(values, noise, Movement(*movement), phases, is_distance, least),
    )
