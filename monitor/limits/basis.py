"""What the reference itself says of a series."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from monitor.calibration.scale import SHARE
from monitor.drift.catalogue import METHODS
from monitor.drift.counts import comparison_counts
from monitor.drift.method import CountMethod
from monitor.limits.metrics import variation_of
from monitor.measure import Wanted, estimates
from monitor.measurement import Measurement
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.quality.catalogue import CHECKS


class ReferenceValues:
    """Values, rows and bins of the reference, by series."""

    def __init__(self, parts: Mapping[Part, ModelProfile], wanted: Wanted) -> None:
        self._parts = parts
        self._wanted = wanted

    def value(self, measurement: Measurement) -> float | None:
        """The metric of the reference's own rows; None where it has none."""
        return self._values.get((Part(segment=measurement.segment), measurement.metric, measurement.column_name))

    def rows(self, measurement: Measurement) -> int:
        """The rows of the reference that the series is held against."""
        part = self._parts.get(Part(segment=measurement.segment))
        return 0 if part is None else part.rows

    def bins(self, measurement: Measurement) -> int:
        """Bins or categories of the series' column that hold rows in the reference."""
        part = self._parts.get(Part(segment=measurement.segment))
        column = None if part is None else part.columns.get(measurement.column_name)
        return 0 if column is None else int((comparison_counts(column) > 0).sum())

    def greatest(self, measurement: Measurement) -> float:
        """What the metric can be at most: where all rows lie in the bin that holds the fewest of the reference."""
        if measurement.metric in CHECKS:
            return 1.0 if variation_of(measurement.metric).scale is SHARE else math.inf
        method = METHODS.get(measurement.metric)
        if not isinstance(method, CountMethod):
            return math.inf if method is None or method.upper_bound is None else method.upper_bound
        part = self._parts.get(Part(segment=measurement.segment))
        column = None if part is None else part.columns.get(measurement.column_name)
        if column is None or not measurement.estimate.rows:
            return math.inf
        before = comparison_counts(column).astype(np.float64)
        now = np.zeros_like(before)
        now[np.argmin(before)] = measurement.estimate.rows
        return method.compare(before, now)

    @cached_property
    def _values(self) -> Mapping[tuple[Part, str, str], float]:
        return {
            (part, metric, column): estimate.value
            for part, profile in self._parts.items()
            if not part.version
            for metric, column, estimate in estimates(self._wanted.of(part), profile, profile)
            if estimate.value is not None
        }
