"""What the alerts ask of a store: to keep states and events, and whom to tell of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from alerts.notification import Notification
from alerts.routing import Route
from alerts.state import AlertEvent, AlertState, Identity


class History(Protocol):
    """Keeps how alerts stand and how they changed."""

    def states(self, model: str) -> Mapping[Identity, AlertState]:
        """How every alert of a model stands, inactive ones included."""

    def save(self, states: Sequence[AlertState], events: Sequence[AlertEvent]) -> None:
        """Replace the states by identity and append the events, in the transaction of the caller."""


@dataclass(frozen=True, slots=True)
class Address:
    """A receiver, and the group that an alert belongs to there."""

    receiver: str
    group_key: str
    route: str
    labels: Mapping[str, str]
    wait: timedelta

    @classmethod
    def of(cls, route: Route, labels: Mapping[str, str]) -> Address:
        return cls(route.receiver, route.group_key(labels), route.key, route.group_labels(labels), route.group_wait)


class Desk(Protocol):
    """Plans whom to tell of events, in the transaction that keeps them."""

    def plan(self, firing: Sequence[tuple[AlertEvent, Sequence[Address]]], resolved: Sequence[AlertEvent]) -> None:
        """One entry for each event and receiver. A resolve is for those who are to be told of its firing."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker may try now; `attempts` counts the tries, this one included.

    The number of the try is its fence: marks of an earlier try find the message out of their hands.
    """

    id: int
    notification: Notification
    attempts: int


class Outbox(Protocol):
    """Hands out messages until they are delivered or given up."""

    def claim(self, receiver: str, lease: timedelta) -> Claimed | None:
        """The next message to a receiver that is due, in the order in which they were made.

        A claim counts as a try, is committed at once, and lapses after the lease, so that a worker that died holds
        nothing back.
        """

    def sent(self, claimed: Claimed) -> bool:
        """Mark as delivered; False where somebody else has it by now."""

    def retry(self, claimed: Claimed, after: timedelta, error: str) -> bool:
        """Give back, to be tried again."""

    def dead(self, claimed: Claimed, error: str) -> bool:
        """Mark as given up."""
