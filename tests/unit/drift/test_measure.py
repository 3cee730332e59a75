"""Drift of every column of a model."""

import numpy as np
import pyarrow as pa
import pytest

from monitor.drift.catalogue import METHODS
from monitor.drift.measure import applies, compare, measure_drift
from monitor.drift.method import NumericMethod
from monitor.measurement import Estimate
from monitor.profile.model import profile_batch
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.shape import ModelShape

SHAPE = ModelShape("none", {"amount": "numeric", "country": "categorical", "target": "categorical"})
NUMERIC_ONLY = {name for name, method in METHODS.items() if isinstance(method, NumericMethod)}


def batch(
    size: int = 500, *, amount: pa.Array | None = None, country: pa.Array | None = None, targets: int | None = None
) -> pa.RecordBatch:
    draw = np.random.default_rng(1)
    columns = {
        "amount": pa.array(draw.normal(size=size)) if amount is None else amount,
        "country": pa.array(np.array(["at", "de"])[draw.integers(0, 2, size)]) if country is None else country,
        "target": pa.array(["1" if targets is None or row < targets else None for row in range(size)], pa.string()),
    }
    return pa.record_batch(columns)


REFERENCE = batch()
PLAN = cut_plan(SHAPE, [REFERENCE])


def drift(
    current: pa.RecordBatch, *, reference: pa.RecordBatch = REFERENCE, plan: Plan = PLAN, min_rows: int = 200
) -> dict[tuple[str, str], Estimate]:
    pair = profile_batch(reference, plan), profile_batch(current, plan)
    return {(metric, column): estimate for metric, column, estimate in measure_drift(*pair, METHODS, min_rows=min_rows)}


def test_every_method_measures_every_column_that_it_applies_to() -> None:
    measured = drift(batch())
    assert {metric for metric, column in measured if column == "amount"} == set(METHODS)
    assert {metric for metric, column in measured if column == "country"} == set(METHODS) - NUMERIC_ONLY
    assert all(estimate.status == "ok" for estimate in measured.values())
    assert all(estimate.rows == 500 for estimate in measured.values())


def test_only_the_methods_asked_for_are_measured() -> None:
    profile = profile_batch(REFERENCE, PLAN)
    metrics = {metric for metric, _, _ in measure_drift(profile, profile, ["hellinger"], min_rows=1)}
    assert metrics == {"hellinger"}


def test_too_few_rows_are_a_reason() -> None:
    for (_, column), estimate in drift(batch(12)).items():
        assert estimate.value is None
        noun = "rows with a target" if column == "target" else "rows"
        assert estimate.reason == f"12 {noun}, at least 200 are wanted"
        assert estimate.rows == 12


@pytest.mark.parametrize("min_rows", [0, 1, 200])
def test_a_window_without_rows_is_a_reason(min_rows: int) -> None:
    measured = drift(REFERENCE.slice(0, 0), min_rows=min_rows)
    assert measured["hellinger", "amount"].reason == "no rows in this window"
    assert measured["hellinger", "target"].reason == "no rows with a target in this window"
    assert {estimate.value for estimate in measured.values()} == {None}


def test_a_column_that_is_all_null_now_has_drifted() -> None:
    measured = drift(batch(amount=pa.nulls(500, pa.float64()), country=pa.nulls(500, pa.string())))
    assert measured["total_variation", "amount"].value == 1.0
    assert measured["total_variation", "country"].value == 1.0
    psi = measured["population_stability_index", "amount"].value
    assert psi is not None
    assert psi > 5
    for name in NUMERIC_ONLY:
        assert measured[name, "amount"].reason == "the column is empty in this window"


def test_a_column_that_is_gone_has_drifted_and_hides_no_other() -> None:
    measured = drift(batch().drop_columns(["amount"]))
    assert measured["total_variation", "amount"].value == 1.0
    assert measured["total_variation", "country"].value == 0.0


def test_many_nulls_and_few_numbers_are_told_apart() -> None:
    amounts = pa.array([1.0] * 50 + [None] * 450)
    measured = drift(batch(amount=amounts))
    assert measured["hellinger", "amount"].value is not None
    assert measured["wasserstein", "amount"].reason == "50 rows with a number, at least 200 are wanted"


def test_a_column_that_was_empty_in_the_reference_cannot_be_compared() -> None:
    empty = batch(amount=pa.nulls(500, pa.float64()))
    measured = drift(batch(), reference=empty, plan=cut_plan(SHAPE, [empty]))
    assert {measured[name, "amount"].reason for name in METHODS} == {"the column is empty in the reference"}


def test_a_reference_of_nan_has_no_number() -> None:
    broken = batch(amount=pa.array([float("nan")] * 500))
    measured = drift(batch(), reference=broken, plan=cut_plan(SHAPE, [broken]))
    assert measured["total_variation", "amount"].value == 1.0
    assert measured["mean_shift", "amount"].reason == "the column holds no number in the reference"


def test_a_constant_reference_has_no_standard_deviation_to_measure_by() -> None:
    constant = batch(amount=pa.array([3.0] * 500))
    measured = drift(batch(), reference=constant, plan=cut_plan(SHAPE, [constant]))
    assert measured["wasserstein", "amount"].reason == "the column is constant in the reference"
    assert measured["mean_shift", "amount"].reason == "the column is constant in the reference"
    assert measured["population_stability_index", "amount"].value is not None


def test_values_too_large_to_square_are_a_reason() -> None:
    measured = drift(batch(amount=pa.array([1e308, -1e308] * 250)))
    assert measured["wasserstein", "amount"].reason == "the values are too large to measure a distance"
    assert measured["mean_shift", "amount"].reason == "the values are too large to measure a distance"


def test_targets_that_have_not_come_are_no_drift() -> None:
    measured = drift(batch(targets=300))
    assert measured["total_variation", "target"].value == 0.0
    assert measured["total_variation", "target"].rows == 300


def test_a_column_that_the_current_profile_lacks_is_missing() -> None:
    reference = profile_batch(REFERENCE, PLAN)
    current = profile_batch(REFERENCE, cut_plan(ModelShape("none", {"country": "categorical"}), [REFERENCE]))
    measured = {
        column: estimate for _, column, estimate in measure_drift(reference, current, ["hellinger"], min_rows=1)
    }
    assert measured["amount"].reason == "the column is missing in this window"
    assert measured["country"].value == 0.0


def test_one_outlier_does_not_hide_a_shift() -> None:
    draw = np.random.default_rng(2)
    shifted = draw.normal(1, 1, 500)
    plain = drift(batch(amount=pa.array(shifted)))
    shifted[0] = 1e6
    spoilt = drift(batch(amount=pa.array(shifted)))
    for name in ("population_stability_index", "jensen_shannon", "kolmogorov_smirnov"):
        assert spoilt[name, "amount"].value == pytest.approx(plain[name, "amount"].value, rel=0.05)


def test_an_outlier_far_outside_the_reference_moves_the_wasserstein_distance_by_its_share() -> None:
    amounts = REFERENCE.column("amount").to_numpy().copy()
    amounts[amounts.argmax()] += 1e6
    value = drift(batch(amount=pa.array(amounts)))["wasserstein", "amount"].value
    assert value == pytest.approx(1e6 / 500 / REFERENCE.column("amount").to_numpy().std(ddof=1), rel=1e-6)


def test_a_numeric_method_refuses_categories() -> None:
    column = profile_batch(REFERENCE, PLAN).columns["country"]
    method = METHODS["wasserstein"]
    assert not applies(method, column)
    with pytest.raises(TypeError, match="numeric"):
        compare(method, column, column)
