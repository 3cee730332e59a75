"""The data that windows are held against, profiled once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from monitor.drift.distribution import Bin, reference_bins
from monitor.errors import SourceError
from monitor.observe.data import Basis
from monitor.observe.parts import Parts, measured_parts
from monitor.observe.spool import Spool
from monitor.profile.classes import class_complaint
from monitor.profile.leaning import leanings
from monitor.profile.model import ModelProfile
from monitor.profile.part import ALL
from monitor.profile.plan import Plan, PlanCutter
from monitor.profile.scan import profile_whole
from monitor.profile.shape import ModelShape
from monitor.profile.stored import content_id, pack_plan, plan_id

MOST_ROWS = 50_000  # that leanings are found on
NOT_PROFILED = ("id", "time")


class EmptyReferenceError(SourceError):
    """The reference holds no row."""


@dataclass(frozen=True)
class Reference:
    """What a window is held against; the id is a digest of its content, the bins are for people.

    `leanings` say how much of its output the model draws from each feature.
    """

    reference_id: str
    description: str
    plan: Plan
    plan_id: str
    parts: Parts
    leanings: Mapping[str, float] = field(default_factory=dict)

    @property
    def profile(self) -> ModelProfile:
        """All rows together."""
        return self.parts[ALL]

    @cached_property
    def bins(self) -> Mapping[str, tuple[Bin, ...]]:
        """The bins of each column as people see them."""
        return {name: reference_bins(column) for name, column in self.profile.columns.items()}


def profile_reference(model: str, basis: Basis, shape: ModelShape) -> Reference:
    """Cut the bins on the reference, then profile it on them; its rows are read once.

    Raises `SourceError` where the reference holds no row, or not the classes that the shape speaks of.
    """
    cutter, rows = PlanCutter(shape), 0
    with Spool() as spool:
        for batch in basis.rows():
            slim = _slim(batch)
            cutter.add(slim)
            spool.add(slim)
            rows += batch.num_rows
        if not rows:
            raise EmptyReferenceError(f"the reference is empty: {basis.description}")
        plan = cutter.cut()
        if complaint := class_complaint(plan):
            raise SourceError(complaint, permanent=True)
        parts = measured_parts(profile_whole(spool.batches(), plan), plan)
        found = leanings(spool.some(MOST_ROWS / rows), plan)
    return reference_of(model, parts, plan, plan_id(pack_plan(plan)), basis.description, found)


def reference_of(
    model: str, parts: Parts, plan: Plan, name: str, description: str, leans: Mapping[str, float]
) -> Reference:
    """A reference of a model under the name of its content; `name` is that of its plan, which says whence it is too."""
    content = hashlib.sha256(f"{model} {content_id(plan)} {parts[ALL].digest()}".encode())
    return Reference(content.hexdigest()[:16], description, plan, name, parts, leans)


def _slim(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.select([name for name in batch.schema.names if name not in NOT_PROFILED])
