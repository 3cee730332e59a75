"""What the reference itself says of a series."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from monitor.calibration.scale import SHARE
from monitor.drift.catalogue import METHODS
from monitor.drift.counts import comparison_counts
from monitor.drift.method import CountMethod
from monitor.limits.metrics import variation_of
from monitor.measure import Wanted, estimates
from monitor.measurement import Measurement, Segment
from monitor.profile.arrays import IntArray
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.quality.catalogue import CHECKS


class ReferenceValues:
    """Values, rows and bins of the reference, by series; found where they are asked for, and kept."""

    def __init__(self, parts: Mapping[Part, ModelProfile], wanted: Wanted) -> None:
        self._parts = parts
        self._wanted = wanted
        self._values: dict[str, Mapping[tuple[Segment, str], float]] = {}
        self._counts: dict[tuple[Segment, str], IntArray | None] = {}

    def value(self, measurement: Measurement) -> float | None:
        """The metric of the reference's own rows; None where it has none."""
        metric = measurement.metric
        if metric not in self._values:
            self._values[metric] = dict(self._measured(metric))
        return self._values[metric].get((measurement.segment, measurement.column_name))

    def rows(self, measurement: Measurement) -> int:
        """The rows of the reference that the series is held against."""
        part = self._parts.get(Part(segment=measurement.segment))
        return 0 if part is None else part.rows

    def bins(self, measurement: Measurement) -> int:
        """Bins or categories of the series' column that hold rows in the reference."""
        counts = self._counts_of(measurement)
        return 0 if counts is None else int((counts > 0).sum())

    def greatest(self, measurement: Measurement) -> float:
        """What the metric can be at most: where all rows lie in the bin that holds the fewest of the reference."""
        if measurement.metric in CHECKS:
            return 1.0 if variation_of(measurement.metric).scale is SHARE else math.inf
        method = METHODS.get(measurement.metric)
        if not isinstance(method, CountMethod):
            return math.inf if method is None or method.upper_bound is None else method.upper_bound
        counts = self._counts_of(measurement)
        if counts is None or not measurement.estimate.rows:
            return math.inf
        before = counts.astype(np.float64)
        now = np.zeros_like(before)
        now[np.argmin(before)] = measurement.estimate.rows
        return method.compare(before, now)

    def _counts_of(self, measurement: Measurement) -> IntArray | None:
        """Rows of the reference in each bin of the series' column; None where it has no such column."""
        key = measurement.segment, measurement.column_name
        if key not in self._counts:
            part = self._parts.get(Part(segment=measurement.segment))
            column = None if part is None else part.columns.get(measurement.column_name)
            self._counts[key] = None if column is None else comparison_counts(column)
        return self._counts[key]

    def _measured(self, metric: str) -> Iterator[tuple[tuple[Segment, str], float]]:
        """The metric of each segment and column, measured against themselves."""
        for part, profile in self._parts.items():
            if part.version:
                continue
            for _, column, estimate in estimates(self._wanted.of(part).only({metric}), profile, profile):
                if estimate.value is not None:
                    yield (part.segment, column), estimate.value
