"""What profiles say is as near to the exact statistics of the raw rows as promised, on every shape of data.

`python tests/bench/accuracy.py` prints the errors as a table. The columns are profiled as a window is: in many hours,
batches and versions, which are then added up.
"""

import numpy as np
import pyarrow as pa
import pytest
from builders.accuracy import (
    PROMISED,
    SIZES,
    numeric_errors,
    numeric_statistics,
    regression_errors,
    score_errors,
    score_statistics,
    text_errors,
)
from builders.shapes import ERRORS, NUMERIC, SCORES, TEXTS, numeric_column
from scipy import stats
from sklearn import metrics

from monitor.drift.kolmogorov_smirnov import METHOD as KOLMOGOROV_SMIRNOV
from monitor.drift.wasserstein import METHOD as WASSERSTEIN
from monitor.performance.probability_loss import BRIER_SCORE, LOG_LOSS
from monitor.performance.roc_auc import ROC_AUC
from monitor.profile.bins import cut_bins
from monitor.profile.model import profile_batch
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.numeric import NumericProfile
from monitor.profile.plan import cut_plan
from monitor.profile.score import ScoreProfile
from monitor.profile.score_bins import FINEST_STEPS, position
from monitor.profile.shape import ModelShape

OF_NUMBERS = [(name, statistic) for name in NUMERIC for statistic in numeric_statistics(name)]
OF_SCORES = [(name, statistic) for name in SCORES for statistic in score_statistics(name)]


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("moved", [False, True], ids=["equal", "moved"])
@pytest.mark.parametrize(("name", "statistic"), OF_NUMBERS)
def test_a_numeric_column_is_as_accurate_as_promised(name: str, statistic: str, moved: bool, rows: int) -> None:
    assert numeric_errors(name, rows, moved=moved)[statistic] <= PROMISED[statistic]


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("moved", [False, True], ids=["equal", "moved"])
@pytest.mark.parametrize("name", TEXTS)
def test_every_text_is_counted_for_what_it_is(name: str, moved: bool, rows: int) -> None:
    assert text_errors(name, rows, moved=moved)["counts"] == 0


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize(("name", "statistic"), OF_SCORES)
def test_a_classifier_is_measured_as_accurately_as_promised(name: str, statistic: str, rows: int) -> None:
    assert score_errors(name, rows)[statistic] <= PROMISED[statistic]


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("statistic", ["mean absolute error", "root mean squared error"])
@pytest.mark.parametrize("name", ERRORS)
def test_a_regression_is_measured_as_accurately_as_promised(name: str, statistic: str, rows: int) -> None:
    assert regression_errors(name, rows)[statistic] <= PROMISED[statistic]


@pytest.mark.parametrize("rows", SIZES)
def test_a_classifier_with_three_classes_is_measured_as_accurately_as_promised(rows: int) -> None:
    draw = np.random.default_rng(1)
    scores = draw.dirichlet([0.5, 1.0, 2.0], rows)
    target = (draw.random(rows)[:, None] > scores.cumsum(axis=1)).sum(axis=1)
    shape = ModelShape("multiclass_classification", {}, scores={"0": "low", "1": "middle", "2": "high"})
    columns = dict(zip(shape.scores.values(), scores.T, strict=True))
    batch = pa.record_batch({**columns, "target": target.astype(str)})
    profile = profile_batch(batch, cut_plan(shape, [batch])).performance
    assert isinstance(profile, MulticlassProfile)
    exact_area = metrics.roc_auc_score(target, scores, multi_class="ovr")
    brier = np.square(np.eye(3)[target] - scores).sum(axis=1).mean()
    assert ROC_AUC.measure(profile).value == pytest.approx(exact_area, abs=PROMISED["AUC"])
    assert LOG_LOSS.measure(profile).value == pytest.approx(metrics.log_loss(target, scores), rel=1e-9)
    assert BRIER_SCORE.measure(profile).value == pytest.approx(brier, rel=1e-9)


@pytest.mark.parametrize("moved", [False, True], ids=["equal", "moved"])
def test_of_cauchy_like_data_the_distance_is_right_within_two_hundredths_of_the_interquartile_range(
    moved: bool,
) -> None:
    """Their deviation is that of a few outliers, so the promise in deviations says little about the middle."""
    before = numeric_column("cauchy", 100_000, moved=False, seed=1).to_numpy()
    error = numeric_errors("cauchy", 100_000, moved=moved)["Wasserstein / sd"] * before.std(ddof=1)
    assert error <= 0.02 * stats.iqr(before)


def test_between_the_few_values_of_a_reference_a_distance_falls_short_by_at_most_the_share_of_one_value() -> None:
    """Bins end half-way between few values; rows that come to lie beside a value count as that value."""
    before = np.repeat([0.0, 1.0, 2.0, 3.0], 2_500)
    now = before + np.random.default_rng(1).uniform(-0.4, 0.4, before.size)
    bins = cut_bins(before)
    left, right = NumericProfile.of(before, bins), NumericProfile.of(now, bins)
    exact = float(stats.ks_2samp(before, now, method="asymp").statistic)
    found = KOLMOGOROV_SMIRNOV.compare(left, right).value
    assert found is not None
    assert exact - 0.25 <= found < exact - PROMISED["Kolmogorov-Smirnov"]
    moved, spread = WASSERSTEIN.compare(left, right).value, before.std(ddof=1)
    assert moved is not None
    assert abs(moved - stats.wasserstein_distance(before, now) / spread) <= 0.5 / spread


def test_scores_that_single_precision_cannot_tell_apart_are_ties() -> None:
    draw = np.random.default_rng(1)
    odds = draw.normal(0, 1, 10_000)
    score = np.where(odds > 0.5, 0.9, 0.1) + 1e-9 * odds
    came_true = draw.random(10_000) < 1 / (1 + np.exp(-odds))
    profile = ScoreProfile.of(came_true, None, score)
    as_kept = np.floor(position(score) * FINEST_STEPS)
    assert ROC_AUC.measure(profile).value == pytest.approx(metrics.roc_auc_score(came_true, as_kept), abs=1e-12)
    assert metrics.roc_auc_score(came_true, score) > metrics.roc_auc_score(came_true, as_kept) + 0.05
