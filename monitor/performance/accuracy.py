"""Share of rows whose class was predicted right."""

from __future__ import annotations

from monitor.measurement import Estimate
from monitor.performance.interval import wilson_interval
from monitor.performance.metric import ClassMetric, ClassProfile


def accuracy(profile: ClassProfile) -> Estimate:
    """Share of rows where prediction and target are the same class.

    References
    ----------
    Interval: Wilson, E. B. (1927), JASA 22, 209-212.
    """
    rows, right = int(profile.confusion.sum()), int(profile.confusion.trace())
    return Estimate(right / rows, *wilson_interval(right, rows), rows=rows)


ACCURACY = ClassMetric(
    name="accuracy",
    title="Accuracy",
    better="higher",
    bounds=(0.0, 1.0),
    source="Wilson 1927",
    measure=accuracy,
)
