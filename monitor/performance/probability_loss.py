"""Losses of predicted probabilities."""

from __future__ import annotations

from monitor.measurement import Estimate, skipped
from monitor.performance.interval import loss_estimate
from monitor.performance.metric import ClassMetric, ClassProfile
from monitor.performance.ranking import score_rows
from monitor.profile.score import ScoreProfile


def improper_scores(profile: ClassProfile) -> Estimate | None:
    """A skipped estimate where scores are not probabilities: they may be margins, or percentages."""
    if not profile.improper:
        return None
    rows = score_rows(profile)
    return skipped(f"{profile.improper} of {rows} rows have scores that are no probabilities", rows=rows)


def log_loss(profile: ClassProfile) -> Estimate:
    """Mean of minus the natural logarithm of the probability that was given to what came true.

    Probabilities are clipped to `[eps, 1 - eps]` of double precision, as in scikit-learn, so one certain and wrong
    prediction costs 36.

    References
    ----------
    Good, I. J. (1952). Rational decisions. Journal of the Royal Statistical Society B 14, 107-114.
    """
    return improper_scores(profile) or loss_estimate(profile.log_loss)


def brier_score(profile: ClassProfile) -> Estimate:
    """Mean squared distance of the probabilities from what came true.

    With two classes: of the positive class alone, between 0 and 1. With many: summed over the classes, between 0
    and 2.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review 78, 1-3.
    """
    return improper_scores(profile) or loss_estimate(
        profile.brier_score, most=1.0 if isinstance(profile, ScoreProfile) else 2.0
    )


LOG_LOSS = ClassMetric(
    name="log_loss",
    title="Log loss",
    better="lower",
    bounds=(0.0, float("inf")),
    needs_score=True,
    source="Good 1952",
    measure=log_loss,
)
BRIER_SCORE = ClassMetric(
    name="brier_score",
    title="Brier score",
    better="lower",
    bounds=(0.0, 2.0),
    needs_score=True,
    source="Brier 1950",
    measure=brier_score,
)
