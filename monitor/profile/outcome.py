"""Rows with a target, made into the performance part of a profile."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from monitor.profile.arrays import (
    FLOAT,
    TEXT,
    BoolArray,
    FloatArray,
    IntArray,
    codes,
    column,
    equal,
    numbers_or_nan,
    present,
)
from monitor.profile.column import (
    TARGET,
    ColumnProfile,
    add_columns,
    empty_column,
    observed,
    profile_column,
)
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.plan import Plan
from monitor.profile.residual import ResidualProfile
from monitor.profile.score import ScoreProfile

Performance = ScoreProfile | MulticlassProfile | ResidualProfile

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """How predictions met their targets: all that is known only when these have come.

    `column` is the target as drift sees it. `targets` counts rows with a target; `unscored` those among them whose
    prediction or score is null or no number, and which `performance` leaves out.
    """

    performance: Performance | None = None
    targets: int = 0
    unscored: int = 0
    column: ColumnProfile | None = None

    def __add__(self, other: Outcome) -> Outcome:
        if not other.targets:
            return self
        if not self.targets:
            return other
        return Outcome(
            _together(self.performance, other.performance),
            self.targets + other.targets,
            self.unscored + other.unscored,
            _joined(self.column, other.column),
        )


def outcome(batch: pa.RecordBatch, plan: Plan) -> Outcome:
    """The outcome of a batch; rows without a target are not in it."""
    match plan.shape.task:
        case "binary_classification":
            found = _binary(batch, plan)
        case "multiclass_classification":
            found = _multiclass(batch, plan)
        case "regression":
            found = _regression(batch, plan)
        case "none":
            found = Outcome()
    scale = plan.scales.get(TARGET)
    if scale is None:
        return found
    targets = observed(batch, TARGET, plan.shape.kinds[TARGET])
    return replace(found, targets=len(targets), column=profile_column(targets, scale))


def has_targets(batch: pa.RecordBatch) -> bool:
    """Whether any row has a target."""
    position = batch.schema.get_field_index(TARGET)
    return position >= 0 and bool(batch.column(position).null_count < batch.num_rows)


def no_outcome(plan: Plan) -> Outcome:
    """The outcome of no rows."""
    scale = plan.scales.get(TARGET)
    target = None if scale is None else empty_column(scale)
    match plan.shape.task:
        case "binary_classification":
            return Outcome(ScoreProfile.empty(), column=target)
        case "multiclass_classification":
            return Outcome(MulticlassProfile.empty(plan.classes), column=target)
        case "regression":
            return Outcome(ResidualProfile.empty(plan.error_edges), column=target)
        case "none":
            return Outcome(column=target)


def _binary(batch: pa.RecordBatch, plan: Plan) -> Outcome:
    target = column(batch, TARGET, TEXT)
    known = present(target)
    if not known.any():
        return no_outcome(plan)
    usable = known.copy()
    score: FloatArray | None = None
    predicted: BoolArray | None = None
    if "score" in plan.shape.kinds:
        score = numbers_or_nan(column(batch, "score", FLOAT))
        usable &= ~np.isnan(score)
        predicted = score >= THRESHOLD
    if "prediction" in plan.shape.kinds:
        prediction = column(batch, "prediction", TEXT)
        usable &= present(prediction)
        predicted = equal(prediction, plan.shape.positive)
    performance = ScoreProfile.of(
        equal(target, plan.shape.positive)[usable],
        None if predicted is None else predicted[usable],
        None if score is None else score[usable],
    )
    return _outcome(performance, known, usable)


def _multiclass(batch: pa.RecordBatch, plan: Plan) -> Outcome:
    target = column(batch, TARGET, TEXT)
    known = present(target)
    if not known.any():
        return no_outcome(plan)
    usable = known.copy()
    scores: FloatArray | None = None
    predicted: IntArray | None = None
    if plan.shape.scores:
        scores = _class_scores(batch, plan)
        usable &= ~np.isnan(scores).any(axis=1)
        predicted = scores.argmax(axis=1)
    if "prediction" in plan.shape.kinds:
        prediction = column(batch, "prediction", TEXT)
        usable &= present(prediction)
        predicted = codes(prediction, plan.classes)
    performance = MulticlassProfile.of(
        plan.classes,
        codes(target, plan.classes)[usable],
        None if predicted is None else predicted[usable],
        None if scores is None else scores[usable],
    )
    return _outcome(performance, known, usable)


def _class_scores(batch: pa.RecordBatch, plan: Plan) -> FloatArray:
    """Scores, shape `(rows, classes)`; a class that the model gives no score to has 0."""
    scores = np.zeros((batch.num_rows, len(plan.classes)))
    for position, name in enumerate(plan.classes):
        if name in plan.shape.scores:
            scores[:, position] = numbers_or_nan(column(batch, plan.shape.scores[name], FLOAT))
    return scores


def _regression(batch: pa.RecordBatch, plan: Plan) -> Outcome:
    array = column(batch, TARGET, FLOAT)
    known = present(array)
    if not known.any():
        return no_outcome(plan)
    target = numbers_or_nan(array)
    prediction = numbers_or_nan(column(batch, "prediction", FLOAT))
    usable = ~(np.isnan(target) | np.isnan(prediction))
    performance = ResidualProfile.of(target[usable], prediction[usable], plan.error_edges)
    return _outcome(performance, known, usable)


def _outcome(performance: Performance, known: BoolArray, usable: BoolArray) -> Outcome:
    targets = int(known.sum())
    return Outcome(performance, targets, targets - int(usable.sum()))


def _together(left: Performance | None, right: Performance | None) -> Performance | None:
    if left is None or right is None:
        return left or right
    if type(left) is not type(right):
        raise ValueError("outcomes of different tasks do not add up")
    return left + right  # type: ignore[operator]  # both are of one type


def _joined(left: ColumnProfile | None, right: ColumnProfile | None) -> ColumnProfile | None:
    if left is None or right is None:
        return left or right
    return add_columns(left, right)
