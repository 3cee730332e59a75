"""Limits that would have kept a budget of alarms over a period in which nothing was wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from alerts.evaluate import evaluate
from alerts.rule import Rule
from monitor.backtest.episodes import Episode, episodes, point, series_of
from monitor.backtest.replay import Replay
from monitor.backtest.summary import NOTHING, covered
from monitor.backtest.values import ALWAYS
from monitor.calibration.budget import Budget
from monitor.calibration.kinds import Calibrated, Side
from monitor.limits.hold import Limits
from monitor.measurement import Measurement
from monitor.window import Window

DIGITS = 3
MOST_OF_THE_TIME = 0.05  # an alert may fire
STEPS = 200  # of a range that is widened from the middle of the values to all of them, and by as much again
NO_NUMBER = "its limit is no number, and so keeps to what it promises by itself"
NO_VALUES = "there is no value to look at"
NOT_BY_A_LIMIT = "windows without a value fire more often than that by themselves; see on_missing"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A limit on one side or both, and where an alert resolves, if the rule says that."""

    low: float | None = None
    high: float | None = None
    clear_low: float | None = None
    clear_high: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is proposed for a rule, or the reason why nothing is.

    `allowed` is the rule's share of the alarms, `fired` what it gives as it is, `fires` what it would give; `learnt` is
    the lowest and the highest calibrated limit of its series, or `unlearnt` says why there is none.
    """

    rule: str
    allowed: int
    fired: int
    proposal: Proposal | None
    fires: int
    reason: str
    learnt: tuple[float, float] | None
    unlearnt: str


def shares(total: int, rules: int) -> list[int]:
    """So many alarms, shared evenly; the first rules have one more where they do not come out even.

    >>> shares(9, 7), shares(2, 3)
    ([2, 2, 1, 1, 1, 1, 1], [1, 1, 0])
    """
    return [total // rules + (place < total % rules) for place in range(rules)]


def alarms_in(budget: Budget, replays: Sequence[Replay]) -> int:
    """How many alarms a budget, which is each model's, comes to over what was replayed."""
    return math.floor(sum(budget.alarms * (one.period.length / budget.per) for one in replays))


def suggestions(budget: Budget, replays: Sequence[Replay], learnt: Sequence[Replay]) -> list[Suggestion]:
    """One for each rule that is not paused; `learnt` is the same period under calibrated limits."""
    rules = list({rule.name: rule for one in replays for rule in one.rules if not rule.paused}.values())
    allowed = shares(alarms_in(budget, replays), max(len(rules), 1))
    return [_suggestion(rule, share, replays, learnt) for rule, share in zip(rules, allowed, strict=False)]


def as_calibrated(limits: Limits, budget: Budget) -> Limits:
    """The same rules with limits that are learned, where they are numbers, each with its share of a budget."""
    share = Budget(budget.alarms / max(len(limits.rules), 1), budget.per)
    numbers = {rule.name: side_of(rule) for rule in limits.rules if not rule.learned}
    return replace(
        limits,
        rules=tuple(_learned(rule) if rule.name in numbers else rule for rule in limits.rules),
        kinds={**limits.kinds, **{name: Calibrated(side, share) for name, side in numbers.items()}},
    )


def side_of(rule: Rule) -> Side:
    """On which side of its numbers a value may not lie."""
    if rule.above is not None and rule.below is not None:
        return "outside"
    return "above" if rule.above is not None else "below"


def _learned(rule: Rule) -> Rule:
    return replace(rule, above=None, below=None, clear_above=None, clear_below=None, learned=True)


def _suggestion(rule: Rule, allowed: int, replays: Sequence[Replay], learnt: Sequence[Replay]) -> Suggestion:
    fired = sum(one.identity.alert == rule.name for each in replays for one in each.episodes)
    bounds, unlearnt = _learnt(rule, learnt)
    suggestion = Suggestion(rule.name, allowed, fired, None, fired, NO_NUMBER, bounds, unlearnt)
    if rule.learned:
        return suggestion
    looked_at = [Stretch.of(rule, each) for each in replays]
    candidates = list(_candidates(rule, [one for each in looked_at for one in each.readings if rule.matches(one)]))
    if not candidates:
        return replace(suggestion, reason=NO_VALUES)
    found = tightest(candidates, lambda proposal: _keeps(told(rule, proposal, looked_at), allowed, looked_at))
    if found is None:
        return replace(suggestion, reason=NOT_BY_A_LIMIT)
    return replace(suggestion, proposal=found, fires=len(told(rule, found, looked_at)), reason="")


def _keeps(found: Sequence[Episode], allowed: int, looked_at: Sequence[Stretch]) -> bool:
    """Whether so much is borne: an alert that always fires is one alarm, and no limit."""
    time = sum((one.period.length for one in looked_at), start=NOTHING)
    return len(found) <= allowed and covered(found) <= MOST_OF_THE_TIME * time


def tightest(candidates: Sequence[Proposal], keeps: Callable[[Proposal], bool]) -> Proposal | None:
    """The first of candidates, the tightest first, that keeps what it should, found by halving.

    What is found keeps it in any case; where a looser one in between does not, a tighter one may be passed over.
    """
    if not keeps(candidates[-1]):
        return None
    low, high = 0, len(candidates) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if keeps(candidates[middle]) else (middle + 1, high)
    return candidates[high]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The readings of a model that a rule can be tried on."""

    period: Window
    readings: Sequence[Measurement]

    @classmethod
    def of(cls, rule: Rule, replay: Replay) -> Stretch:
        return cls(replay.period, [one for one in replay.readings if one.metric in (rule.metric, ALWAYS)])


def told(rule: Rule, proposal: Proposal, looked_at: Iterable[Stretch]) -> list[Episode]:
    """What a rule would tell with a limit."""
    tried = replace(
        rule,
        below=proposal.low,
        above=proposal.high,
        clear_below=proposal.clear_low,
        clear_above=proposal.clear_high,
    )
    return [episode for stretch in looked_at for episode in _told(tried, stretch)]


def _told(rule: Rule, stretch: Stretch) -> list[Episode]:
    """Series that never pass the limit are left out: they can fire only where what is missing fires."""
    readings = stretch.readings
    if rule.on_missing != "fire":
        passing = {series_of(one) for one in readings if rule.matches(one) and _breaks(rule, one.value)}
        readings = [one for one in readings if one.metric == ALWAYS or series_of(one) in passing]
    events = [event for event in evaluate([rule], readings, {}).events if event.identity.alert == rule.name]
    return episodes(events, {}, stretch.period.end)


def _breaks(rule: Rule, value: float | None) -> bool:
    return value is not None and rule.breach(value) is not None


def _candidates(rule: Rule, readings: Sequence[Measurement]) -> Iterator[Proposal]:
    """Limits that make a difference, the tightest first, rounded so that they never get tighter."""
    values = sorted({one.value for one in readings if one.value is not None and math.isfinite(one.value)})
    if not values:
        return
    side = side_of(rule)
    if side == "above":
        for high in dict.fromkeys(rounded(value, up=True) for value in values):
            yield Proposal(high=high, clear_high=_cleared(rule.clear_above, rule.above, high))
    elif side == "below":
        for low in dict.fromkeys(rounded(value, up=False) for value in reversed(values)):
            yield Proposal(low=low, clear_low=_cleared(rule.clear_below, rule.below, low))
    else:
        yield from dict.fromkeys(_ranges(rule, values[0], median(values), values[-1]))


def _ranges(rule: Rule, least: float, middle: float, most: float) -> Iterator[Proposal]:
    for step in range(1, STEPS + 1):
        wide = 2 * step / STEPS
        low = rounded(middle - wide * (middle - least), up=False)
        high = rounded(middle + wide * (most - middle), up=True)
        if low < high:
            clear_low, clear_high = (
                _cleared(rule.clear_below, rule.below, low),
                _cleared(rule.clear_above, rule.above, high),
            )
            fits = clear_low is None or clear_high is None or clear_low <= clear_high
            yield Proposal(low, high, clear_low if fits else low, clear_high if fits else high)


def _cleared(clear: float | None, limit: float | None, new: float) -> float | None:
    """Where an alert resolves under a new limit: as far from it, in proportion, as it was from the old one."""
    if clear is None or limit is None:
        return None
    if clear > limit:
        return max(rounded(new + clear - limit, up=True), new)
    if limit <= 0 or new <= 0:
        return new
    return min(rounded(new * clear / limit, up=False), new)


def rounded(value: float, *, up: bool) -> float:
    """To three digits, away from what is allowed.

    >>> rounded(0.33817, up=True), rounded(0.84513, up=False), rounded(81_234.0, up=True), rounded(0.2, up=True)
    (0.339, 0.845, 81300.0, 0.2)
    """
    if not value:
        return 0.0
    places = DIGITS - 1 - math.floor(math.log10(abs(value)))
    scaled = value * 10.0**places
    near = round(scaled)
    whole = near if math.isclose(scaled, near, rel_tol=1e-9) else math.ceil(scaled) if up else math.floor(scaled)
    return round(whole / 10.0**places, max(places, 0))


def _learnt(rule: Rule, learnt: Sequence[Replay]) -> tuple[tuple[float, float] | None, str]:
    """From the lowest to the highest limit that was learned for the series of a rule."""
    found: list[float] = []
    reason = ""
    for one in learnt:
        known = next((other for other in one.rules if other.name == rule.name), None)
        if known is None or not known.learned:
            continue
        for reading in one.readings:
            if known.matches(reading):
                limits = point(known, reading)
                found += [limit for limit in (limits.low, limits.high) if limit is not None]
                reason = reason or limits.reason
    return ((min(found), max(found)), "") if found else (None, reason)
