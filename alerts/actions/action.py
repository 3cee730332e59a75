"""What every action promises, and what it is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Protocol


class ActionError(Exception):
    """An action was not started, or did not end well, as far as is known; its text holds no secret.

    `permanent` says that trying again makes no sense, `retry_after` how long the other side wants to be left alone.
    """

    def __init__(self, message: str, *, permanent: bool, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRequest:
    """An action for one episode of an alert, in words that JSON has; `key` is the same however often it is tried."""

    key: str
    action: str
    fingerprint: str
    episode: int
    labels: Mapping[str, str] = field(hash=False)
    value: float | None
    limit: float | None
    window_end: str
    reason: str
    link: str

    @property
    def body(self) -> dict[str, object]:
        """What is handed over, and kept."""
        return asdict(self)

    def placeholders(self) -> dict[str, str | float | None]:
        """What texts may be filled with."""
        names = ("model", "version", "metric", "column", "segment", "window", "severity")
        return {
            **{name: self.labels.get(name, "") for name in names},
            "alert": self.labels.get("alertname", ""),
            "value": self.value,
            "limit": self.limit,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was started: where it can be looked at, if anywhere, and what it said."""

    url: str = ""
    words: str = ""


class Action(Protocol):
    """Something that an alert may start. It tries once and never decides whether to try again."""

    @property
    def time_limit(self) -> timedelta:
        """How long one try may take."""

    def start(self, request: ActionRequest) -> Outcome:
        """Start it, or raise ActionError."""
