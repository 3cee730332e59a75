"""What the reference fixes."""

import pickle

import numpy as np
import pyarrow as pa
import pytest

from monitor.profile.bins import Bins
from monitor.profile.categorical import Categories
from monitor.profile.plan import cut_plan
from monitor.profile.shape import ModelShape

REGRESSION = ModelShape("regression", {"prediction": "numeric", "target": "numeric"})
MULTICLASS = ModelShape(
    "multiclass_classification",
    {"prediction": "categorical", "target": "categorical"},
    scores={"ash": "score.ash", "birch": "score.birch"},
)


def regression(rows: int, *, with_target: bool = True) -> pa.RecordBatch:
    draw = np.random.default_rng(1)
    target = draw.normal(100, 10, rows)
    columns = {"prediction": target + draw.normal(0, 2, rows)}
    return pa.record_batch({**columns, "target": target} if with_target else columns)


def test_every_column_of_the_shape_gets_a_scale() -> None:
    shape = ModelShape("none", {"amount": "numeric", "country": "categorical"})
    plan = cut_plan(shape, [pa.record_batch({"amount": [1.0, 2.0], "country": ["at", "de"]})])
    assert isinstance(plan.scales["amount"], Bins)
    assert isinstance(plan.scales["country"], Categories)


def test_a_column_that_the_reference_lacks_gets_an_empty_scale() -> None:
    shape = ModelShape("none", {"amount": "numeric", "country": "categorical"})
    plan = cut_plan(shape, [pa.record_batch({"other": [1.0]})])
    assert plan.scales["amount"].edges.size == 0  # type: ignore[union-attr]
    assert plan.scales["country"] == Categories()


def test_a_reference_without_batches_gives_a_plan() -> None:
    plan = cut_plan(REGRESSION, [])
    assert plan.scales.keys() == {"prediction", "target"}
    assert (np.diff(plan.error_edges) > 0).all()


def test_classes_are_those_predicted_observed_or_scored_in_order() -> None:
    batch = pa.record_batch({"prediction": ["oak", "ash"], "target": pa.array([None, "cedar"])})
    assert cut_plan(MULTICLASS, [batch]).classes == ("ash", "birch", "cedar", "oak")


def test_error_edges_are_the_same_on_either_side_of_zero_and_rise() -> None:
    edges = cut_plan(REGRESSION, [regression(5_000)]).error_edges
    assert (np.diff(edges) > 0).all()
    assert edges.tolist() == (-edges[::-1]).tolist()


def test_error_edges_follow_the_size_of_the_reference_errors() -> None:
    edges = cut_plan(REGRESSION, [regression(5_000)]).error_edges
    within = ((edges > 0) & (edges < 2 * 1.96)).sum()
    assert within == pytest.approx(0.95 * 64, abs=3)


def test_without_targets_the_spread_of_the_predictions_cuts_the_errors() -> None:
    batch = regression(5_000, with_target=False)
    edges = cut_plan(REGRESSION, [batch]).error_edges
    spread = np.std(batch.column("prediction").to_numpy())
    assert np.median(edges[edges > 0]) == pytest.approx(spread, rel=0.5)


def test_errors_that_are_all_nought_still_give_edges() -> None:
    batch = pa.record_batch({"prediction": [1.0, 2.0], "target": [1.0, 2.0]})
    edges = cut_plan(REGRESSION, [batch]).error_edges
    assert edges.min() < 0 < edges.max()


def test_a_plan_survives_pickling() -> None:
    plan = cut_plan(MULTICLASS, [pa.record_batch({"prediction": ["oak"], "target": ["ash"]})])
    copy = pickle.loads(pickle.dumps(plan))
    assert copy.classes == plan.classes
    assert copy.scales == plan.scales
