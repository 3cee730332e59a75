"""The profile of a model's rows: everything that is kept of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import pyarrow as pa

from monitor.profile.categorical import CategoricalProfile
from monitor.profile.categorysums import CategorySums, category_sums
from monitor.profile.column import TARGET, ColumnProfile
from monitor.profile.groups import Groups
from monitor.profile.layout import CategoricalPlace, NumericPlace
from monitor.profile.moments import NO_MOMENTS, Moments
from monitor.profile.numeric import NumericProfile
from monitor.profile.numericsums import NAN, NEGATIVE_INFINITY, NULL, POSITIVE_INFINITY, NumericSums, numeric_sums
from monitor.profile.outcome import Outcome, Performance, has_targets, no_outcome, outcome
from monitor.profile.plan import Plan

ROWS_AT_ONCE = 16_384  # what a step works on then stays in the processor's cache


@dataclass(frozen=True, eq=False)
class ModelProfile:
    """Profiles of the columns of a model and of its performance, for some rows.

    Adding two gives the profile of both sets of rows: counts exactly, float sums to rounding. `duplicates` counts
    rows whose id stood before in the same bucket; None where that is not looked for, as in segments.
    """

    plan: Plan
    rows: int
    numeric: NumericSums
    categorical: CategorySums
    outcome: Outcome
    duplicates: int | None = 0

    @property
    def performance(self) -> Performance | None:
        return self.outcome.performance

    @property
    def targets(self) -> int:
        """Rows with a target."""
        return self.outcome.targets

    @property
    def unscored(self) -> int:
        """Rows with a target whose prediction or score is missing, so that performance leaves them out."""
        return self.outcome.unscored

    @cached_property
    def columns(self) -> Mapping[str, ColumnProfile]:
        """The profile of each column, in the order of the plan."""
        found: dict[str, ColumnProfile] = {}
        for number, numeric in enumerate(self.plan.layout.numeric):
            found[numeric.name] = _numeric(self.numeric, numeric, number)
        for number, categorical in enumerate(self.plan.layout.categorical):
            found[categorical.name] = _categorical(self.categorical, categorical, number)
        if self.outcome.column is not None:
            found[TARGET] = self.outcome.column
        return {name: found[name] for name in self.plan.scales}

    def __add__(self, other: ModelProfile) -> ModelProfile:
        if self.plan is not other.plan and self.plan.scales.keys() != other.plan.scales.keys():
            raise ValueError("profiles of different columns do not add up")
        return ModelProfile(
            self.plan,
            self.rows + other.rows,
            self.numeric.plus(other.numeric, self.plan.layout.numeric_starts),
            self.categorical + other.categorical,
            self.outcome + other.outcome,
            None if self.duplicates is None or other.duplicates is None else self.duplicates + other.duplicates,
        )

    def digest(self) -> str:
        """A hash of what the rows hold; the same for the same rows, in whatever order and batches they came."""
        content = hashlib.sha256(repr((self.rows, self.targets, self.unscored)).encode())
        for name in sorted(self.columns):
            content.update(name.encode() + b"\0")
            content.update(self.columns[name].canonical())
        return content.hexdigest()


def profile_batch(batch: pa.RecordBatch, plan: Plan) -> ModelProfile:
    """The profile of the rows of a batch."""
    parts = [batch.slice(start, ROWS_AT_ONCE) for start in range(0, batch.num_rows, ROWS_AT_ONCE)]
    return total((profile_groups(part, plan, [Groups.whole(part.num_rows)])[0][0] for part in parts), plan)


def profile_groups(batch: pa.RecordBatch, plan: Plan, groupings: Sequence[Groups]) -> list[list[ModelProfile]]:
    """The profile of each group of rows, for each way of grouping them; all out of one look at the columns."""
    numeric = numeric_sums(batch, plan.layout, groupings)
    categorical = category_sums(batch, plan.layout, groupings)
    outcomes = _outcomes(batch, plan, groupings)
    return [
        [
            ModelProfile(plan, int(groups.sizes[place]), numbers.of_group(place), categories[place], found[place])
            for place in range(groups.count)
        ]
        for groups, numbers, categories, found in zip(groupings, numeric, categorical, outcomes, strict=True)
    ]


def profile_outcomes(batch: pa.RecordBatch, plan: Plan, groups: Groups) -> list[Outcome]:
    """How the predictions of each group met their targets."""
    return _outcomes(batch, plan, [groups])[0]


def total(profiles: Iterable[ModelProfile], plan: Plan) -> ModelProfile:
    """The profile of all rows together."""
    return reduce(ModelProfile.__add__, profiles, empty_profile(plan))


def empty_profile(plan: Plan) -> ModelProfile:
    """The profile of no rows: adding it changes nothing."""
    layout = plan.layout
    return ModelProfile(plan, 0, NumericSums.empty(layout), CategorySums.empty(layout), no_outcome(plan))


def _outcomes(batch: pa.RecordBatch, plan: Plan, groupings: Sequence[Groups]) -> list[list[Outcome]]:
    if not has_targets(batch):
        nothing = no_outcome(plan)
        return [[nothing] * groups.count for groups in groupings]
    names = ("prediction", "score", TARGET, *plan.shape.scores.values())
    narrow = batch.select([name for name in batch.schema.names if name in names])
    return [
        [outcome(_taken(narrow, groups.rows(place)), plan) for place in range(groups.count)] for groups in groupings
    ]


def _taken(batch: pa.RecordBatch, rows: np.ndarray | slice) -> pa.RecordBatch:
    if isinstance(rows, slice):
        return batch.slice(rows.start, rows.stop - rows.start)
    return batch.take(pa.array(rows))


def _numeric(sums: NumericSums, place: NumericPlace, number: int) -> NumericProfile:
    counts = sums.counts[place.start : place.stop]
    special = sums.special[number].tolist()
    values = int(counts.sum())
    if sums.is_only_counts:
        return NumericProfile(
            place.bins,
            counts,
            np.zeros(0),
            rows=values + sum(special),
            nulls=special[NULL],
            nans=special[NAN],
            positive_infinities=special[POSITIVE_INFINITY],
            negative_infinities=special[NEGATIVE_INFINITY],
            moments=Moments(values, np.nan, np.nan),
        )
    return NumericProfile(
        place.bins,
        counts,
        sums.offsets[place.start : place.stop],
        rows=values + sum(special),
        nulls=special[NULL],
        nans=special[NAN],
        positive_infinities=special[POSITIVE_INFINITY],
        negative_infinities=special[NEGATIVE_INFINITY],
        zeros=int(sums.zeros[number]),
        minimum=float(sums.minimum[number]) if values else None,
        maximum=float(sums.maximum[number]) if values else None,
        moments=Moments(values, float(sums.mean[number]) + float(sums.residue[number]), float(sums.m2[number]))
        if values
        else NO_MOMENTS,
    )


def _categorical(sums: CategorySums, place: CategoricalPlace, number: int) -> CategoricalProfile:
    counts = sums.counts[place.start : place.stop]
    return CategoricalProfile(
        place.categories,
        counts[:-2],
        rows=int(counts.sum()),
        nulls=int(counts[-1]),
        unseen=int(counts[-2]),
        unseen_names=sums.unseen_names[number],
    )
