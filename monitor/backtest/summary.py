"""What each rule came to over a period: how often it fired, for how long, and what it could not judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from alerts.rule import Rule, Severity
from monitor.backtest.episodes import Episode, Point, point, series_of
from monitor.backtest.replay import Replay
from monitor.calibration.kinds import Calibrated, Sequential
from monitor.limits.hold import Limits

NOTHING = timedelta(0)
WEEK = timedelta(weeks=1)
PAUSED = "paused"
UNSEEN = "looks at nothing that was measured"


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """One rule over all models; `budget` are the false alarms that its calibrated limits may have given.

    `is_shared` is whether the budget is that of all calibrated rules together. `firing` is the time in which anything
    fired, counted once however many series did; `unjudged` of the `readings` had no value or no limit, and `remark`
    says why the most of them had none, or why the rule says nothing at all.
    """

    name: str
    metric: str
    severity: Severity
    series: int
    fired: int
    a_week: float
    longest: timedelta
    firing: timedelta
    still: int
    share: float
    budget: float | None
    is_shared: bool
    readings: int
    unjudged: int
    remark: str

    @property
    def says_nothing(self) -> bool:
        """Whether nothing at all could be judged by the rule."""
        return self.unjudged == self.readings


def summaries(replays: Sequence[Replay]) -> list[RuleSummary]:
    """One summary for each rule, in the order of the rules."""
    if not replays:
        return []
    length = max((one.period.length for one in replays), default=NOTHING)
    all_fired = sum(len(one.episodes) for one in replays)
    names = {rule.name: rule for one in replays for rule in one.rules}
    return [_summary(rule, replays, length, all_fired) for rule in names.values()]


def _summary(rule: Rule, replays: Sequence[Replay], length: timedelta, all_fired: int) -> RuleSummary:
    found = [episode for one in replays for episode in one.episodes if episode.identity.alert == rule.name]
    judged = _judged(rule, replays)
    budgets = [budget for one in replays if (budget := budget_of(one.limits, rule.name, one.period.length)) is not None]
    kind = replays[0].limits.kinds.get(rule.name)
    return RuleSummary(
        name=rule.name,
        metric=rule.metric,
        severity=rule.severity,
        series=judged.series,
        fired=len(found),
        a_week=len(found) * (WEEK / length),
        longest=max((one.lasts for one in found), default=NOTHING),
        firing=covered(found),
        still=sum(one.end is None for one in found),
        share=len(found) / all_fired if all_fired else 0.0,
        budget=sum(budgets) if budgets else None,
        is_shared=isinstance(kind, Calibrated) and kind.budget is None,
        readings=judged.readings,
        unjudged=judged.unjudged,
        remark=judged.remark,
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    series: int
    readings: int
    unjudged: int
    remark: str


def _judged(rule: Rule, replays: Iterable[Replay]) -> _Judged:
    if rule.paused:
        return _Judged(0, 0, 0, PAUSED)
    series, readings = set(), 0
    reasons: Counter[str] = Counter()
    for one in replays:
        for reading in one.readings:
            if rule.matches(reading):
                readings += 1
                series.add(series_of(reading))
                found = point(rule, reading)
                if not _is_judged(found):
                    reasons[found.reason] += 1
    if not readings:
        return _Judged(0, 0, 0, UNSEEN)
    remark = reasons.most_common(1)[0][0] if reasons else ""
    return _Judged(len(series), readings, reasons.total(), remark)


def _is_judged(found: Point) -> bool:
    return found.value is not None and not (found.low is None and found.high is None)


def budget_of(limits: Limits, rule: str, length: timedelta) -> float | None:
    """How many false alarms a rule may give in a time; None of limits that keep to no budget."""
    kind = limits.kinds.get(rule)
    if not isinstance(kind, Calibrated | Sequential):
        return None
    budget = kind.budget or limits.budget
    return budget.alarms * (length / budget.per)


def covered(found: Iterable[Episode]) -> timedelta:
    """The time in which at least one of the episodes lasts."""
    total, reached = NOTHING, None
    for one in sorted(found, key=lambda episode: episode.start):
        start = one.start if reached is None else max(one.start, reached)
        if one.until > start:
            total += one.until - start
        reached = one.until if reached is None else max(reached, one.until)
    return total
