"""A model leans on what its output follows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from monitor.profile.leaning import leanings
from monitor.profile.plan import cut_plan
from monitor.profile.shape import ModelShape

COUNT = 20_000
BINARY = ModelShape(
    "binary_classification",
    {"much": "numeric", "little": "numeric", "nothing": "numeric", "country": "categorical", "score": "numeric"},
)


def rows(seed: int = 1) -> pa.RecordBatch:
    random = np.random.default_rng(seed)
    much, little, nothing = random.normal(size=(3, COUNT))
    country = random.choice(["at", "ch", "de"], COUNT)
    score = 0.9 * much + 0.3 * little + 0.6 * (country == "at") + 0.1 * random.normal(size=COUNT)
    empty = random.random(COUNT) < 0.1
    return pa.record_batch(
        {
            "much": pa.array(much),
            "little": pa.array(np.where(empty, np.nan, little), from_pandas=True),
            "nothing": pa.array(nothing),
            "country": pa.array(country),
            "score": pa.array(score),
        }
    )


def test_the_share_is_that_of_the_variance_which_a_feature_explains() -> None:
    batch = rows()
    found = leanings([batch.slice(0, 7_000), batch.slice(7_000)], cut_plan(BINARY, [batch]))
    assert set(found) == {"much", "little", "nothing", "country"}
    whole = 0.81 + 0.09 + 0.36 * 2 / 9 + 0.01
    assert found["much"] == pytest.approx(0.81 / whole, rel=0.08), "ten bins lose a little"
    assert found["country"] == pytest.approx(0.36 * 2 / 9 / whole, rel=0.15)
    assert found["little"] == pytest.approx(0.9 * 0.09 / whole, rel=0.2)
    assert found["nothing"] < 0.002


def test_classes_count_where_there_is_no_score() -> None:
    batch = rows()
    said = pa.array(np.where(np.asarray(batch["much"]) > 0, "yes", "no"))
    shape = ModelShape(
        "multiclass_classification", {"much": "numeric", "nothing": "numeric", "prediction": "categorical"}
    )
    labelled = pa.record_batch({"much": batch["much"], "nothing": batch["nothing"], "prediction": said})
    found = leanings([labelled], cut_plan(shape, [labelled]))
    assert found["much"] > 0.9
    assert found["nothing"] < 0.002


@pytest.mark.parametrize("score", [[0.5] * 200, [None] * 200, [0.1, 0.9] * 20])
def test_nothing_is_said_where_outputs_do_not_vary_or_are_few(score: list[float | None]) -> None:
    batch = pa.record_batch(
        {"much": pa.array(np.arange(len(score), dtype=float)), "score": pa.array(score, pa.float64())}
    )
    shape = ModelShape("binary_classification", {"much": "numeric", "score": "numeric"})
    assert leanings([batch], cut_plan(shape, [batch])) == {}
