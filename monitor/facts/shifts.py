"""Where the rows of a column went, and how a model errs: shares in the reference and now."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from alerts.facts import Shift
from monitor.drift.distribution import Bin, current_counts
from monitor.performance.catalogue import Profile
from monitor.profile.categorical import CategoricalProfile
from monitor.profile.column import ColumnProfile
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.score import ScoreProfile

MOST = 3
SMALLEST = 0.001  # less reads "0 %" on both sides


def moved(bins: Sequence[Bin], reference: ColumnProfile, current: ColumnProfile) -> tuple[Shift, ...]:
    """The categories or bins whose share moved most, the largest change first.

    `bins` are those of the whole reference, for their labels: to make them takes longer than all the rest.
    """
    before, now = current_counts(reference, reference), current_counts(reference, current)
    rows_before, rows = sum(before), sum(now)
    if not rows_before or not rows:
        return ()
    change = [abs(new / rows - old / rows_before) for old, new in zip(before, now, strict=True)]
    places = heapq.nlargest(MOST, range(len(change)), key=change.__getitem__)
    return largest(Shift(bins[place].label, before[place] / rows_before, now[place] / rows) for place in places)


def nulls(reference: ColumnProfile, current: ColumnProfile) -> Shift | None:
    """The share of nulls, where there are any."""
    if not current.rows or not reference.rows or not (current.nulls or reference.nulls):
        return None
    return Shift("null", reference.nulls / reference.rows, current.nulls / current.rows)


def unseen(current: ColumnProfile) -> tuple[Shift, ...]:
    """The most frequent categories that the reference does not hold."""
    if not isinstance(current, CategoricalProfile) or not current.rows:
        return ()
    return largest(Shift(name, 0.0, count / current.rows) for name, count in current.unseen_names.items())


def mistakes(reference: Profile | None, current: Profile | None) -> tuple[Shift, ...]:
    """The kinds of mistakes whose share of the rows moved most; of regressions, none."""
    before, now = _mistakes(reference), _mistakes(current)
    return largest(Shift(label, before[label], share) for label, share in now.items() if label in before)


def promises(reference: Profile | None, current: Profile | None) -> tuple[Shift, ...]:
    """What the scores say will come true, on average, and what came true."""
    before, now = _promises(reference), _promises(current)
    return tuple(Shift(label, before[label], share) for label, share in now.items() if label in before)


def largest(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """The largest of them, of any size at all."""
    ordered = sorted(shifts, key=lambda shift: (-shift.size, shift.label))
    return tuple(shift for shift in ordered[:MOST] if shift.size >= SMALLEST)


def _mistakes(profile: Profile | None) -> dict[str, float]:
    if isinstance(profile, ScoreProfile):
        rows = int(profile.confusion.sum())
        kinds = {"false positives": profile.fp, "false negatives": profile.fn}
        return {label: count / rows for label, count in kinds.items()} if rows else {}
    if isinstance(profile, MulticlassProfile):
        return _taken_for(profile, [*profile.classes, "other"])
    return {}


def _taken_for(profile: MulticlassProfile, names: Sequence[str]) -> dict[str, float]:
    rows = int(profile.confusion.sum())
    return {
        f"{true} taken for {predicted}": int(profile.confusion[row, column]) / rows
        for row, true in enumerate(names)
        for column, predicted in enumerate(names)
        if rows and row != column
    }


def _promises(profile: Profile | None) -> dict[str, float]:
    if not isinstance(profile, ScoreProfile | MulticlassProfile):
        return {}
    rows = int(profile.calibration.rows.sum())
    if not rows:
        return {}
    said, came_true = float(profile.calibration.confidence.sum()), int(profile.calibration.hits.sum())
    return {"expected": said / rows, "came true": came_true / rows}
