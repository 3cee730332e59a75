"""How far what profiles say lies from the exact statistics of the raw rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache

import numpy as np
import pyarrow as pa
from builders.shapes import NUMERIC, SCORES, Floats, numeric_column, regression_rows, scored_rows, text_column
from scipy import stats
from sklearn import metrics

from monitor.drift.kolmogorov_smirnov import METHOD as KOLMOGOROV_SMIRNOV
from monitor.drift.wasserstein import METHOD as WASSERSTEIN
from monitor.performance.prediction_error import MEAN_ABSOLUTE_ERROR, ROOT_MEAN_SQUARED_ERROR
from monitor.performance.probability_loss import BRIER_SCORE, LOG_LOSS
from monitor.performance.roc_auc import ROC_AUC
from monitor.profile.categorical import CategoricalProfile
from monitor.profile.model import ModelProfile, total
from monitor.profile.numeric import NumericProfile
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.residual import ResidualProfile
from monitor.profile.scan import profile_rows
from monitor.profile.score import ScoreProfile
from monitor.profile.shape import ModelShape

SIZES = (10_000, 100_000)
HOURS = 20
BATCH = 7_000

TO_ROUNDING = 1e-9
PROMISED: Mapping[str, float] = {
    "Kolmogorov-Smirnov": 0.004,
    "Wasserstein / sd": 0.005,
    "mean": TO_ROUNDING,
    "variance": TO_ROUNDING,
    "counts": 0.0,
    "AUC": 0.0005,
    "log loss": TO_ROUNDING,
    "Brier score": TO_ROUNDING,
    "mean absolute error": TO_ROUNDING,
    "root mean squared error": TO_ROUNDING,
}


def summed_profile(columns: Mapping[str, pa.Array], plan: Plan) -> ModelProfile:
    """The sum of the profiles of twenty hours and three versions, whose rows come in batches and in no order."""
    rows = len(next(iter(columns.values())))
    draw = np.random.default_rng(rows)
    hours = pa.array(draw.integers(0, HOURS * 3_600, rows) * 1_000_000, pa.int64()).cast(pa.timestamp("us", "UTC"))
    batch = pa.record_batch({**columns, "time": hours, "version": draw.choice(["1", "2", "3"], rows)})
    batches = (batch.slice(start, BATCH) for start in range(0, rows, BATCH))
    buckets = profile_rows(batches, plan, timedelta(hours=1))
    return total((profile for parts in buckets.values() for profile in parts.values()), plan)


def relative(found: float | None, exact: float) -> float:
    """Share of the exact value by which the other one misses it."""
    if found is None:
        return math.inf
    return 0.0 if found == exact else abs(found - exact) / abs(exact) if exact else math.inf


def exact_mean_and_variance(values: Floats) -> tuple[float, float]:
    """Both as near to the truth as a float can say."""
    mean = math.fsum(values) / values.size
    distances = values - mean
    rest = math.fsum(distances)
    return mean, (math.fsum(distances * distances) - rest * rest / values.size) / (values.size - 1)


def numeric_statistics(name: str) -> tuple[str, ...]:
    """What can be said of a column of this shape."""
    shape = NUMERIC[name]
    found = ["counts"]
    if shape.has_numbers:
        found += ["Kolmogorov-Smirnov", "mean"]
    if shape.varies:
        found += ["Wasserstein / sd", "variance"]
    return tuple(found)


@lru_cache(maxsize=4)
def numeric_errors(name: str, rows: int, *, moved: bool) -> Mapping[str, float]:
    """Errors of all that can be said of a column of this shape, against its reference."""
    before, now = (numeric_column(name, rows, moved=False, seed=1), numeric_column(name, rows, moved=moved, seed=2))
    shape = ModelShape("none", {"x": "numeric"}, has_versions=True)
    plan = cut_plan(shape, [pa.record_batch({"x": before})])
    left, right = (summed_profile({"x": array}, plan).columns["x"] for array in (before, now))
    assert isinstance(left, NumericProfile)
    assert isinstance(right, NumericProfile)
    found = {"counts": float(max(_miscounted(left, before, before), _miscounted(right, now, before)))}
    if NUMERIC[name].has_numbers:
        found |= _of_numbers(left, right, _numbers(before), _numbers(now))
    if NUMERIC[name].varies:
        found["Wasserstein / sd"] = _wasserstein_error(left, right, _finite(before), _finite(now))
    return {statistic: found[statistic] for statistic in numeric_statistics(name)}


def _of_numbers(left: NumericProfile, right: NumericProfile, before: Floats, now: Floats) -> dict[str, float]:
    exact = float(stats.ks_2samp(before, now, method="asymp").statistic)
    means, variances = [], []
    for profile, values in ((left, before), (right, now)):
        mean, variance = exact_mean_and_variance(values[np.isfinite(values)])
        means.append(relative(profile.moments.mean, mean))
        variances.append(relative((profile.moments.standard_deviation or 0.0) ** 2, variance))
    distance = KOLMOGOROV_SMIRNOV.compare(left, right).value
    return {
        "Kolmogorov-Smirnov": math.inf if distance is None else abs(distance - exact),
        "mean": max(means),
        "variance": max(variances),
    }


def _wasserstein_error(left: NumericProfile, right: NumericProfile, before: Floats, now: Floats) -> float:
    exact = stats.wasserstein_distance(before, now) / before.std(ddof=1)
    found = WASSERSTEIN.compare(left, right).value
    return math.inf if found is None else abs(found - float(exact))


def _miscounted(profile: NumericProfile, array: pa.Array, reference: pa.Array) -> int:
    """How many counts and extremes are not those of the rows."""
    values, finite, known = _numbers(array, keep_nan=True), _finite(array), _finite(reference)
    outside = (finite < known.min()) | (finite > known.max()) if known.size else np.zeros(0)
    pairs = [
        (profile.rows, len(array)),
        (profile.nulls, array.null_count),
        (profile.nans, int(np.isnan(values).sum())),
        (profile.positive_infinities, int(np.isposinf(values).sum())),
        (profile.negative_infinities, int(np.isneginf(values).sum())),
        (profile.zeros, int((finite == 0).sum())),
        (profile.values, finite.size),
        (int(profile.counts.sum()), finite.size),
        (profile.outside, int(outside.sum())),
        (profile.minimum, float(finite.min()) if finite.size else None),
        (profile.maximum, float(finite.max()) if finite.size else None),
    ]
    expected = np.bincount(np.searchsorted(profile.bins.edges, finite, side="right"), minlength=profile.bins.size)
    return sum(found != exact for found, exact in pairs) + int((expected != profile.counts).sum())


def _numbers(array: pa.Array, *, keep_nan: bool = False) -> Floats:
    values: Floats = array.drop_null().to_numpy(zero_copy_only=False)
    return values if keep_nan else values[~np.isnan(values)]


def _finite(array: pa.Array) -> Floats:
    values = _numbers(array)
    return values[np.isfinite(values)]


@lru_cache(maxsize=4)
def text_errors(name: str, rows: int, *, moved: bool) -> Mapping[str, float]:
    """How many rows of a text column are counted for what they are not."""
    before, now = (text_column(name, rows, moved=False, seed=1), text_column(name, rows, moved=moved, seed=2))
    shape = ModelShape("none", {"x": "categorical"}, has_versions=True)
    plan = cut_plan(shape, [pa.record_batch({"x": before})])
    profile = summed_profile({"x": now}, plan).columns["x"]
    assert isinstance(profile, CategoricalProfile)
    return {"counts": float(sum(abs(found - exact) for found, exact in _text_pairs(profile, before, now)))}


def _text_pairs(profile: CategoricalProfile, before: pa.Array, now: pa.Array) -> Iterator[tuple[int, int]]:
    known, counts = set(before.to_pylist()) - {None}, Counter(now.to_pylist())
    names = profile.categories.names
    yield from zip(profile.counts.tolist(), [counts[name] for name in names], strict=False)
    yield int(profile.counts[-1]), sum(counts[name] for name in known - set(names))
    yield profile.nulls, counts.pop(None, 0)
    yield profile.unseen, sum(count for name, count in counts.items() if name not in known)
    yield profile.rows, len(now)


def score_statistics(name: str) -> tuple[str, ...]:
    """What can be said of scores of this shape."""
    return ("AUC", "log loss", "Brier score") if SCORES[name].are_probabilities else ("AUC",)


@lru_cache(maxsize=4)
def score_errors(name: str, rows: int) -> Mapping[str, float]:
    """Errors of the metrics of a binary classifier."""
    score, came_true = scored_rows(name, rows, seed=1)
    columns = {"score": pa.array(score), "target": pa.array(np.where(came_true, "1", "0"))}
    shape = ModelShape("binary_classification", {"score": "numeric", "target": "categorical"}, has_versions=True)
    performance = summed_profile(columns, cut_plan(shape, [])).performance
    assert isinstance(performance, ScoreProfile)
    area = ROC_AUC.measure(performance).value
    found = {"AUC": math.inf if area is None else abs(area - float(metrics.roc_auc_score(came_true, score)))}
    if SCORES[name].are_probabilities:
        loss, brier = LOG_LOSS.measure(performance).value, BRIER_SCORE.measure(performance).value
        found["log loss"] = relative(loss, float(metrics.log_loss(came_true, score)))
        found["Brier score"] = relative(brier, float(metrics.brier_score_loss(came_true, score)))
    return found


@lru_cache(maxsize=4)
def regression_errors(name: str, rows: int) -> Mapping[str, float]:
    """Errors of the metrics of a regression."""
    target, prediction = regression_rows(name, rows, seed=1)
    columns = {"prediction": pa.array(prediction), "target": pa.array(target)}
    shape = ModelShape("regression", {"prediction": "numeric", "target": "numeric"}, has_versions=True)
    plan = cut_plan(shape, [pa.record_batch(columns).slice(0, rows // 2)])
    performance = summed_profile(columns, plan).performance
    assert isinstance(performance, ResidualProfile)
    mean, root = MEAN_ABSOLUTE_ERROR.measure(performance).value, ROOT_MEAN_SQUARED_ERROR.measure(performance).value
    return {
        "mean absolute error": relative(mean, float(metrics.mean_absolute_error(target, prediction))),
        "root mean squared error": relative(root, float(metrics.root_mean_squared_error(target, prediction))),
    }
