"""What the reference's windows gave becomes histories of series, and those become limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from monitor.drift.population_stability_index import METHOD as PSI
from monitor.limits.basis import ReferenceValues
from monitor.limits.calibrated import Calibration, Learnt
from monitor.limits.gather import Series, gather
from monitor.measure import Wanted
from monitor.measurement import WHOLE, Estimate, Measurement
from monitor.profile.model import ModelProfile, profile_batch, total
from monitor.profile.part import ALL, Part
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.shape import ModelShape
from monitor.window import Window, utc

COLUMNS = ("amount", "distance", "age", "delay")
SHAPE = ModelShape("none", {**dict.fromkeys(COLUMNS, "numeric"), "country": "categorical"})
WANTED = Wanted("none", ("population_stability_index", "mean_shift"), (), min_rows=100, has_targets=False)
METRICS = ("population_stability_index", "mean_shift", "null_share", "row_count")
DAY = timedelta(days=1)
DAYS, ROWS = 30, 1_000
PSI_OF_AMOUNT = Series("population_stability_index", "amount", WHOLE)


def rows(random: np.random.Generator, *, count: int = ROWS, shift: float = 0.0) -> pa.RecordBatch:
    numbers = {name: pa.array(random.normal(shift if name == "amount" else 0.0, 1, count)) for name in COLUMNS}
    return pa.record_batch({**numbers, "country": pa.array(random.choice(["at", "de", "fr"], count))})


def day(number: int) -> Window:
    return Window(utc(2013, 1, 1) + number * DAY, utc(2013, 1, 2) + number * DAY)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return cut_plan(SHAPE, [rows(np.random.default_rng(0), count=20_000)])


@pytest.fixture(scope="module")
def days(plan: Plan) -> list[ModelProfile]:
    random = np.random.default_rng(1)
    return [profile_batch(rows(random), plan) for _ in range(DAYS)]


@pytest.fixture(scope="module")
def calibration(plan: Plan, days: list[ModelProfile]) -> Calibration:
    reference: Mapping[Part, ModelProfile] = {ALL: total(days, plan)}
    windows = [(day(number), {ALL: profile}) for number, profile in enumerate(days)]
    groups = gather(reference, windows, WANTED, METRICS)
    return Calibration(DAY, tuple(groups), {ALL: reference[ALL].rows})


def bounds(calibration: Calibration, measurement: Measurement) -> Learnt:
    found = calibration.limits(0.0005).bounds(measurement)
    assert found is not None
    return found


def measured(metric: str, column: str, value: float, count: int = ROWS) -> Measurement:
    return Measurement("m", metric, day(100), Estimate(value, rows=count), column_name=column)


def test_every_series_of_a_metric_has_its_history(calibration: Calibration) -> None:
    assert {group.series[0].metric: len(group.series) for group in calibration.groups} == {
        "mean_shift": 4,
        "null_share": 5,
        "population_stability_index": 5,
        "row_count": 1,
    }
    assert all(group.history.values.shape == (DAYS, len(group.series)) for group in calibration.groups)


def test_a_distance_is_as_if_the_window_were_held_against_the_rest(
    plan: Plan, days: list[ModelProfile], calibration: Calibration
) -> None:
    rest = total(days[1:], plan)
    expected = PSI.measure(rest.columns["amount"], days[0].columns["amount"]).value
    number, place = calibration.series[PSI_OF_AMOUNT]
    assert expected is not None
    assert calibration.groups[number].history.values[0, place] ** 3 == pytest.approx(expected, rel=0.02)


def test_a_shift_lies_beyond_the_limit_and_what_the_reference_shows_within(
    plan: Plan, days: list[ModelProfile], calibration: Calibration
) -> None:
    reference = total(days, plan).columns["amount"]
    random = np.random.default_rng(2)
    limit = bounds(calibration, measured(*PSI_OF_AMOUNT[:2], 0.1)).high
    quiet, shifted = (
        PSI.measure(reference, profile_batch(rows(random, shift=by), plan).columns["amount"]).value for by in (0.0, 0.4)
    )
    assert quiet is not None
    assert shifted is not None
    assert quiet < limit < shifted


def test_levels_have_a_limit_on_either_side(calibration: Calibration) -> None:
    shift = bounds(calibration, measured("mean_shift", "amount", 0.0))
    assert -0.3 < shift.low < -0.08
    assert 0.08 < shift.high < 0.3
    count = bounds(calibration, measured("row_count", "", 1_000.0))
    assert 800 < count.low < 950
    assert 1_050 < count.high < 1_250


def test_a_share_that_never_was_has_a_limit_that_a_few_rows_do_not_pass(calibration: Calibration) -> None:
    nulls = bounds(calibration, measured("null_share", "amount", 0.0))
    assert 0.002 < nulls.high < 0.06


def test_thirty_days_promise_and_what_the_reference_does_not_have_has_no_limit(calibration: Calibration) -> None:
    assert bounds(calibration, measured(*PSI_OF_AMOUNT[:2], 0.1)).is_promised
    assert calibration.limits(0.001).bounds(measured("population_stability_index", "new", 0.1)) is None


def test_few_windows_promise_nothing_and_say_how_many_more_are_needed(plan: Plan, days: list[ModelProfile]) -> None:
    some = days[:5]
    groups = gather({ALL: total(some, plan)}, [(day(n), {ALL: one}) for n, one in enumerate(some)], WANTED, METRICS)
    found = bounds(Calibration(DAY, tuple(groups), {ALL: 5 * ROWS}), measured(*PSI_OF_AMOUNT[:2], 0.1))
    assert not found.is_promised
    assert 8 <= found.lacking <= 40


def test_two_windows_teach_nothing(plan: Plan, days: list[ModelProfile]) -> None:
    some = days[:2]
    assert gather({ALL: total(some, plan)}, [(day(n), {ALL: one}) for n, one in enumerate(some)], WANTED, METRICS) == []


def test_a_column_that_was_constant_may_become_anything() -> None:
    batch = pa.record_batch({"flag": pa.array(["no"] * 400)})
    plan = cut_plan(ModelShape("none", {"flag": "categorical"}), [batch])
    values = ReferenceValues({ALL: profile_batch(batch, plan)}, WANTED)
    assert values.greatest(measured(PSI_OF_AMOUNT.metric, "flag", 0.0)) > 5
