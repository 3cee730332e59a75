"""A backtest over a year of hourly buckets: of windows that were measured, and of windows that never were."""

from __future__ import annotations

from collections.abc import Iterator

from bench.filling import need
from bench.finding import Bar, Finding
from bench.part import Part
from bench.process import Cost, SeamarkFailedError
from bench.run import Run
from bench.seamark import MODEL, configured, model
from bench.tables import YEAR_DAYS, YEAR_END, YEAR_REFERENCE, YEAR_START


def _seconds(value: float) -> str:
    return f"{value:.1f} s"


MEASURED = Bar(
    "a backtest of the default rules over a year of daily windows, 25 columns, hourly buckets: the whole command",
    10,
    _seconds,
    False,
)
PROFILES = Bar("the same over windows of 2 days, which have to be measured from the profiles", 60, _seconds, False)


def measure(run: Run) -> Iterator[Finding]:
    need(run, "year")
    reference = {"from": YEAR_REFERENCE.isoformat(), "to": YEAR_START.isoformat()}
    wanted = {**model("year", "", granularity="1 hour", every="1 day"), "reference": reference}
    seamark = configured(run, {MODEL: wanted})
    seamark.backfill("a year of days", YEAR_START, YEAR_END)
    cost = seamark.backtest("a backtest of that year")
    yield MEASURED.measured(cost.seconds, _said(cost, from_profiles=0))
    cost = seamark.backtest("the same of windows of 2 days", "--set", f"models.{MODEL}.windows=[2 days]")
    yield PROFILES.measured(cost.seconds, _said(cost, from_profiles=YEAR_DAYS - 1))


def _said(cost: Cost, *, from_profiles: int) -> str:
    """What was replayed; a backtest that is quick because it saw nothing is none."""
    side = cost.answer["sides"][-1]
    (seen,) = side["models"]
    if seen["missing"] or seen["measured_from_profiles"] != from_profiles or seen["windows"] < YEAR_DAYS - 1:
        raise SeamarkFailedError(f"the backtest saw other windows than it should: {seen}")
    values = sum(rule["readings"] for rule in side["rules"])
    told = f"{seen['windows']:,} windows, {values:,} values, {len(side['episodes'])} alerts"
    return f"{told}; {cost.processor_seconds:.1f} s of its own, {cost.megabytes:.0f} MB"


PART = Part("year", (MEASURED, PROFILES), measure)
