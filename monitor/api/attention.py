"""What the HTTP API asks of those who keep alerts and silences, and how they say no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from monitor.errors import SeamarkError

AlertFilter = Literal["open", "any", "inactive", "pending", "firing", "recovering"]
SilenceState = Literal["pending", "active", "expired"]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it stands; its labels are those that matchers are held against."""

    fingerprint: str
    labels: Mapping[str, str]
    severity: str
    state: str
    health: str
    reason: str
    value: float | None
    limit_value: float | None
    active_since: datetime | None
    fired_at: datetime | None
    resolved_at: datetime | None
    last_window_end: datetime | None
    episode: int
    acknowledged_by: str
    acknowledged_at: datetime | None
    acknowledged_comment: str
    silenced_by: Sequence[int]


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence, those that have ended included; `ends_at` is when it ends, or was ended."""

    id: int
    matchers: Sequence[str]
    state: SilenceState
    starts_at: datetime
    ends_at: datetime
    author: str
    comment: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewSilence:
    """A silence that somebody wants; without a start it begins now."""

    matchers: Sequence[str]
    starts_at: datetime | None
    ends_at: datetime
    author: str
    comment: str


class NotKnownError(SeamarkError):
    """There is no such alert, or no such silence."""


class ConflictError(SeamarkError):
    """It cannot be done as things stand: a short fingerprint means several alerts, an alert does not fire."""


class RefusedError(SeamarkError):
    """A wrong wish; `field` is the part of the body that is wrong."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def check_times(wanted: NewSilence, now: datetime) -> None:
    """Refuse a silence that would silence nothing."""
    if wanted.ends_at <= (wanted.starts_at or now):
        raise RefusedError("the silence ends before it begins", "ends_at")
    if wanted.ends_at <= now:
        raise RefusedError("the silence would be over already", "ends_at")


class Attention(Protocol):
    """Alerts, acknowledgement and silences.

    Each raises `WorldError` where the store is away.
    """

    def check(self) -> None:
        """Look whether the store answers."""

    def alerts(self, *, model: str | None, state: AlertFilter) -> Sequence[Alert]:
        """The alerts of a model or of all, in one state."""

    def acknowledge(self, fingerprint: str, *, author: str, comment: str) -> Alert:
        """Say that somebody looks after a firing alert; the beginning of a fingerprint will do where it is clear."""

    def silences(self) -> Sequence[Silence]:
        """All silences, the newest first."""

    def silence(self, wanted: NewSilence) -> Silence:
        """Let alerts be quiet for a while."""

    def expire(self, silence_id: int) -> Silence:
        """End a silence now; it stays on record."""
