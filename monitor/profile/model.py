"""The profile of a model's rows: everything that is kept of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from monitor.profile.column import ColumnProfile, add_columns, empty_column, observed, profile_column
from monitor.profile.outcome import Outcome, Performance, no_outcome, outcome
from monitor.profile.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class ModelProfile:
    """Profiles of the columns of a model and of its performance, for some rows.

    Adding two gives the profile of both sets of rows: counts exactly, float sums to rounding. `duplicates` counts
    rows whose id stood before in the same bucket.
    """

    rows: int
    columns: Mapping[str, ColumnProfile]
    outcome: Outcome
    duplicates: int = 0

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

    def __add__(self, other: ModelProfile) -> ModelProfile:
        if self.columns.keys() != other.columns.keys():
            raise ValueError("profiles of different columns do not add up")
        return ModelProfile(
            self.rows + other.rows,
            {name: add_columns(column, other.columns[name]) for name, column in self.columns.items()},
            self.outcome + other.outcome,
            self.duplicates + other.duplicates,
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
    columns = {
        name: profile_column(observed(batch, name, plan.shape.kinds[name]), scale)
        for name, scale in plan.scales.items()
    }
    return ModelProfile(batch.num_rows, columns, outcome(batch, plan))


def empty_profile(plan: Plan) -> ModelProfile:
    """The profile of no rows: adding it changes nothing."""
    columns = {name: empty_column(scale) for name, scale in plan.scales.items()}
    return ModelProfile(0, columns, no_outcome(plan))
