"""Quality of the rows of a window."""

from dataclasses import replace

import pyarrow as pa
import pytest

from monitor.measurement import Estimate
from monitor.profile.model import ModelProfile, profile_batch
from monitor.profile.plan import cut_plan
from monitor.profile.shape import ModelShape
from monitor.quality.catalogue import CHECKS
from monitor.quality.measure import measure_quality

SHAPE = ModelShape(
    "binary_classification",
    {"amount": "numeric", "country": "categorical", "prediction": "categorical", "target": "categorical"},
)
CLEAN = pa.record_batch(
    {
        "amount": pa.array([0.0, 1.0, 2.0, 3.0] * 5),
        "country": pa.array(["at", "de"] * 10),
        "prediction": pa.array(["1", "0"] * 10),
        "target": pa.array(["1", "0"] * 10),
    }
)
PLAN = cut_plan(SHAPE, [CLEAN])
REFERENCE = profile_batch(CLEAN, PLAN)

NAN, INFINITE = float("nan"), float("inf")
DIRTY = pa.record_batch(
    {
        "amount": pa.array([None, None, NAN, INFINITE, -INFINITE, -1.0, 4.0, 5.0, 1.0, 3.0]),
        "country": pa.array([None, "new", "new", "old", *["at"] * 6]),
        "prediction": pa.array(["1"] * 10),
        "target": pa.array(["1", "0", "7", *[None] * 7], pa.string()),
    }
)


def quality(
    current: ModelProfile, *, reference: ModelProfile = REFERENCE, min_rows: int = 1, has_targets: bool = True
) -> dict[tuple[str, str], Estimate]:
    return {
        (metric, column): estimate
        for metric, column, estimate in measure_quality(
            reference, current, CHECKS, min_rows=min_rows, has_targets=has_targets
        )
    }


@pytest.mark.parametrize(
    ("metric", "column", "share"),
    [
        ("null_share", "amount", 0.2),
        ("null_share", "country", 0.1),
        ("invalid_share", "amount", 0.3),
        ("out_of_range_share", "amount", 0.3),
        ("unseen_share", "country", 0.3),
        ("unseen_share", "prediction", 0.0),
        ("target_coverage", "", 0.3),
        ("duplicate_share", "", 0.4),
    ],
)
def test_a_share_is_of_all_rows(metric: str, column: str, share: float) -> None:
    current = replace(profile_batch(DIRTY, PLAN), duplicates=4)
    estimate = quality(current)[metric, column]
    assert estimate.value == pytest.approx(share)
    assert estimate.rows == 10


def test_clean_rows_have_no_fault() -> None:
    measured = quality(REFERENCE)
    assert measured.pop(("row_count", "")).value == 20
    assert measured.pop(("target_coverage", "")).value == 1.0
    assert {estimate.value for estimate in measured.values()} == {0.0}


def test_a_target_of_a_new_class_is_unseen_among_the_targets() -> None:
    estimate = quality(profile_batch(DIRTY, PLAN))["unseen_share", "target"]
    assert estimate.value == pytest.approx(1 / 3)
    assert estimate.rows == 3


def test_a_target_that_has_not_come_is_no_null() -> None:
    assert ("null_share", "target") not in quality(profile_batch(DIRTY, PLAN))


def test_a_check_measures_only_columns_that_it_applies_to() -> None:
    measured = quality(REFERENCE)
    assert ("invalid_share", "country") not in measured
    assert ("out_of_range_share", "country") not in measured
    assert ("unseen_share", "amount") not in measured


def test_without_targets_their_coverage_has_no_sense() -> None:
    assert ("target_coverage", "") not in quality(REFERENCE, has_targets=False)


def test_a_window_without_rows_still_has_a_row_count() -> None:
    measured = quality(profile_batch(CLEAN.slice(0, 0), PLAN), min_rows=0)
    count = measured.pop(("row_count", ""))
    assert (count.value, count.lower, count.upper, count.status) == (0.0, None, None, "ok")
    unseen = measured.pop(("unseen_share", "target"))
    assert unseen.reason == "no rows with a target in this window"
    assert {estimate.reason for estimate in measured.values()} == {"no rows in this window"}


def test_too_few_rows_are_a_reason() -> None:
    measured = quality(profile_batch(CLEAN.slice(0, 12), PLAN), min_rows=200)
    assert measured["row_count", ""].value == 12
    assert measured["null_share", "amount"].value is None
    assert measured["null_share", "amount"].reason == "12 rows, at least 200 are wanted"


def test_a_column_that_is_gone_is_all_null_and_hides_no_other() -> None:
    measured = quality(profile_batch(CLEAN.drop_columns(["amount"]), PLAN))
    assert measured["null_share", "amount"].value == 1.0
    assert measured["out_of_range_share", "amount"].value == 0.0
    assert measured["null_share", "country"].value == 0.0


def test_a_column_that_the_current_profile_lacks_is_missing() -> None:
    current = profile_batch(CLEAN, cut_plan(ModelShape("none", {"country": "categorical"}), [CLEAN]))
    measured = quality(current)
    assert measured["null_share", "amount"].reason == "the column is missing in this window"
    assert ("unseen_share", "amount") not in measured
    assert measured["null_share", "country"].status == "ok"


def test_an_empty_reference_column_has_neither_range_nor_categories() -> None:
    empty = CLEAN.drop_columns(["amount", "country"])
    plan = cut_plan(SHAPE, [empty])
    measured = quality(profile_batch(CLEAN, plan), reference=profile_batch(empty, plan))
    assert measured["out_of_range_share", "amount"].reason == "the column holds no number in the reference"
    assert measured["unseen_share", "country"].reason == "the column is empty in the reference"
    assert measured["null_share", "amount"].value == 0.0
