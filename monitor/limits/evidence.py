"""The limit of a series whose evidence of being worse is gathered window by window."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from monitor.calibration.sequential import binomial_evidence, gathered, normal_evidence

STEPS = 60
CERTAINTY = 2  # times the proof that is needed: no more is remembered, and as much again ends it


class Seen(NamedTuple):
    """A value of the series, and the rows that it stands on."""

    value: float
    rows: int


def binomial_limit(
    past: Sequence[Seen], rows: int, *, known: float, worse_by: float, weight: float, windows: float
) -> float:
    """The share from which on the evidence speaks for a change: of errors, more of which is worse.

    `windows` is how many windows there may be from one false alarm to the next.
    """

    def evidence(value: float, count: int) -> float:
        return binomial_evidence(value * count, count, known=known, worse_by=worse_by, weight=weight)

    return _limit(evidence, past, rows, windows, low=0.0, high=1.0)


def level_limit(past: Sequence[Seen], *, known: float, worse_by: float, deviation: float, windows: float) -> float:
    """The same for a level that is worse the higher it is."""

    def evidence(value: float, _count: int) -> float:
        return normal_evidence(value, known=known, worse_by=worse_by, deviation=deviation)

    return _limit(evidence, past, 1, windows, low=known - 100 * deviation, high=known + worse_by + 1000 * deviation)


def _limit(
    evidence: Callable[[float, int], float],
    past: Sequence[Seen],
    rows: int,
    windows: float,
    *,
    low: float,
    high: float,
) -> float:
    """Evidence rises with the value, so where it passes its own limit is found by halving."""
    proof = math.log(windows)
    so_far = gathered((evidence(seen.value, seen.rows) for seen in past), most=CERTAINTY * proof)
    before = max(so_far[-1], 0.0) if so_far else 0.0
    wanted = proof - before
    if evidence(low, rows) > wanted:
        return low
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if evidence(middle, rows) >= wanted else (middle, high)
    return high
