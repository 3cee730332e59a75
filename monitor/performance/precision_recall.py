"""Precision, recall and F1: how right, how complete, and both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from monitor.measurement import Estimate, skipped
from monitor.performance.confusion import around, delta_method, present_classes
from monitor.performance.interval import logit_interval, wilson_interval
from monitor.performance.metric import ClassMetric, ClassProfile
from monitor.profile.arrays import FloatArray, IntArray
from monitor.profile.score import ScoreProfile

Parts = Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]


def precision(profile: ClassProfile) -> Estimate:
    """Share of the rows predicted positive that are.

    With many classes: the mean over the classes that were predicted at all (macro average). Skipped, not 0, where
    nothing was predicted positive.

    References
    ----------
    Interval: Wilson, E. B. (1927), JASA 22, 209-212; macro average: multinomial delta method.
    """
    if not isinstance(profile, ScoreProfile):
        return _macro_estimate(profile.confusion, _precision_parts)
    if not profile.tp + profile.fp:
        return skipped("nothing was predicted positive", rows=_rows(profile))
    predicted = profile.tp + profile.fp
    return Estimate(profile.tp / predicted, *wilson_interval(profile.tp, predicted), rows=_rows(profile))


def recall(profile: ClassProfile) -> Estimate:
    """Share of the positive rows that were predicted positive.

    With many classes: the mean over the classes that came true at all (macro average, balanced accuracy).

    References
    ----------
    Interval: Wilson, E. B. (1927), JASA 22, 209-212; macro average: multinomial delta method.
    """
    if not isinstance(profile, ScoreProfile):
        return _macro_estimate(profile.confusion, _recall_parts)
    if not profile.tp + profile.fn:
        return skipped("no target is positive", rows=_rows(profile))
    positive = profile.tp + profile.fn
    return Estimate(profile.tp / positive, *wilson_interval(profile.tp, positive), rows=_rows(profile))


def f1(profile: ClassProfile) -> Estimate:
    """Harmonic mean of precision and recall, `2 tp / (2 tp + fp + fn)`.

    With many classes: the mean over the classes that were predicted or came true (macro average).

    The binary interval is exact in form: given the rows that are positive or predicted so, `tp` is binomial, and F1 is
    `2 j / (1 + j)` of its share `j`, so Wilson's limits for `j` give those of F1.

    References
    ----------
    van Rijsbergen, C. J. (1979). Information retrieval, 2nd edition. Interval: Wilson, E. B. (1927), JASA 22, 209-212;
    macro average: multinomial delta method, as Takahashi, K. et al. (2022), Applied Intelligence 52, 4961-4972.
    """
    if not isinstance(profile, ScoreProfile):
        return _macro_estimate(profile.confusion, _f1_parts)
    either = profile.tp + profile.fp + profile.fn
    if not either:
        return skipped("no target is positive, and nothing was predicted so", rows=_rows(profile))
    low, high = wilson_interval(profile.tp, either)
    value = 2.0 * profile.tp / (profile.tp + either)
    return Estimate(value, 2.0 * low / (1.0 + low), 2.0 * high / (1.0 + high), rows=_rows(profile))


def _rows(profile: ClassProfile) -> int:
    return int(profile.confusion.sum())


def _precision_parts(shares: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Size of each class's denominator, and how much a cell adds to it by its target and by its prediction."""
    ones = np.ones(len(shares))
    return shares.sum(axis=0), 0.0 * ones, ones


def _recall_parts(shares: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    ones = np.ones(len(shares))
    return shares.sum(axis=1), ones, 0.0 * ones


def _f1_parts(shares: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    halves = np.full(len(shares), 0.5)
    return (shares.sum(axis=0) + shares.sum(axis=1)) / 2.0, halves, halves


def _macro_estimate(confusion: IntArray, parts: Parts) -> Estimate:
    """Mean over classes of the share of right rows in a denominator that is linear in the table."""
    counts = present_classes(confusion)
    rows = int(counts.sum())
    defined = parts(counts.astype(np.float64))[0] > 0.0

    def macro(shares: FloatArray) -> tuple[float, FloatArray]:
        size, by_target, by_prediction = parts(shares)
        ratio = np.divide(shares.diagonal(), size, out=np.zeros(len(size)), where=defined)
        weight = np.divide(1.0, size, out=np.zeros(len(size)), where=defined) / defined.sum()
        pull = weight * ratio
        gradient = np.diag(weight) - (pull * by_target)[:, None] - (pull * by_prediction)[None, :]
        return float(ratio[defined].mean()), gradient

    value = min(1.0, macro(counts / rows)[0])
    smoothed, error = delta_method(counts, macro)
    return Estimate(value, *around(value, logit_interval(smoothed, error, rows)), rows=rows)


PRECISION = ClassMetric(
    name="precision",
    title="Precision",
    better="higher",
    bounds=(0.0, 1.0),
    source="Wilson 1927",
    measure=precision,
)
RECALL = ClassMetric(
    name="recall",
    title="Recall",
    better="higher",
    bounds=(0.0, 1.0),
    source="Wilson 1927",
    measure=recall,
)
F1 = ClassMetric(
    name="f1",
    title="F1",
    better="higher",
    bounds=(0.0, 1.0),
    source="van Rijsbergen 1979, Takahashi et al. 2022",
    measure=f1,
)
