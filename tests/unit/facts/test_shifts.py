"""Which categories and bins moved, and which mistakes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from alerts.facts import Shift
from monitor.drift.distribution import reference_bins
from monitor.facts import shifts
from monitor.profile.categorical import CategoricalProfile, CategoryCounter
from monitor.profile.column import empty_column
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.score import ScoreProfile


def column(names: list[str | None], categories: CategoricalProfile | None = None) -> CategoricalProfile:
    """A column, on its own categories or on those of another."""
    array = pa.array(names, pa.string())
    if categories is not None:
        return CategoricalProfile.of(array, categories.categories)
    counter = CategoryCounter()
    counter.add(array)
    return CategoricalProfile.of(array, counter.cut())


BEFORE = column(["AA"] * 50 + ["UA"] * 30 + ["DL"] * 15 + ["B6"] * 5)
BINS = reference_bins(BEFORE)


def test_the_three_largest_moves_are_told_whichever_way_they_go() -> None:
    now = column(["AA"] * 20 + ["UA"] * 35 + ["DL"] * 15 + ["B6"] * 4 + [None] * 26, BEFORE)
    assert shifts.moved(BINS, BEFORE, now) == (
        Shift("AA", 0.5, 0.2),
        Shift("null", 0.0, 0.26),
        Shift("UA", 0.3, 0.35),
    )


def test_what_did_not_move_is_not_told() -> None:
    assert shifts.moved(BINS, BEFORE, BEFORE) == ()
    assert shifts.moved(BINS, BEFORE, empty_column(BEFORE.categories)) == ()


def test_nulls_are_told_where_there_are_any() -> None:
    assert shifts.nulls(BEFORE, BEFORE) is None
    assert shifts.nulls(BEFORE, column(["AA", None], BEFORE)) == Shift("null", 0.0, 0.5)


def test_categories_that_the_reference_does_not_hold_are_named() -> None:
    now = column(["AA"] * 6 + ["XX"] * 3 + ["YY"], BEFORE)
    assert shifts.unseen(now) == (Shift("XX", 0.0, 0.3), Shift("YY", 0.0, 0.1))


def scored(target: str, predicted: str, score: list[float]) -> ScoreProfile:
    return ScoreProfile.of(
        np.array([one == "1" for one in target]), np.array([one == "1" for one in predicted]), np.array(score)
    )


def test_the_kind_of_mistake_that_grew_most_is_told_first() -> None:
    before = scored("1100", "1100", [0.9, 0.9, 0.1, 0.1])
    now = scored("1100", "1011", [0.9, 0.2, 0.8, 0.8])
    assert shifts.mistakes(before, now) == (Shift("false positives", 0.0, 0.5), Shift("false negatives", 0.0, 0.25))


def test_scores_are_held_against_what_came_true() -> None:
    expected, came_true = shifts.promises(scored("10", "10", [0.6, 0.4]), scored("00", "10", [0.8, 0.2]))
    assert (expected.before, expected.now) == (pytest.approx(0.5), pytest.approx(0.5))
    assert (came_true.before, came_true.now) == (0.5, 0.0)


def test_many_classes_say_which_is_taken_for_which() -> None:
    right = MulticlassProfile.of(("cat", "dog"), np.array([0, 1]), np.array([0, 1]), None)
    wrong = MulticlassProfile.of(("cat", "dog"), np.array([0, 1]), np.array([0, 0]), None)
    assert shifts.mistakes(right, wrong) == (Shift("dog taken for cat", 0.0, 0.5),)


def test_without_targets_there_are_no_mistakes_to_tell() -> None:
    some = scored("10", "10", [0.6, 0.4])
    assert shifts.mistakes(None, some) == shifts.mistakes(some, None) == ()
    assert shifts.promises(some, ScoreProfile.empty()) == ()
