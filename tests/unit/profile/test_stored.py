"""Profiles and plans that are stored and read again."""

import math
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from monitor.measurement import Segment
from monitor.profile.model import ModelProfile, empty_profile, profile_batch
from monitor.profile.outcome import Outcome
from monitor.profile.part import ALL, Part
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.shape import ModelShape
from monitor.profile.stored import (
    pack_outcome,
    pack_parts,
    pack_plan,
    pack_rows,
    plan_id,
    unpack_outcome,
    unpack_parts,
    unpack_plan,
    unpack_profile,
)

ROWS = 400
NUMBERS_AND_TEXTS = {"amount": "numeric", "country": "categorical"}
SHAPES = {
    "binary": ModelShape(
        "binary_classification",
        {**NUMBERS_AND_TEXTS, "prediction": "categorical", "score": "numeric", "target": "categorical"},
        segments={"country": "country"},
    ),
    "multiclass": ModelShape(
        "multiclass_classification",
        {**NUMBERS_AND_TEXTS, "prediction": "categorical", "target": "categorical"},
        scores={"0": "score", "1": "rest"},
    ),
    "regression": ModelShape(
        "regression", {**NUMBERS_AND_TEXTS, "prediction": "numeric", "target": "numeric"}, has_versions=True
    ),
    "regression without a target among its columns": ModelShape("regression", {"prediction": "numeric"}),
    "no task": ModelShape("none", NUMBERS_AND_TEXTS),
    "numbers alone": ModelShape("none", {"amount": "numeric"}),
    "texts alone": ModelShape("none", {"country": "categorical"}),
    "nothing at all": ModelShape("none", {}),
}


def rows(name: str, seed: int) -> pa.RecordBatch:
    draw = np.random.default_rng(seed)
    score = draw.random(ROWS)
    is_number = SHAPES[name].task == "regression"
    amounts = draw.normal(0, 1 + seed, ROWS)
    amounts[:3] = [math.nan, math.inf, -math.inf]
    countries = np.array(["at", "ch", "", f"Ünseen 🙂 {seed}" if seed > 1 else "de"])[draw.integers(0, 4, ROWS)]
    target = np.where(draw.random(ROWS) < score, "1", "0") if not is_number else draw.normal(0, 1, ROWS)
    return pa.record_batch(
        {
            "amount": pa.array(amounts, mask=draw.random(ROWS) < 0.1),
            "country": pa.array(countries, mask=draw.random(ROWS) < 0.1),
            "score": score,
            "rest": 1 - score,
            "prediction": pa.array(draw.normal(0, 1, ROWS)) if is_number else np.where(score > 0.5, "1", "0"),
            "target": pa.array(target, mask=draw.random(ROWS) < 0.3),
        }
    )


def a_plan(name: str) -> Plan:
    return cut_plan(SHAPES[name], [rows(name, 1)])


def again(profile: ModelProfile, plan: Plan) -> ModelProfile:
    return unpack_profile(pack_rows(profile), pack_outcome(profile.outcome, profile.plan), plan)


def contents(profile: ModelProfile) -> tuple[bytes, bytes]:
    return pack_rows(profile), pack_outcome(profile.outcome, profile.plan)


@pytest.fixture(params=SHAPES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_profile_comes_back_as_it_was(name: str) -> None:
    plan = a_plan(name)
    profile = profile_batch(rows(name, 2), plan)
    copy = again(profile, plan)
    assert copy.digest() == profile.digest()
    assert contents(copy) == contents(profile)
    assert (copy.rows, copy.targets, copy.unscored) == (profile.rows, profile.targets, profile.unscored)


def test_a_profile_of_no_rows_comes_back_as_one(name: str) -> None:
    plan = a_plan(name)
    copy = again(empty_profile(plan), plan)
    assert copy.rows == 0
    assert contents(copy) == contents(empty_profile(plan))
    assert contents(copy + profile_batch(rows(name, 2), plan)) == contents(profile_batch(rows(name, 2), plan))


def test_sums_of_stored_profiles_are_the_stored_sums(name: str) -> None:
    plan = a_plan(name)
    first, second = profile_batch(rows(name, 2), plan), profile_batch(rows(name, 3), plan)
    assert contents(again(first, plan) + again(second, plan)) == contents(first + second)
    assert (again(first, plan) + again(second, plan)).digest() == again(first + second, plan).digest()


def test_stored_profiles_stand_on_the_bins_of_a_stored_plan(name: str) -> None:
    plan = a_plan(name)
    stored = unpack_plan(pack_plan(plan))
    profile = profile_batch(rows(name, 2), plan)
    assert contents(again(profile, stored)) == contents(profile)
    assert contents(profile_batch(rows(name, 2), stored)) == contents(profile)


def test_parts_come_back_under_their_names(name: str) -> None:
    plan = a_plan(name)
    whole, none = profile_batch(rows(name, 2), plan), replace(empty_profile(plan), duplicates=None)
    parts = {ALL: whole, Part("2.0 🙂", Segment("country", "")): none}
    copies = unpack_parts(pack_parts(parts, plan), plan)
    assert {part: contents(copy) for part, copy in copies.items()} == {
        part: contents(profile) for part, profile in parts.items()
    }


def test_a_plan_comes_back_as_it_was(name: str) -> None:
    plan = a_plan(name)
    copy = unpack_plan(pack_plan(plan))
    assert pack_plan(copy) == pack_plan(plan)
    assert copy.shape == plan.shape
    assert list(copy.scales) == list(plan.scales)
    assert (copy.classes, copy.segments) == (plan.classes, plan.segments)


def test_another_reference_has_another_name() -> None:
    plans = [cut_plan(SHAPES["binary"], [rows("binary", seed)]) for seed in (1, 1, 2)]
    first, same, other = (plan_id(pack_plan(plan)) for plan in plans)
    assert first == same
    assert first != other


MANY_CATEGORIES = """
import pyarrow as pa
from monitor.profile.plan import cut_plan
from monitor.profile.shape import ModelShape
from monitor.profile.stored import pack_plan, plan_id

names = [f"name {number % 1500}" for number in range(4000)]
shape = ModelShape("none", {"name": "categorical"}, segments={"name": "name"})
print(plan_id(pack_plan(cut_plan(shape, [pa.record_batch({"name": names})]))))
"""


def test_a_plan_has_the_same_name_in_every_process() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", MANY_CATEGORIES],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


def test_without_targets_nothing_is_stored_of_the_outcome(name: str) -> None:
    plan = a_plan(name)
    assert pack_outcome(empty_profile(plan).outcome, plan) == b""
    assert unpack_outcome(b"", plan).targets == 0


@pytest.mark.parametrize("duplicates", [None, 0, 7])
def test_whether_ids_were_looked_at_is_kept(duplicates: int | None) -> None:
    plan = a_plan("binary")
    assert again(replace(empty_profile(plan), duplicates=duplicates), plan).duplicates == duplicates


def test_an_outcome_names_what_the_plan_holds_and_does_not_repeat_it() -> None:
    shape = ModelShape("none", {"target": "categorical"})
    plan = cut_plan(shape, [pa.record_batch({"target": [f"a long name {number}" for number in range(3000)]})])
    found = profile_batch(pa.record_batch({"target": ["a long name 1"]}), plan).outcome
    assert isinstance(found, Outcome)
    assert len(pack_outcome(found, plan)) < 1_000
    assert b"a long name 1" in pack_plan(plan)


def test_a_profile_of_a_day_takes_little_room() -> None:
    plan = a_plan("binary")
    assert sum(map(len, contents(profile_batch(rows("binary", 2), plan)))) < 12_000
