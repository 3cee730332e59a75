"""What the alerts ask of a store: to keep states and events, and messages until they are delivered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.notification import Notification
from alerts.state import AlertEvent, AlertState, Identity


class History(Protocol):
    """Keeps how alerts stand and how they changed."""

    def states(self, model: str) -> Mapping[Identity, AlertState]:
        """How every alert of a model stands, inactive ones included."""

    def save(self, states: Sequence[AlertState], events: Sequence[AlertEvent]) -> None:
        """Replace the states by identity and append the events, in the transaction of the caller."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker may try now; `attempts` counts the tries, this one included."""

    id: int
    notification: Notification
    attempts: int


class Outbox(Protocol):
    """Keeps messages until they are delivered or given up."""

    def add(self, notifications: Sequence[Notification]) -> None:
        """Keep new messages, in the transaction of the caller; a `dedup_key` that is there already is left alone."""

    def claim(self, now: datetime, limit: int, *, besides: Collection[str] = ()) -> Sequence[Claimed]:
        """Take up to `limit` messages that are due, oldest first, none of the receivers `besides`.

        A claim counts as a try, is committed at once, and lapses after some minutes, so that a worker that
        died holds nothing back.
        """

    def sent(self, id: int, now: datetime) -> None:  # noqa: A002 - the id of the claim
        """Mark as delivered."""

    def retry(self, id: int, next_attempt_at: datetime, error: str) -> None:  # noqa: A002
        """Give back, to be tried again."""

    def dead(self, id: int, error: str) -> None:  # noqa: A002
        """Mark as given up."""
