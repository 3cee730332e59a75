"""The profile of a model's rows."""

import pickle
from dataclasses import replace

import pyarrow as pa
import pytest

from monitor.profile.categorical import CategoricalProfile
from monitor.profile.model import empty_profile, profile_batch
from monitor.profile.numeric import NumericProfile
from monitor.profile.plan import cut_plan
from monitor.profile.shape import ModelShape

SHAPE = ModelShape(
    "binary_classification",
    {"amount": "numeric", "country": "categorical", "prediction": "categorical", "target": "categorical"},
)
BATCH = pa.record_batch(
    {
        "amount": pa.array([1.0, 2.0, None]),
        "country": pa.array(["at", "de", "at"]),
        "prediction": pa.array(["1", "0", "1"]),
        "target": pa.array(["1", None, "0"]),
    }
)
PLAN = cut_plan(SHAPE, [BATCH])


def test_every_column_of_the_shape_has_a_profile_of_its_kind() -> None:
    profile = profile_batch(BATCH, PLAN)
    assert profile.rows == 3
    assert profile.columns.keys() == SHAPE.kinds.keys()
    assert isinstance(profile.columns["amount"], NumericProfile)
    assert isinstance(profile.columns["country"], CategoricalProfile)


def test_a_column_that_is_gone_counts_its_rows_as_null() -> None:
    profile = profile_batch(BATCH.drop_columns(["amount", "country"]), PLAN)
    assert profile.columns["amount"].nulls == 3
    assert profile.columns["country"].nulls == 3


def test_a_target_that_has_not_come_is_no_null() -> None:
    profile = profile_batch(BATCH, PLAN)
    assert profile.targets == 2
    assert profile.columns["target"].rows == 2
    assert profile.columns["target"].nulls == 0


def test_the_empty_profile_changes_nothing() -> None:
    profile = profile_batch(BATCH, PLAN)
    empty = empty_profile(PLAN)
    assert (profile + empty).digest() == profile.digest() == (empty + profile).digest()
    assert empty.rows == 0


def test_a_batch_without_rows_has_the_empty_profile() -> None:
    assert profile_batch(BATCH.slice(0, 0), PLAN).digest() == empty_profile(PLAN).digest()


def test_duplicates_add_up() -> None:
    profile = replace(profile_batch(BATCH, PLAN), duplicates=2)
    assert (profile + profile).duplicates == 4


def test_profiles_of_different_columns_do_not_add_up() -> None:
    other = cut_plan(ModelShape("none", {"amount": "numeric"}), [BATCH])
    with pytest.raises(ValueError, match="different columns"):
        empty_profile(PLAN) + empty_profile(other)


def test_the_digest_tells_other_rows_apart() -> None:
    changed = BATCH.set_column(0, "amount", pa.array([1.0, 1.0, None]))
    assert profile_batch(changed, PLAN).digest() != profile_batch(BATCH, PLAN).digest()


def test_a_profile_survives_pickling() -> None:
    profile = profile_batch(BATCH, PLAN)
    copy = pickle.loads(pickle.dumps(profile))
    assert copy.digest() == profile.digest()
    assert (copy + profile).rows == 6
