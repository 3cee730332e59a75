"""Silences: whose alerts nobody is told of, for a while; they expire and are never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from alerts.matcher import Matcher

SilenceState = Literal["pending", "active", "expired"]


@dataclass(frozen=True, slots=True)
class Silence:
    """Alerts that all `matchers` match are quiet from `starts_at` to `ends_at`, or until somebody ends it before."""

    id: int
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    author: str
    comment: str
    created_at: datetime
    expired_at: datetime | None = None

    def matches(self, labels: Mapping[str, str]) -> bool:
        return all(matcher.matches(labels) for matcher in self.matchers)

    def state(self, now: datetime) -> SilenceState:
        """How it stands at a moment; its end is not part of it."""
        if self.expired_at is not None or now >= self.ends_at:
            return "expired"
        return "active" if now >= self.starts_at else "pending"

    @property
    def ended_at(self) -> datetime:
        """When it ends, or was ended."""
        return self.ends_at if self.expired_at is None else min(self.expired_at, self.ends_at)

    def __str__(self) -> str:
        return ": ".join(filter(None, (f"silence {self.id} of {self.author}", self.comment)))


def matches_everything(matchers: Sequence[Matcher]) -> bool:
    """Whether an alert without any label would be silent, and so every alert: that is never meant."""
    return all(matcher.matches({}) for matcher in matchers)
