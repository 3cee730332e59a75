"""What the reference's own windows gave, series by series: what limits are learned from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from monitor.calibration.learned import FEWEST, History
from monitor.calibration.scale import SHARE
from monitor.calibration.season import Movement, movement
from monitor.drift.counts import comparison_counts
from monitor.limits.metrics import Variation, variation_of
from monitor.limits.phases import phase_of
from monitor.measure import Wanted, estimates
from monitor.measurement import WHOLE, Segment
from monitor.profile.arrays import FloatArray, IntArray
from monitor.profile.categorical import CategoricalProfile
from monitor.profile.column import ColumnProfile
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.window import Window

Parts = Mapping[Part, ModelProfile]
UNSEEN = "unseen_share"


class Series(NamedTuple):
    """What is measured of what, within a model and a length of windows."""

    metric: str
    column_name: str
    segment: Segment


class Group(NamedTuple):
    """Series of one metric, which vary alike: of all rows, or of segments."""

    series: tuple[Series, ...]
    history: History


class _Cell(NamedTuple):
    value: float
    rows: int


def gather(
    reference: Parts, windows: Iterable[tuple[Window, Parts]], wanted: Wanted, metrics: Collection[str]
) -> list[Group]:
    """The history of each series of these metrics over the windows of a reference, in the order of time.

    A window is held against the whole reference, of which it is a part; what that takes from a distance is put back.
    Series with fewer than three values teach nothing, and are left out.
    """
    known = list(windows)
    cells: dict[Series, dict[int, _Cell]] = defaultdict(dict)
    for place, (_, parts) in enumerate(known):
        for series, cell in _cells(reference, parts, wanted):
            if series.metric in metrics:
                cells[series][place] = cell
    phases = np.array([phase_of(window) for window, _ in known], dtype=np.int64)
    moves = _Moves([parts for _, parts in known], reference, phases)
    groups: dict[tuple[str, bool], list[Series]] = defaultdict(list)
    for series in sorted(cells):
        if len(cells[series]) >= FEWEST:
            groups[series.metric, series.segment == WHOLE].append(series)
    return [
        Group(tuple(group), _history(group, cells, reference, moves, phases)) for _, group in sorted(groups.items())
    ]


def _cells(reference: Parts, window: Parts, wanted: Wanted) -> Iterator[tuple[Series, _Cell]]:
    """What a window of the reference gives, over all versions."""
    for part, profile in window.items():
        if part.version:
            continue
        for metric, column, estimate in estimates(wanted.of(part), reference[part], profile):
            if estimate.value is None:
                continue
            value = estimate.value
            if metric == UNSEEN:
                value = _unseen_by_the_rest(reference[part].columns[column], profile.columns[column])
            yield Series(metric, column, part.segment), _Cell(value, estimate.rows)


def _unseen_by_the_rest(whole: ColumnProfile, window: ColumnProfile) -> float:
    """The share of a window's rows whose category no other window of the reference has: the whole has seen them all."""
    if not isinstance(whole, CategoricalProfile) or not isinstance(window, CategoricalProfile) or not window.rows:
        return 0.0
    only_here = window.counts[:-1][window.counts[:-1] == whole.counts[:-1]]
    return float(only_here.sum()) / window.rows


def _history(
    group: list[Series],
    cells: Mapping[Series, Mapping[int, _Cell]],
    reference: Parts,
    moves: _Moves,
    phases: IntArray,
) -> History:
    variation = variation_of(group[0].metric)
    values, rows = (np.full((len(phases), len(group)), np.nan) for _ in range(2))
    for column, series in enumerate(group):
        for place, cell in cells[series].items():
            values[place, column], rows[place, column] = cell
    whole = np.array([reference[Part(segment=series.segment)].rows for series in group], dtype=np.float64)
    share = np.minimum(rows / whole, 0.9)
    noise = 1 / np.maximum(rows, 1)
    if variation.compares:
        noise = noise / (1 - share)
        values = values / (1 - share) ** (2 * variation.power if variation.is_distance else 1)
    scaled = variation.scale.forth(values, rows)
    return History(
        scaled,
        np.where(np.isfinite(scaled), noise, np.nan),
        moves.of(group, variation, values if variation.scale is SHARE else scaled),
        phases,
        is_distance=variation.is_distance,
        least_deviation=variation.scale.least_deviation(np.nanmedian(values, axis=0), np.nanmedian(rows, axis=0)),
    )


class _Moves:
    """How the shares of columns move through the windows; each column is looked at once, whatever measures it."""

    def __init__(self, windows: list[Parts], reference: Parts, phases: IntArray) -> None:
        self._windows = windows
        self._reference = reference
        self._phases = phases
        self._known: dict[tuple[str, Segment], Movement] = {}

    def of(self, group: list[Series], variation: Variation, values: FloatArray) -> Movement:
        """Of a distance it is the shares that move, of anything else the value."""
        if not variation.compares:
            return movement(values[:, :, None], self._phases)
        found = [self._of_column(series.column_name, series.segment) for series in group]
        return Movement(*(np.concatenate(part) for part in zip(*found, strict=True)))

    def _of_column(self, name: str, segment: Segment) -> Movement:
        if (name, segment) not in self._known:
            whole = comparison_counts(self._reference[Part(segment=segment)].columns[name])
            expected = (whole + 0.5) / (whole + 0.5).sum()
            shares = np.full((len(self._windows), 1, len(expected)), np.nan)
            for place, parts in enumerate(self._windows):
                column = parts[Part(segment=segment)].columns.get(name)
                counts = None if column is None else comparison_counts(column)
                if counts is not None and len(counts) == len(expected) and counts.any():
                    shares[place, 0] = counts / counts.sum() / np.sqrt(expected)
            self._known[name, segment] = movement(shares, self._phases)
        return self._known[name, segment]
