"""Promises that profiles keep, whatever the rows."""

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from monitor.drift.catalogue import METHODS
from monitor.drift.kolmogorov_smirnov import METHOD as KOLMOGOROV_SMIRNOV
from monitor.drift.measure import measure_drift
from monitor.drift.method import CountMethod
from monitor.drift.wasserstein import METHOD as WASSERSTEIN
from monitor.measurement import WHOLE
from monitor.performance.catalogue import METRICS, default_metrics
from monitor.profile.bins import cut_bins
from monitor.profile.model import ModelProfile, empty_profile, profile_batch, total
from monitor.profile.numeric import NumericProfile
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.scan import profile_rows
from monitor.profile.shape import ModelShape

SHAPE = ModelShape(
    "binary_classification",
    {
        "amount": "numeric",
        "country": "categorical",
        "score": "numeric",
        "prediction": "categorical",
        "target": "categorical",
    },
)
ROWS = 20_000

amounts = st.one_of(st.none(), st.floats(width=32), st.integers(-3, 3).map(float))
countries = st.one_of(st.none(), st.sampled_from(["at", "ch", "de", "new", ""]))
classes = st.one_of(st.none(), st.sampled_from(["0", "1"]))
scores = st.one_of(st.none(), st.floats(0, 1))
rows = st.tuples(amounts, countries, scores, classes, classes)


def batch(values: list[tuple[float | None, str | None, float | None, str | None, str | None]]) -> pa.RecordBatch:
    columns = list(zip(*values, strict=True)) or [()] * 5
    types = [pa.float64(), pa.string(), pa.float64(), pa.string(), pa.string()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return pa.record_batch(arrays, names=list(SHAPE.kinds))


REFERENCE = batch([(float(i % 7), ["at", "ch", "de"][i % 3], i / 70, str(i % 2), str(i % 2)) for i in range(70)])
PLAN = cut_plan(SHAPE, [REFERENCE])


def assert_same(left: ModelProfile, right: ModelProfile) -> None:
    """Counts exactly, sums to float rounding."""
    assert left.digest() == right.digest()
    for name, column in left.columns.items():
        other = right.columns[name]
        if not isinstance(column, NumericProfile) or not isinstance(other, NumericProfile):
            continue
        size = max(abs(column.minimum or 0.0), abs(column.maximum or 0.0), 1.0)
        assert column.moments.count == other.moments.count
        assert column.moments.mean == pytest.approx(other.moments.mean, abs=1e-12 * size)
        assert column.moments.m2 == pytest.approx(other.moments.m2, rel=1e-9, abs=1e-9 * size**2)
        assert column.offsets == pytest.approx(other.offsets, rel=1e-9, abs=1e-9 * size)


@settings(deadline=None, max_examples=60, database=None)
@given(st.lists(rows, max_size=40), st.lists(rows, max_size=40))
def test_the_profile_of_two_batches_is_the_sum_of_their_profiles(
    first: list[tuple[float | None, str | None, float | None, str | None, str | None]],
    second: list[tuple[float | None, str | None, float | None, str | None, str | None]],
) -> None:
    whole = profile_batch(batch(first + second), PLAN)
    assert_same(whole, profile_batch(batch(first), PLAN) + profile_batch(batch(second), PLAN))
    assert whole.rows == len(first) + len(second)


@settings(deadline=None, max_examples=30, database=None)
@given(st.lists(rows, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    values: list[tuple[float | None, str | None, float | None, str | None, str | None]], random: object
) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert_same(profile_batch(batch(values), PLAN), profile_batch(batch(shuffled), PLAN))


@settings(deadline=None, max_examples=30, database=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=600))
def test_bins_can_be_cut_on_any_numbers(values: list[float]) -> None:
    numbers = np.array(values)
    bins = cut_bins(numbers)
    profile = NumericProfile.of(numbers, bins)
    assert (np.diff(bins.edges) > 0).all()
    assert profile.counts.sum() == numbers.size
    assert profile.outside == 0
    assert bins.merge(profile.counts).sum() == numbers.size


def mixed_batch(size: int, seed: int) -> pa.RecordBatch:
    draw = np.random.default_rng(seed)
    score = draw.random(size)
    return pa.record_batch(
        {
            "amount": pa.array(draw.lognormal(3, 1, size), mask=draw.random(size) < 0.05),
            "country": pa.array(np.array(["at", "ch", "de", "fr"])[draw.integers(0, 4, size)]),
            "score": score,
            "prediction": pa.array(np.where(score > 0.5, "1", "0")),
            "target": pa.array(np.where(draw.random(size) < score, "1", "0"), mask=draw.random(size) < 0.3),
        }
    )


@pytest.fixture(scope="module")
def reference() -> pa.RecordBatch:
    return mixed_batch(ROWS, seed=1)


@pytest.fixture(scope="module")
def plan(reference: pa.RecordBatch) -> Plan:
    return cut_plan(SHAPE, [reference])


@pytest.mark.parametrize("length", [40, 999, 7_000])
def test_neither_plan_nor_profile_depends_on_the_batches(reference: pa.RecordBatch, plan: Plan, length: int) -> None:
    parts = [reference.slice(start, length) for start in range(0, ROWS, length)]
    again = cut_plan(SHAPE, parts)
    profile = sum((profile_batch(part, again) for part in parts), start=empty_profile(again))
    assert_same(profile, profile_batch(reference, plan))


def test_mean_and_variance_are_exact(reference: pa.RecordBatch, plan: Plan) -> None:
    amounts = reference.column("amount").drop_null().to_numpy()
    parts = [reference.slice(start, 500) for start in range(0, ROWS, 500)]
    column = sum((profile_batch(part, plan) for part in parts), start=empty_profile(plan)).columns["amount"]
    assert isinstance(column, NumericProfile)
    assert column.moments.mean == pytest.approx(amounts.mean(), rel=1e-9)
    assert column.moments.standard_deviation == pytest.approx(amounts.std(ddof=1), rel=1e-9)


def test_the_arrow_arrays_are_not_changed(reference: pa.RecordBatch, plan: Plan) -> None:
    before = reference.to_pydict()
    profile_batch(reference, plan)
    assert reference.to_pydict() == before


DRAWS = {
    "normal": lambda draw, shift: draw.normal(shift, 1, ROWS),
    "lognormal": lambda draw, shift: draw.lognormal(shift, 1, ROWS),
    "heavy tails": lambda draw, shift: draw.standard_t(3, ROWS) + shift,
    "mostly nought": lambda draw, shift: np.where(draw.random(ROWS) < 0.6, 0.0, draw.exponential(1 + shift, ROWS)),
    "two humps": lambda draw, shift: np.where(draw.random(ROWS) < 0.5 - shift / 4, -5, 5) + draw.normal(0, 1, ROWS),
}


@pytest.mark.parametrize("shift", [0.0, 0.05, 0.5])
@pytest.mark.parametrize("name", DRAWS)
def test_binned_distances_are_as_near_to_the_raw_ones_as_promised(name: str, shift: float) -> None:
    before, now = DRAWS[name](np.random.default_rng(1), 0.0), DRAWS[name](np.random.default_rng(2), shift)
    bins = cut_bins(before)
    left, right = NumericProfile.of(before, bins), NumericProfile.of(now, bins)
    exact = stats.ks_2samp(before, now, method="asymp").statistic
    assert KOLMOGOROV_SMIRNOV.compare(left, right).value == pytest.approx(exact, abs=0.004)
    exact = stats.wasserstein_distance(before, now) / before.std(ddof=1)
    assert WASSERSTEIN.compare(left, right).value == pytest.approx(exact, abs=0.005)


TASKS = {
    "binary": ModelShape(
        "binary_classification",
        {**SHAPE.kinds},
        segments={"country": "country", "shop": "shop"},
        has_versions=True,
    ),
    "multiclass": ModelShape(
        "multiclass_classification",
        {"amount": "numeric", "country": "categorical", "prediction": "categorical", "target": "categorical"},
        scores={"0": "rest", "1": "score"},
        segments={"country": "country", "shop": "shop"},
        has_versions=True,
    ),
    "regression": ModelShape(
        "regression",
        {"amount": "numeric", "country": "categorical", "prediction": "numeric", "target": "numeric"},
        segments={"country": "country", "shop": "shop"},
        has_versions=True,
    ),
}


def versioned_batch(task: str, size: int, seed: int) -> pa.RecordBatch:
    """Rows of three versions, some without one; a quarter is of no shop, and some countries are new."""
    draw = np.random.default_rng([seed, 1])
    batch = mixed_batch(size, seed)
    names = np.array(["at", "ch", "de", "fr", "new" if seed > 1 else "fr"])
    columns = {
        **{name: batch.column(name) for name in batch.schema.names},
        "country": pa.array(names[draw.integers(0, 5, size)], mask=draw.random(size) < 0.05),
        "shop": pa.array(np.array(["a", "b", "c", "other"])[draw.integers(0, 4, size)], mask=draw.random(size) < 0.1),
        "version": pa.array(draw.choice(["1", "2", "3"], size), mask=draw.random(size) < 0.1),
        "rest": 1 - batch.column("score").to_numpy(),
        "time": pa.array(draw.integers(0, 50 * 3_600_000_000, size), pa.int64()).cast(pa.timestamp("us", "UTC")),
    }
    if task == "regression":
        columns["prediction"] = pa.array(draw.normal(0, 1, size))
        columns["target"] = pa.array(draw.standard_t(3, size), mask=draw.random(size) < 0.3)
    return pa.record_batch(columns)


def everything_of(profile: ModelProfile, methods: Iterable[str] = METHODS) -> dict[str, float | None]:
    """Every statistic that can be measured on a profile."""
    reference = profile_batch(versioned_batch(TASK_NAMES[profile.plan.shape.task], 5_000, 1), profile.plan)
    found = {
        f"{metric} {name}": estimate.value
        for metric, name, estimate in measure_drift(reference, profile, methods, min_rows=1)
    }
    performance = profile.performance
    assert performance is not None
    shape = profile.plan.shape
    has_score = "score" in shape.kinds or bool(shape.scores)
    for name in default_metrics(shape.task, has_score=has_score):
        found[name] = METRICS[name].measure(performance).value  # type: ignore[attr-defined]  # of the task's own kind
    return found


TASK_NAMES = {shape.task: name for name, shape in TASKS.items()}


def assert_measures_the_same(left: ModelProfile, right: ModelProfile) -> None:
    assert_same(left, right)
    mine, other = everything_of(left), everything_of(right)
    assert mine.keys() == other.keys()
    assert {name for name, value in mine.items() if value is None} == {n for n, value in other.items() if value is None}
    for name, value in mine.items():
        assert value == pytest.approx(other[name], rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("task", TASKS)
def test_versions_add_up_to_the_whole_for_every_statistic(task: str) -> None:
    batch = versioned_batch(task, 6_000, 2)
    plan = cut_plan(TASKS[task], [versioned_batch(task, 5_000, 1)])
    parts = profile_rows((batch.slice(start, 900) for start in range(0, 6_000, 900)), plan, timedelta(hours=1))
    whole = total((parts[hour][part] for hour in parts for part in parts[hour] if part.segment == WHOLE), plan)
    assert_measures_the_same(whole, profile_batch(batch, plan))


@pytest.mark.parametrize("key", ["country", "shop"])
@pytest.mark.parametrize("task", TASKS)
def test_segments_and_the_rows_of_none_add_up_to_the_whole_for_all_that_needs_counts(task: str, key: str) -> None:
    batch = versioned_batch(task, 6_000, 2)
    reference = versioned_batch(task, 5_000, 1)
    plan = cut_plan(TASKS[task], [reference.filter(pc.not_equal(reference["shop"], "other"))])
    parts = profile_rows([batch], plan, timedelta(hours=1))
    of_segments = total((parts[hour][part] for hour in parts for part in parts[hour] if part.segment.key == key), plan)
    known = pc.is_in(batch[key], pa.array(plan.segments[key]))
    of_none = profile_batch(batch.filter(pc.invert(known)), plan)
    assert of_none.rows
    mine = everything_of(of_segments + of_none, COUNTED)
    whole = everything_of(profile_batch(batch, plan), COUNTED)
    assert mine == pytest.approx(whole, rel=1e-9, abs=1e-12)


COUNTED = [name for name, method in METHODS.items() if isinstance(method, CountMethod)]
