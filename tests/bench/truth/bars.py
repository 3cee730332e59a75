"""What the bench of truth promises."""

from __future__ import annotations

from bench.finding import Bar, as_times


def as_percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def as_days(value: float) -> str:
    return f"{value:g} days"


OVER = Bar("false alarms over their budget, upper end, worst of all quiet histories", 1.5, as_times, False)
MISSED = Bar(
    "changes of 0.4 sd or 10 points in one of 50 columns not found in two windows, worst", 0.05, as_percent, False
)
LATE = Bar("4 points more errors of 500 targets a day, until found, median", 10, as_days, False)
SEQUENTIAL = Bar("false alarms of targets over their budget in 100 years", 1.0, as_times, False)
FEWER = Bar("changes that a peer finds oftener", 0, as_times, False)
TENTH = Bar("false alarms over those of the quieter peer", 0.1, as_times, False)
BARS = (OVER, MISSED, LATE, SEQUENTIAL, FEWER, TENTH)
