"""The kinds of limits that are no number in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from monitor.calibration.budget import Budget

Side = Literal["above", "below", "outside"]
Other = Literal["reference", "previous", "same hour yesterday", "same hour last week"]
Correction = Literal["bonferroni", "holm", "benjamini_hochberg"]

BEFORE: dict[Other, timedelta] = {
    "same hour yesterday": timedelta(days=1),
    "same hour last week": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Learned from the reference's own windows; `budget` is the rule's own, if it does not share the model's."""

    side: Side
    budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A distance of so much is borne, whatever chance adds to it."""

    borne: float


@dataclass(frozen=True, slots=True)
class Sigmas:
    """So many standard deviations of the reference's windows from their mean."""

    count: float


@dataclass(frozen=True, slots=True)
class Relative:
    """No further from another value than by a share of it."""

    to: Other
    by: float


@dataclass(frozen=True, slots=True)
class Sequential:
    """No worse than the reference by more than so much, by all evidence since; one false alarm in so long a time.

    `worse_by` is in units of the metric, or, if `is_share`, a share of the reference's value.
    """

    worse_by: float
    budget: Budget
    is_share: bool = False


Kind = Calibrated | Tolerance | Sigmas | Relative | Sequential
