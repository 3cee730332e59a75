"""One pass over rows gives the profiles that buckets, versions and segments have alone."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from monitor.errors import SourceError
from monitor.measurement import Segment
from monitor.profile.model import ModelProfile, profile_batch
from monitor.profile.numeric import NumericProfile
from monitor.profile.numericsums import NumericSums
from monitor.profile.part import ALL, Part
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.scan import MOST_VERSIONS, outcomes_of, profile_rows, profile_whole
from monitor.profile.score import ScoreProfile
from monitor.profile.shape import ModelShape
from monitor.window import EPOCH, utc

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
START = utc(2024)
SHAPE = ModelShape(
    "binary_classification",
    {
        "amount": "numeric",
        "country": "categorical",
        "prediction": "categorical",
        "score": "numeric",
        "target": "categorical",
    },
    segments={"country": "country", "shop": "shop_name"},
    has_versions=True,
)


def times(seconds: np.ndarray) -> pa.Array:
    first = np.int64(START.timestamp())
    return pa.array((first + seconds.astype(np.int64)) * 1_000_000, pa.int64()).cast(pa.timestamp("us", "UTC"))


def rows(count: int = 3_000, *, hours: int = 5, seed: int = 1) -> pa.RecordBatch:
    """Rows of several versions in no order of time; some have no target, version, country or shop."""
    draw = np.random.default_rng(seed)
    score = draw.random(count)
    amounts = draw.normal(10, 3, count)
    amounts[draw.random(count) < 0.02] = math.nan
    amounts[draw.random(count) < 0.02] = math.inf
    return pa.record_batch(
        {
            "id": pa.array([str(number) for number in draw.integers(0, count, count)], mask=draw.random(count) < 0.1),
            "time": times(draw.integers(0, hours * 3600, count)),
            "amount": pa.array(amounts, mask=draw.random(count) < 0.1),
            "country": pa.array(
                draw.choice(["at", "ch", "de", "rare"], count, p=[0.4, 0.3, 0.2, 0.1]), mask=draw.random(count) < 0.1
            ),
            "shop_name": pa.array(draw.choice(["a", "b"], count), mask=draw.random(count) < 0.3),
            "version": pa.array(draw.choice(["1", "2"], count), mask=draw.random(count) < 0.1),
            "prediction": np.where(score > 0.5, "1", "0"),
            "score": score,
            "target": pa.array(np.where(draw.random(count) < score, "1", "0"), mask=draw.random(count) < 0.3),
        }
    )


def a_plan(shape: ModelShape = SHAPE) -> Plan:
    """The reference knows no country `rare`."""
    reference = rows(seed=9)
    return cut_plan(shape, [reference.filter(pc.not_equal(reference["country"], "rare"))])


PLAN = a_plan()


def alone(batch: pa.RecordBatch, bucket: datetime, part: Part) -> pa.RecordBatch:
    """The rows of a part of a bucket, filtered one condition after the other."""
    starts = pc.floor_temporal(batch["time"], unit="hour")
    batch = batch.filter(pc.equal(starts, pa.scalar(bucket, starts.type)))
    batch = batch.filter(pc.equal(batch["version"].fill_null(""), part.version))
    if part.segment.key:
        batch = batch.filter(pc.equal(batch[SHAPE.segments[part.segment.key]], part.segment.value))
    return batch


def assert_same(left: ModelProfile, right: ModelProfile) -> None:
    """Counts exactly, float sums to 1e-9."""
    assert left.digest() == right.digest()
    assert (left.rows, left.targets, left.unscored) == (right.rows, right.targets, right.unscored)
    for name, column in left.columns.items():
        other = right.columns[name]
        if isinstance(column, NumericProfile) and isinstance(other, NumericProfile):
            assert column.moments.mean == pytest.approx(other.moments.mean, rel=1e-9, nan_ok=True)
            assert column.moments.m2 == pytest.approx(other.moments.m2, rel=1e-9, abs=1e-9, nan_ok=True)
            assert column.offsets == pytest.approx(other.offsets, rel=1e-9, abs=1e-9)
    assert_same_performance(left.performance, right.performance)


def assert_same_performance(mine: object, other: object) -> None:
    assert isinstance(mine, ScoreProfile)
    assert isinstance(other, ScoreProfile)
    assert mine.confusion.tolist() == other.confusion.tolist()
    assert mine.bins.lowest.tolist() == other.bins.lowest.tolist()
    assert mine.bins.positives.tolist() == other.bins.positives.tolist()
    assert mine.bins.negatives.tolist() == other.bins.negatives.tolist()
    assert mine.log_loss.count == other.log_loss.count
    assert mine.log_loss.mean == pytest.approx(other.log_loss.mean, rel=1e-9)
    assert mine.brier_score.mean == pytest.approx(other.brier_score.mean, rel=1e-9)
    assert mine.brier_score.m2 == pytest.approx(other.brier_score.m2, rel=1e-9, abs=1e-12)


def cut(batch: pa.RecordBatch, length: int) -> Iterator[pa.RecordBatch]:
    return (batch.slice(start, length) for start in range(0, batch.num_rows, length))


def counted(profile: ModelProfile) -> ModelProfile:
    """What is kept of a segment."""
    return replace(profile, numeric=NumericSums.counted(profile.numeric.counts, profile.numeric.special))


def repeated(batch: pa.RecordBatch) -> int:
    ids = [name for name in batch["id"].to_pylist() if name is not None]
    return len(ids) - len(set(ids))


@pytest.mark.parametrize("length", [1, 250, 3_000])
def test_every_part_of_every_bucket_has_the_profile_of_its_rows_alone(length: int) -> None:
    batch = rows(300 if length == 1 else 3_000)
    found = profile_rows(cut(batch, length), PLAN, HOUR)
    assert list(found) == [START + hour * HOUR for hour in range(5)]
    for bucket, parts in found.items():
        versions, segments = ["", "1", "2"], [Segment("country", value) for value in PLAN.segments["country"]]
        segments += [Segment("shop", value) for value in PLAN.segments["shop"]]
        wanted = {Part(version, segment) for version in versions for segment in [ALL.segment, *segments]}
        assert parts.keys() == {part for part in wanted if alone(batch, bucket, part).num_rows}
        for part, profile in parts.items():
            part_rows = alone(batch, bucket, part)
            whole = profile_batch(part_rows, PLAN)
            assert_same(profile, counted(whole) if part.segment.key else whole)
            assert profile.duplicates == (None if part.segment.key else repeated(part_rows))


def test_a_value_that_the_reference_does_not_have_is_no_segment_of_its_own() -> None:
    assert "rare" not in PLAN.segments["country"]
    values = {part.segment.value for part in profile_whole([rows()], PLAN)}
    assert values == {"", "at", "ch", "de", "a", "b"}


def test_without_a_granularity_all_rows_are_one_bucket() -> None:
    batch = rows(40_000)
    found = profile_whole(cut(batch, 30_000), PLAN)
    for version in ("", "1", "2"):
        of_version = batch.filter(pc.equal(batch["version"].fill_null(""), version))
        assert_same(found[Part(version)], profile_batch(of_version, PLAN))
        assert found[Part(version)].duplicates == repeated(of_version)


def test_no_rows_have_no_buckets() -> None:
    assert profile_rows([], PLAN, HOUR) == {}
    assert profile_rows([rows().slice(0, 0)], PLAN, HOUR) == {}
    assert profile_whole([rows().slice(0, 0)], PLAN) == {}


def test_outcomes_are_those_of_the_profiles() -> None:
    batch = rows()
    profiles = profile_rows([batch], PLAN, HOUR)
    outcomes = outcomes_of(cut(batch.drop_columns(["amount"]), 700), PLAN, HOUR)
    assert outcomes.keys() == profiles.keys()
    for bucket, parts in profiles.items():
        assert outcomes[bucket].keys() == parts.keys()
        for part, profile in parts.items():
            found = outcomes[bucket][part]
            assert (found.targets, found.unscored) == (profile.targets, profile.unscored)
            assert found.column is not None
            assert found.column.canonical() == profile.columns["target"].canonical()
            assert_same_performance(found.performance, profile.performance)


def without_targets(batch: pa.RecordBatch) -> pa.RecordBatch:
    position = batch.schema.get_field_index("target")
    return batch.set_column(position, "target", pa.nulls(batch.num_rows, pa.string()))


@pytest.mark.parametrize("change", [lambda batch: batch.drop_columns(["target"]), without_targets])
def test_rows_whose_targets_have_not_come_are_profiled_all_the_same(
    change: Callable[[pa.RecordBatch], pa.RecordBatch],
) -> None:
    batch = rows()
    found = profile_rows([change(batch)], PLAN, HOUR)
    for bucket, parts in profile_rows([batch], PLAN, HOUR).items():
        for part, profile in parts.items():
            assert found[bucket][part].targets == 0
            assert found[bucket][part].columns["amount"].canonical() == profile.columns["amount"].canonical()


def test_targets_and_rows_that_come_apart_add_up_to_rows_with_targets() -> None:
    batch = rows()
    whole = profile_whole([batch], PLAN)
    late = outcomes_of([batch], PLAN, timedelta(days=1))[START]
    for part, profile in profile_whole([without_targets(batch)], PLAN).items():
        assert (profile.outcome + late[part]).targets == whole[part].targets
        assert_same_performance((profile.outcome + late[part]).performance, whole[part].performance)


SMALL = ModelShape("none", {"amount": "numeric"}, segments={"shop": "shop"}, has_versions=True)


def small_rows(seconds: np.ndarray) -> pa.RecordBatch:
    count = seconds.size
    return pa.record_batch(
        {
            "id": [str(number) for number in range(count)],
            "time": times(seconds),
            "amount": np.arange(count) % 3.0,
            "shop": [f"shop {number % 40}" for number in range(count)],
            "version": [f"version {number % 30}" for number in range(count)],
        }
    )


def test_a_hundred_thousand_buckets_of_one_row_each_are_all_found() -> None:
    shape = ModelShape("none", {"amount": "numeric"})
    batch = small_rows(np.random.default_rng(1).permutation(100_000)).select(["time", "amount"])
    found = profile_rows([batch], cut_plan(shape, [batch.slice(0, 10)]), SECOND)
    assert len(found) == 100_000
    assert all(parts[ALL].rows == 1 for parts in found.values())
    assert list(found) == sorted(found)


@pytest.mark.parametrize("apart", [86_400, 50_000_000])
def test_buckets_that_lie_far_apart_cost_no_more_than_others(apart: int) -> None:
    """A second in 1974 beside one of today, with 30 versions and 40 segments, would be 10^12 groups between them."""
    batch = small_rows(np.array([-32 * apart, 0, 1, apart]))
    found = profile_rows([batch], cut_plan(SMALL, [small_rows(np.arange(200))]), SECOND)
    assert [int((bucket - START) / SECOND) for bucket in found] == [-32 * apart, 0, 1, apart]
    assert [list(parts) for parts in found.values()] == [
        [Part(f"version {row}"), Part(f"version {row}", Segment("shop", f"shop {row}"))] for row in range(4)
    ]


def test_rows_before_the_epoch_lie_in_the_bucket_that_begins_before_them() -> None:
    before = -int((START - EPOCH) / SECOND) - 1
    assert list(profile_rows([small_rows(np.array([before]))], cut_plan(SMALL, []), HOUR)) == [EPOCH - HOUR]


def versions(count: int) -> pa.RecordBatch:
    return pa.record_batch(
        {
            "time": times(np.zeros(count)),
            "amount": np.zeros(count),
            "version": [f"v{number}" for number in range(count)],
        }
    )


def test_as_many_versions_as_are_allowed_are_kept_apart() -> None:
    found = profile_whole(cut(versions(MOST_VERSIONS), 7), cut_plan(SMALL, []))
    assert sorted(part.version for part in found) == sorted(f"v{number}" for number in range(MOST_VERSIONS))
    assert {profile.rows for profile in found.values()} == {1}


@pytest.mark.parametrize("length", [7, 100])
def test_a_column_with_more_versions_is_no_version(length: int) -> None:
    with pytest.raises(SourceError, match="more than 50 values; is it really a version") as caught:
        profile_whole(cut(versions(MOST_VERSIONS + 1), length), cut_plan(SMALL, []))
    assert caught.value.permanent


def test_ids_are_counted_in_their_bucket_and_version_across_batches() -> None:
    first = pa.record_batch(
        {
            "id": ["a", "a", "b", None, None, "a"],
            "time": times(np.array([0, 1, 2, 3, 4, 3600])),
            "version": ["1", "1", "1", "1", "1", "1"],
        }
    )
    second = pa.record_batch({"id": ["b", "a"], "time": times(np.array([5, 6])), "version": ["1", "2"]})
    found = profile_rows([first, second], cut_plan(SMALL, []), HOUR)
    duplicates = {
        (bucket, part.version): profile.duplicates for bucket, parts in found.items() for part, profile in parts.items()
    }
    assert duplicates == {(START, "1"): 2, (START, "2"): 0, (START + HOUR, "1"): 0}


def test_rows_without_ids_have_no_duplicates() -> None:
    assert profile_whole([versions(2)], cut_plan(SMALL, []))[Part("v0")].duplicates == 0
