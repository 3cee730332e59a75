"""How much a model leans on each of its features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from monitor.profile.arrays import FLOAT, TEXT, FloatArray, IntArray, codes, column, numbers_or_nan
from monitor.profile.bins import Bins
from monitor.profile.column import TARGET, Scale
from monitor.profile.plan import Plan
from monitor.profile.shape import ModelShape

FEW_ROWS = 100


def leanings(batches: Iterable[pa.RecordBatch], plan: Plan) -> Mapping[str, float]:
    """The share of the outputs' variance that each feature explains by itself: the correlation ratio.

    Features are taken in the coarse bins or categories of the plan, nulls as one of their own; the output is the score,
    or the prediction. A feature that works only together with others is not seen by this.

    Parameters
    ----------
    batches
        Rows of the reference.
    plan
        The bins that were cut on it.

    Returns
    -------
    Mapping
        By the name of the feature, from 0 to 1; empty where the outputs do not vary, or there are too few.

    References
    ----------
    Pearson, K. (1905). On the general theory of skew correlation and non-linear regression. Drapers' Company Research
    Memoirs, Biometric Series II.
    """
    if not outputs_of(plan.shape) & plan.shape.kinds.keys():
        return {}
    rows = [(batch, _outputs(batch, plan)) for batch in batches]
    outputs = np.concatenate([found for _, found in rows]) if rows else np.empty((0, 1))
    there = np.isfinite(outputs).all(axis=1)
    centred = outputs[there] - outputs[there].mean(axis=0) if there.any() else outputs[there]
    whole = float(np.square(centred).sum())
    if len(centred) < FEW_ROWS or whole <= 1e-12 * len(centred):
        return {}
    found = {}
    for name in features_of(plan.shape):
        places = np.concatenate([_places(batch, name, plan.scales[name]) for batch, _ in rows])[there]
        found[name] = _explained(places, centred) / whole
    return found


def features_of(shape: ModelShape) -> list[str]:
    """The columns that are neither output nor target."""
    others = outputs_of(shape) | {TARGET}
    return [name for name in shape.kinds if name not in others]


def outputs_of(shape: ModelShape) -> set[str]:
    """The columns in which a model may say something."""
    return {"prediction", "score", *shape.scores.values()}


def _explained(places: IntArray, centred: FloatArray) -> float:
    """The squared deviations between the groups, less what chance makes of them."""
    rows = np.bincount(places)
    used = rows > 0
    sums = np.stack([np.bincount(places, weights=part) for part in centred.T], axis=1)
    between = float((np.square(sums[used]) / rows[used, None]).sum())
    by_chance = float(np.square(centred).sum()) * (int(used.sum()) - 1) / max(len(centred) - 1, 1)
    return max(between - by_chance, 0.0)


def _outputs(batch: pa.RecordBatch, plan: Plan) -> FloatArray:
    """What the model said of each row, a column for each class where there are several; NaN where nothing."""
    shape = plan.shape
    numeric = [name for name in ("score", *shape.scores.values()) if name in shape.kinds]
    if not numeric and shape.task == "regression":
        numeric = ["prediction"]
    if numeric:
        return np.stack([numbers_or_nan(column(batch, name, FLOAT)) for name in numeric], axis=1)
    if "prediction" not in shape.kinds:
        return np.full((batch.num_rows, 1), np.nan)
    said = column(batch, "prediction", TEXT)
    classes = plan.classes or (shape.positive,)
    one_hot = codes(said, classes)[:, None] == np.arange(len(classes))
    return np.where(said.is_valid().to_numpy(zero_copy_only=False)[:, None], one_hot.astype(np.float64), np.nan)


def _places(batch: pa.RecordBatch, name: str, scale: Scale) -> IntArray:
    """The coarse bin or category of each row, and 0 where there is none."""
    if not isinstance(scale, Bins):
        return codes(column(batch, name, TEXT), scale.names) + 1
    numbers = numbers_or_nan(column(batch, name, FLOAT))
    known = ~np.isnan(numbers)
    places = np.zeros(len(numbers), dtype=np.int64)
    places[known] = np.searchsorted(scale.groups, scale.find(numbers[known]), side="right")
    return places
