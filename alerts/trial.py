"""Rules tried on made-up courses of values: which alerts fire when, and what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from alerts.bounds import Bounds
from alerts.evaluate import replay
from alerts.facts import Facts
from alerts.reading import Reading, Series
from alerts.rule import Rule, rule_of
from alerts.state import AlertEvent, AlertState, labels_of
from alerts.words import words_of

START = datetime(1970, 1, 1, tzinfo=UTC)

Sample = float | None | Literal["stale"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The values of one series, window after window: None is a window without a value, stale one without the series."""

    model: str
    version: str = ""
    metric: str
    column_name: str = ""
    segment_key: str = ""
    segment_value: str = ""
    window_seconds: int
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """An alert that is to fire: all its labels but the name, and annotations as far as they are named."""

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """What is to fire, of one name, so long after the first window ended."""

    at: timedelta
    alert: str
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """Courses whose windows end `interval` apart, and what is to come of them; `limits` of rules that learn theirs."""

    interval: timedelta
    courses: tuple[Course, ...]
    checks: tuple[Check, ...]
    name: str = ""
    limits: Mapping[str, Bounds] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A check that came out otherwise."""

    check: Check
    got: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class _Sample:
    """A reading of a course."""

    model: str
    version: str
    metric: str
    column_name: str
    segment_key: str
    segment_value: str
    window_seconds: int
    window_end: datetime
    value: float | None
    reason: str = ""
    is_awaited: bool = False
    bounds: Mapping[str, Bounds] = field(default_factory=dict, hash=False)


def differences(rules: Sequence[Rule], trial: Trial) -> list[Difference]:
    """The checks of a trial that do not hold under these rules."""
    limited = [rule.held_against(trial.limits[rule.name]) if rule.name in trial.limits else rule for rule in rules]
    found: list[Difference] = []
    for check in trial.checks:
        got = _firing(limited, trial, check)
        if not _agree(check.expected, got):
            found.append(Difference(check, tuple(got)))
    return found


def _firing(rules: Sequence[Rule], trial: Trial, check: Check) -> list[Expected]:
    states = replay(rules, _readings(trial, START + check.at))
    firing = [state for identity, state in states.items() if identity.alert == check.alert and state.is_firing]
    return [Expected(_labels(state), _annotations(state, rules)) for state in firing]


def _readings(trial: Trial, until: datetime) -> Iterator[Reading]:
    """All readings up to a moment. A run has one of no metric, which shows that there was a run at all."""
    runs = {(course.model, course.window_seconds) for course in trial.courses}
    lengths = {run: max(len(course.samples) for course in trial.courses if _run(course) == run) for run in runs}
    for model, seconds in sorted(runs):
        for number in range(lengths[model, seconds]):
            end = START + number * trial.interval
            if end > until:
                break
            yield _Sample(model, "", "", "", "", "", seconds, end, 0.0)
            for course in trial.courses:
                if _run(course) == (model, seconds) and number < len(course.samples):
                    sample = course.samples[number]
                    if sample != "stale":
                        yield _reading(course, end, sample)


def _run(course: Course) -> tuple[str, int]:
    return course.model, course.window_seconds


def _reading(course: Series, end: datetime, value: float | None) -> Reading:
    return _Sample(
        model=course.model,
        version=course.version,
        metric=course.metric,
        column_name=course.column_name,
        segment_key=course.segment_key,
        segment_value=course.segment_value,
        window_seconds=course.window_seconds,
        window_end=end,
        value=value,
    )


def _labels(state: AlertState) -> dict[str, str]:
    return {name: value for name, value in labels_of(state).items() if name != "alertname"}


def _annotations(state: AlertState, rules: Sequence[Rule]) -> dict[str, str]:
    """What a message would say of the alert as it stands."""
    rule = rule_of(rules, state.identity.alert, state.identity)
    event = AlertEvent(
        identity=state.identity,
        severity=state.severity,
        from_state="inactive",
        to_state="firing",
        reason=state.reason,
        value=state.value,
        limit_value=state.limit_value,
        window_end=state.last_window_end or START,
        episode=state.episode,
        fired_at=state.fired_at,
        annotations=rule.annotations if rule else {},
        labels=labels_of(state),
    )
    return words_of(event, Facts())


def _agree(expected: Sequence[Expected], got: Sequence[Expected]) -> bool:
    """Whether each alert that was expected fires, and no other."""
    left = list(got)
    for one in expected:
        match = next((other for other in left if _is(one, other)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _is(expected: Expected, got: Expected) -> bool:
    labels = {name: value for name, value in expected.labels.items() if name != "alertname"}
    return labels == dict(got.labels) and expected.annotations.items() <= got.annotations.items()
