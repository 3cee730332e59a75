"""What is known of an alert: which series it belongs to, how it stands, and each change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from alerts.reading import Series
from alerts.rule import Rule, Severity
from alerts.wording import short_length

StateName = Literal["inactive", "pending", "firing", "recovering"]
Health = Literal["ok", "no_data", "error"]


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """A rule and the labels of one series: what makes two alerts the same alert.

    `receiver` is whom messages do not reach, of an alert about that; empty of all others.
    """

    alert: str
    model: str
    version: str
    metric: str
    column_name: str
    segment_key: str
    segment_value: str
    window_seconds: int
    receiver: str = ""

    @classmethod
    def of(cls, rule: Rule, reading: Series) -> Identity:
        return cls.named(rule.name, reading)

    @classmethod
    def named(cls, alert: str, reading: Series) -> Identity:
        """The alert of this name on a series."""
        return cls(
            alert=alert,
            model=reading.model,
            version=reading.version,
            metric=reading.metric,
            column_name=reading.column_name,
            segment_key=reading.segment_key,
            segment_value=reading.segment_value,
            window_seconds=reading.window_seconds,
        )

    def labels(self) -> dict[str, str]:
        """Labels as Prometheus would write them, without the empty ones."""
        labels = {
            "alertname": self.alert,
            "model": self.model,
            "version": self.version,
            "metric": self.metric,
            "column": self.column_name,
            "segment": self.segment,
            "window": short_length(self.window_seconds) if self.window_seconds else "",
            "receiver": self.receiver,
        }
        return {name: value for name, value in labels.items() if value}

    @property
    def segment(self) -> str:
        """The segment in one word, like `carrier=AA`; empty for the whole."""
        return f"{self.segment_key}={self.segment_value}" if self.segment_key else ""

    @property
    def fingerprint(self) -> str:
        """A stable name of the alert, 64 hexadecimal digits."""
        series: list[str | int] = [self.alert, self.model, self.version, self.metric, self.column_name]
        parts = [*series, self.segment_key, self.segment_value, self.window_seconds]
        parts += [self.receiver] if self.receiver else []
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AlertState:
    """How an alert stands after its last window; all times are event time.

    `health` stands beside the state: whether the last window had a value (`ok`), had none (`no_data`), or
    could not be measured (`error`). `breaches` counts the broken windows in a row, `episode` the firings, `events`
    the changes so far, `vanished` the windows in a row that the series was absent from. `labels` are the rule's own.
    `value`, `limit_value` and `reason` belong to the last window; `judged_until` is the end of the last one that had
    a say, which a window without a value has not while the rule holds. `told` is whether a message about the last
    episode was made: without one its end is nobody's concern.
    """

    identity: Identity
    severity: Severity
    state: StateName = "inactive"
    health: Health = "ok"
    reason: str = ""
    value: float | None = None
    limit_value: float | None = None
    breaches: int = 0
    active_since: datetime | None = None
    fired_at: datetime | None = None
    recovering_since: datetime | None = None
    resolved_at: datetime | None = None
    last_window_end: datetime | None = None
    judged_until: datetime | None = None
    episode: int = 0
    events: int = 0
    vanished: int = 0
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    told: bool = False

    @property
    def is_open(self) -> bool:
        return self.state != "inactive"

    @property
    def is_firing(self) -> bool:
        """Whether an episode goes on: recovering is still firing to everybody outside."""
        return self.state in ("firing", "recovering")


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One change of state, the `number`th of its alert.

    `fired_at` is when the episode began; annotations are the rule's, not filled yet. `labels` are all labels, as
    routes and messages see them; `content` is what messages say of it, as JSON.
    """

    identity: Identity
    severity: Severity
    from_state: StateName
    to_state: StateName
    reason: str
    value: float | None
    limit_value: float | None
    window_end: datetime
    episode: int
    fired_at: datetime | None = None
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
    number: int = 0
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    content: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def fires(self) -> bool:
        """Whether a new episode begins; going back from recovering is none."""
        return self.to_state == "firing" and self.from_state != "recovering"

    @property
    def resolves(self) -> bool:
        return self.to_state == "inactive" and self.from_state in ("firing", "recovering")


def labels_of(state: AlertState) -> dict[str, str]:
    """All labels of an alert, as routes, silences and messages see them; its identity's outdo the rule's."""
    return {**state.labels, **state.identity.labels(), "severity": state.severity}
