"""Promises that every quality check keeps."""

import importlib
import pkgutil
from dataclasses import replace

import pyarrow as pa
import pytest
from scipy import stats

import monitor.quality
from monitor.measurement import Estimate
from monitor.profile.model import ModelProfile, empty_profile, profile_batch
from monitor.profile.plan import cut_plan
from monitor.profile.shape import ModelShape
from monitor.quality.catalogue import CHECKS
from monitor.quality.measure import measure_quality

SHAPE = ModelShape("none", {"amount": "numeric", "country": "categorical"})
REFERENCE_ROWS = pa.record_batch({"amount": [1.0, 2.0, 3.0], "country": ["at", "at", "de"]})
ROWS = pa.record_batch(
    {
        "amount": pa.array([1.0, 2.5, None, float("nan"), 9.0, -9.0, float("inf"), 2.0]),
        "country": pa.array(["at", "new", None, "de", "de", "at", "new", "other"]),
    }
)
PLAN = cut_plan(SHAPE, [REFERENCE_ROWS])
REFERENCE = profile_batch(REFERENCE_ROWS, PLAN)
by_name = pytest.mark.parametrize("name", CHECKS)


def measured(name: str, current: ModelProfile, *, min_rows: int = 1) -> list[Estimate]:
    found = measure_quality(REFERENCE, current, CHECKS, min_rows=min_rows, has_targets=True)
    return [estimate for metric, _, estimate in found if metric == name]


def test_every_check_stands_in_the_catalogue() -> None:
    declared = set()
    for module in pkgutil.iter_modules(monitor.quality.__path__):
        check = getattr(importlib.import_module(f"monitor.quality.{module.name}"), "CHECK", None)
        if check is not None:
            assert CHECKS[check.name] is check
            assert check.name == module.name
            declared.add(check.name)
    assert declared == set(CHECKS)


@by_name
def test_a_check_has_a_title_and_measures_something(name: str) -> None:
    assert CHECKS[name].title
    assert measured(name, profile_batch(ROWS, PLAN))


@by_name
def test_a_share_has_wilsons_interval(name: str) -> None:
    current = replace(profile_batch(ROWS, PLAN), duplicates=2)
    for estimate in measured(name, current):
        assert estimate.value is not None
        if name == "row_count":
            assert (estimate.value, estimate.lower, estimate.upper) == (8.0, None, None)
            continue
        exact = stats.binomtest(round(estimate.value * 8), 8).proportion_ci(method="wilson")
        assert (estimate.lower, estimate.upper) == pytest.approx((exact.low, exact.high), abs=1e-12)
        assert estimate.rows == 8


@by_name
def test_two_windows_together_give_the_longer_window(name: str) -> None:
    halves = profile_batch(ROWS.slice(0, 3), PLAN) + profile_batch(ROWS.slice(3), PLAN)
    assert measured(name, halves) == measured(name, profile_batch(ROWS, PLAN))


@by_name
def test_a_window_without_rows_is_a_state_and_no_crash(name: str) -> None:
    for estimate in measured(name, empty_profile(PLAN)):
        assert estimate.rows == 0
        assert (estimate.value == 0.0) if name == "row_count" else (estimate.value is None and estimate.reason)


@by_name
def test_too_few_rows_give_a_reason_and_no_share(name: str) -> None:
    for estimate in measured(name, profile_batch(ROWS, PLAN), min_rows=9):
        assert (estimate.value is None) == (name != "row_count")
