"""The names of everything that can be measured."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from monitor.config.faults import Remark, did_you_mean, raise_all, wrong
from monitor.config.part import Text, twice
from monitor.drift.catalogue import METHODS
from monitor.performance.catalogue import METRICS
from monitor.quality.catalogue import CHECKS
from monitor.quality.check import ColumnCheck, ModelCheck

# Counted by the source of the targets, not on a profile; so it is no check of the catalogue.
_UNMATCHED = "unmatched_targets"

OF_ALL_ROWS = frozenset((_UNMATCHED,))
OF_COLUMNS = frozenset((*METHODS, *(name for name, check in CHECKS.items() if isinstance(check, ColumnCheck))))
NAMES = frozenset((*METHODS, *METRICS, *CHECKS, _UNMATCHED))


def quality_of(*, has_targets: bool) -> tuple[str, ...]:
    """What is always measured."""
    of_targets = {name for name, check in CHECKS.items() if isinstance(check, ModelCheck) and check.needs_targets}
    return (*CHECKS, _UNMATCHED) if has_targets else tuple(name for name in CHECKS if name not in of_targets)


def _unknown(name: str, known: Collection[str], what: str) -> str:
    return f"`{name}` is not {what}{did_you_mean(name, known)}"


def _some_of(known: Collection[str], what: str) -> AfterValidator:
    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        strange = (
            Remark(_unknown(name, known, what), (index,)) for index, name in enumerate(names) if name not in known
        )
        raise_all([*strange, *twice(names)])
        return names

    return AfterValidator(check)


def _check_metric(name: str) -> str:
    if name not in NAMES:
        raise wrong(_unknown(name, NAMES, "a metric"))
    return name


def _enum(names: Collection[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": sorted(names)})


DriftNames = Annotated[tuple[Annotated[Text, _enum(METHODS)], ...], _some_of(METHODS, "a measure of drift")]
PerformanceNames = Annotated[tuple[Annotated[Text, _enum(METRICS)], ...], _some_of(METRICS, "a measure of performance")]
MetricName = Annotated[Text, AfterValidator(_check_metric), _enum(NAMES)]
