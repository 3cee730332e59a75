"""Readings, rules and runs of the alerts, of which a test names only what matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from alerts.bounds import Bounds
from alerts.rule import Rule
from alerts.state import AlertEvent, AlertState, Identity
from alerts.step import step

DAY = timedelta(days=1)
SATURDAY = datetime(2013, 6, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """A moment so many days after the first of June 2013."""
    return SATURDAY + number * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A reading."""

    value: float | None = None
    window_end: datetime = SATURDAY
    model: str = "late_arrival"
    version: str = ""
    metric: str = "roc_auc"
    column_name: str = ""
    segment_key: str = ""
    segment_value: str = ""
    window_seconds: int = 86_400
    reason: str = ""
    is_awaited: bool = False
    bounds: Mapping[str, Bounds] = field(default_factory=dict, hash=False)


AUC_DROP = Rule(name="AucDrop", metric="roc_auc", below=0.7)
DRIFT = Rule(name="FeatureDrift", metric="population_stability_index", above=0.2)


def drift(column_name: str, value: float | None, *, number: float = 0, model: str = "late_arrival") -> Seen:
    """A reading of the drift of one column."""
    return Seen(value=value, metric=DRIFT.metric, column_name=column_name, window_end=day(number), model=model)


def at_rest(rule: Rule, reading: Seen | None = None) -> AlertState:
    """An alert that nothing is known of yet."""
    return AlertState(Identity.of(rule, reading or Seen(metric=rule.metric)), rule.severity)


def daily(values: Iterable[float | None], *, reason: str = "") -> list[Seen]:
    """One reading a day."""
    return [Seen(value=value, window_end=day(number), reason=reason) for number, value in enumerate(values)]


def play(rule: Rule, readings: Iterable[Seen]) -> list[tuple[AlertState, tuple[AlertEvent, ...]]]:
    """The alert after each reading, with what happened."""
    state, course = at_rest(rule), []
    for reading in readings:
        state, events = step(state, reading, rule)
        course.append((state, events))
    return course


def event(**changes: object) -> AlertEvent:
    """An alert that begins to fire, but for the changes."""
    identity_changes = {name: changes.pop(name) for name in Identity.__slots__ if name in changes}
    identity = Identity.of(AUC_DROP, Seen(**{k: v for k, v in identity_changes.items() if k != "alert"}))
    if "alert" in identity_changes:
        identity = Identity(**{name: getattr(identity, name) for name in Identity.__slots__} | identity_changes)
    told = {
        "severity": "page",
        "from_state": "inactive",
        "to_state": "firing",
        "reason": "roc_auc 0.671 is below 0.7",
        "value": 0.671,
        "limit_value": 0.7,
        "window_end": day(0),
        "episode": 1,
        "fired_at": day(0),
    }
    return AlertEvent(identity=identity, **told | changes)


def resolved(**changes: object) -> AlertEvent:
    """An alert that resolves on the second day, but for the changes."""
    told = {"from_state": "firing", "to_state": "inactive", "value": 0.73, "window_end": day(2)}
    return event(**told | {"reason": "roc_auc 0.73 is back above 0.7 since 2013-06-03"} | changes)
