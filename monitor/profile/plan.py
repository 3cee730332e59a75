"""What is fixed by the reference before anything is profiled: bins, categories, classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from monitor.measurement import Segment
from monitor.profile.arrays import FLOAT, TEXT, FloatArray, column, numbers_or_nan, tally
from monitor.profile.bins import BinCutter
from monitor.profile.categorical import CategoryCounter
from monitor.profile.column import TARGET, Scale, observed
from monitor.profile.layout import Layout, laid_out
from monitor.profile.sample import Sample
from monitor.profile.shape import ModelShape

ERROR_BINS = 64
MOST_SEGMENTS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The shape of a model, and the bins on which all its profiles stand.

    `scales` holds bins or categories for every column of the shape, `classes` the classes of a multiclass model in
    rising order, `error_edges` the edges of the histogram of errors of a regression, `segments` the values that are
    segments of their own for each key: the reference's most frequent ones.
    """

    shape: ModelShape
    scales: Mapping[str, Scale]
    classes: tuple[str, ...] = ()
    error_edges: FloatArray = field(default_factory=lambda: np.empty(0))
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layout: Layout = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "layout", laid_out(self.scales))

    @property
    def segment_list(self) -> list[Segment]:
        """Every segment, key by key."""
        return [Segment(key, value) for key, values in self.segments.items() for value in values]


class PlanCutter:
    """Takes the rows of a reference, batch by batch, and settles how its model is profiled.

    Bins stand on a sample where the reference is larger than that; the extremes never do. The plan does not
    depend on how the rows are cut into batches.
    """

    def __init__(self, shape: ModelShape) -> None:
        self._shape = shape
        self._drafts = {
            name: BinCutter() if kind == "numeric" else CategoryCounter() for name, kind in shape.kinds.items()
        }
        self._segments = {key: CategoryCounter() for key in shape.segments}
        self._classes = ClassFinder(shape)
        self._errors = ErrorCutter()

    def add(self, batch: pa.RecordBatch) -> None:
        for name, draft in self._drafts.items():
            if isinstance(draft, BinCutter):
                draft.add(numbers_or_nan(column(batch, name, FLOAT)))
            else:
                draft.add(observed(batch, name, self._shape.kinds[name]))
        for key, counter in self._segments.items():
            counter.add(column(batch, self._shape.segments[key], TEXT))
        if self._shape.task == "multiclass_classification":
            self._classes.add(batch)
        elif self._shape.task == "regression":
            self._errors.add(batch)

    def cut(self) -> Plan:
        return Plan(
            self._shape,
            {name: draft.cut() for name, draft in self._drafts.items()},
            classes=self._classes.cut(),
            error_edges=self._errors.cut(),
            segments={key: counter.cut().names[:MOST_SEGMENTS] for key, counter in self._segments.items()},
        )


def cut_plan(shape: ModelShape, batches: Iterable[pa.RecordBatch]) -> Plan:
    """Cut bins, categories, classes and segments on the rows of the reference."""
    cutter = PlanCutter(shape)
    for batch in batches:
        cutter.add(batch)
    return cutter.cut()


class ClassFinder:
    """Finds the classes of a multiclass model: predicted, observed, or with a score."""

    def __init__(self, shape: ModelShape) -> None:
        self._classes = set(shape.scores)

    def add(self, batch: pa.RecordBatch) -> None:
        for name in ("prediction", TARGET):
            self._classes.update(tally(column(batch, name, TEXT)))

    def cut(self) -> tuple[str, ...]:
        return tuple(sorted(self._classes))


class ErrorCutter:
    """Cuts the histogram of a regression's errors, the same on either side of zero.

    Its edges are quantiles of the reference's absolute errors, and multiples of the largest, since a model that
    ages errs more. Without targets the spread of the predictions takes their place.
    """

    def __init__(self) -> None:
        self._errors = Sample()
        self._predictions = Sample()

    def add(self, batch: pa.RecordBatch) -> None:
        prediction = numbers_or_nan(column(batch, "prediction", FLOAT))
        target = numbers_or_nan(column(batch, TARGET, FLOAT))
        with np.errstate(invalid="ignore", over="ignore"):
            errors = np.abs(prediction - target)
        self._errors.add(errors[np.isfinite(errors)])
        self._predictions.add(prediction[np.isfinite(prediction)])

    def cut(self) -> FloatArray:
        sizes = self._errors.values()
        if sizes.size == 0:
            predictions = self._predictions.values()
            sizes = np.abs(predictions - np.median(predictions)) if predictions.size else predictions
        return mirrored_edges(sizes)


def mirrored_edges(sizes: FloatArray) -> FloatArray:
    """Edges at quantiles of these sizes, at twice to sixteen times the largest, and at the negatives of all.

    >>> mirrored_edges(np.array([1.0])).tolist()
    [-16.0, -8.0, -4.0, -2.0, -1.0, 1.0, 2.0, 4.0, 8.0, 16.0]
    """
    positive = sizes[sizes > 0]
    if positive.size == 0:
        positive = np.ones(1)
    quantiles = np.quantile(positive, np.arange(1, ERROR_BINS + 1) / ERROR_BINS)
    with np.errstate(over="ignore"):
        beyond = quantiles[-1] * 2.0 ** np.arange(1, 5)
    edges = np.unique(np.concatenate([quantiles, beyond[np.isfinite(beyond)]]))
    mirrored: FloatArray = np.concatenate([-edges[::-1], edges])
    return mirrored
