"""Alerts and silences in memory, for tests of what asks for them over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from monitor.api import build
from monitor.api.attention import (
    Alert,
    AlertFilter,
    ConflictError,
    NewSilence,
    NotKnownError,
    RefusedError,
    Silence,
    check_times,
)
from monitor.api.serving import listening
from monitor.errors import WorldError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def an_alert(fingerprint: str, model: str = "late_arrival", state: str = "firing") -> Alert:
    return Alert(
        fingerprint=fingerprint,
        labels={"alertname": "FeatureDrift", "model": model, "column": "temp"},
        severity="ticket",
        state=state,
        health="ok",
        reason="0.31 is above 0.2",
        value=float("nan"),
        limit_value=0.2,
        active_since=NOW,
        fired_at=NOW,
        resolved_at=None,
        last_window_end=NOW,
        episode=1,
        acknowledged_by="",
        acknowledged_at=None,
        acknowledged_comment="",
        silenced_by=(),
    )


@dataclass
class MemoryAttention:
    """Does what the service does, without a store."""

    known: list[Alert] = field(default_factory=list)
    made: list[Silence] = field(default_factory=list)
    is_away: bool = False
    is_broken: bool = False

    def check(self) -> None:
        if self.is_away:
            raise WorldError("the store postgresql://me@secret-host cannot be used")
        if self.is_broken:
            raise ZeroDivisionError("secret-detail")

    def alerts(self, *, model: str | None, state: AlertFilter) -> Sequence[Alert]:
        self.check()
        return [
            alert
            for alert in self.known
            if model in (None, alert.labels["model"])
            and (state in ("any", alert.state) or (state == "open" and alert.state != "inactive"))
        ]

    def acknowledge(self, fingerprint: str, *, author: str, comment: str) -> Alert:
        self.check()
        found = [alert for alert in self.known if alert.fingerprint.startswith(fingerprint)]
        if not found:
            raise NotKnownError(f"no alert has the fingerprint {fingerprint}")
        if len(found) > 1:
            raise ConflictError(f"{len(found)} alerts begin with {fingerprint}: say more of it")
        said = replace(found[0], acknowledged_by=author, acknowledged_comment=comment, acknowledged_at=NOW)
        self.known[self.known.index(found[0])] = said
        return said

    def silences(self) -> Sequence[Silence]:
        self.check()
        return self.made[::-1]

    def silence(self, wanted: NewSilence) -> Silence:
        self.check()
        check_times(wanted, NOW)
        for index, matcher in enumerate(wanted.matchers):
            if "=" not in matcher:
                raise RefusedError(f"{matcher} is no matcher", f"matchers.{index}")
        silence = Silence(
            id=len(self.made) + 1,
            matchers=wanted.matchers,
            state="active",
            starts_at=wanted.starts_at or NOW,
            ends_at=wanted.ends_at,
            author=wanted.author,
            comment=wanted.comment,
            created_at=NOW,
        )
        self.made.append(silence)
        return silence

    def expire(self, silence_id: int) -> Silence:
        self.check()
        if not 0 < silence_id <= len(self.made):
            raise NotKnownError(f"there is no silence {silence_id}")
        self.made[silence_id - 1] = replace(self.made[silence_id - 1], state="expired", ends_at=NOW)
        return self.made[silence_id - 1]


@contextmanager
def served(attention: MemoryAttention, token: str | None = None) -> Iterator[str]:
    """The API over it, on a free port of this machine."""
    with listening(build(attention, token=token, now=lambda: NOW), address="127.0.0.1", port=0) as running:
        yield running.url
