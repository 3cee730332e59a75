"""Area under the ROC curve."""

from __future__ import annotations

import math

import numpy as np

from monitor.measurement import Estimate, skipped
from monitor.performance.interval import logit_interval
from monitor.performance.metric import ClassMetric, ClassProfile
from monitor.performance.ranking import NOT_RANKED, both_sides, is_ranked, macro_error, score_rows
from monitor.profile.score_bins import ScoreBins


def roc_auc(profile: ClassProfile) -> Estimate:
    """Probability that a row of the class has a higher score than a row without it; ties count half.

    With many classes: the mean over the classes, each against all others, that have rows on both sides (macro
    one-vs-rest average).

    References
    ----------
    DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988). Comparing the areas under two or more correlated
    receiver operating characteristic curves. Biometrics 44, 837-845.
    Hanley, J. A., McNeil, B. J. (1982). The meaning and use of the area under a receiver operating characteristic
    curve. Radiology 143, 29-36.
    Newcombe, R. G. (2006). Confidence intervals for an effect size measure based on the Mann-Whitney statistic,
    part 2. Statistics in Medicine 25, 559-573.
    """
    rows = score_rows(profile)
    classes = both_sides(profile)
    if not classes:
        return skipped("all targets are of one class", rows=rows)
    if not all(map(is_ranked, classes)):
        return skipped(NOT_RANKED, rows=rows)
    areas, errors = zip(*(area_and_error(bins) for bins in classes), strict=True)
    value = math.fsum(areas) / len(areas)
    trials = min(min(int(bins.positives.sum()), int(bins.negatives.sum())) for bins in classes)
    return Estimate(value, *logit_interval(value, macro_error(errors), trials), rows=rows)


def area_and_error(bins: ScoreBins) -> tuple[float, float]:
    """The area and its standard error, the larger of DeLong's and of Hanley and McNeil's in Newcombe's form.

    DeLong's assumes nothing, but with few positives it misses the spread of those that have not come yet: simulated
    with 10 positives and a true area of 0.98, its interval covers in 87 % of cases, the larger of both in 98 %.
    """
    positives, negatives = bins.positives, bins.negatives
    ones, zeros = int(positives.sum()), int(negatives.sum())
    beaten = (np.cumsum(negatives) - negatives / 2.0) / zeros  # share of the rows without the class that lie below
    beating = 1.0 - (np.cumsum(positives) - positives / 2.0) / ones
    area = float(positives @ beaten) / ones
    variance = float(positives @ np.square(beaten - area)) / max(ones - 1, 1) / ones
    variance += float(negatives @ np.square(beating - area)) / max(zeros - 1, 1) / zeros
    return area, math.sqrt(max(variance, exponential_variance(area, ones, zeros)))


def exponential_variance(area: float, positives: int, negatives: int) -> float:
    """Variance of the area if the scores of either side had an exponential distribution."""
    pairs = (positives + negatives) / 2.0 - 1.0
    spread = 1.0 + pairs * ((1.0 - area) / (2.0 - area) + area / (1.0 + area))
    return max(area * (1.0 - area) * spread / (positives * negatives), 0.0)


ROC_AUC = ClassMetric(
    name="roc_auc",
    title="ROC AUC",
    better="higher",
    bounds=(0.0, 1.0),
    needs_score=True,
    source="DeLong, DeLong and Clarke-Pearson 1988, Newcombe 2006",
    measure=roc_auc,
)
