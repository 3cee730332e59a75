"""What a performance metric declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from monitor.measurement import Estimate
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.residual import ResidualProfile
from monitor.profile.score import ScoreProfile
from monitor.profile.shape import Task

Better = Literal["higher", "lower", "zero"]
ClassProfile = ScoreProfile | MulticlassProfile

NO_TARGETS = "no targets have come for this window"
CLASSIFICATION: tuple[Task, ...] = ("binary_classification", "multiclass_classification")
REGRESSION: tuple[Task, ...] = ("regression",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceMetric:
    """A metric as users see it: `better` says which way is up, `bounds` what it can never leave."""

    name: str
    title: str
    tasks: tuple[Task, ...]
    better: Better
    bounds: tuple[float, float]
    needs_score: bool = False
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMetric(PerformanceMetric):
    """A metric of classifiers, measured on confusion counts or on scores."""

    tasks: tuple[Task, ...] = field(default=CLASSIFICATION)
    measure: Callable[[ClassProfile], Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualMetric(PerformanceMetric):
    """A metric of regressions, measured on sums of errors."""

    tasks: tuple[Task, ...] = field(default=REGRESSION)
    measure: Callable[[ResidualProfile], Estimate]
