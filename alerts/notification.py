"""A message on its way to one receiver; its body is Alertmanager's webhook body, version 4."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypedDict

Status = Literal["firing", "resolved"]
STILL_FIRING = "0001-01-01T00:00:00Z"  # Go's zero time, which Alertmanager sends as the end of a firing alert


class BodyAlert(TypedDict):
    """One alert of a message."""

    status: Status
    labels: dict[str, str]
    annotations: dict[str, str]
    startsAt: str
    endsAt: str
    generatorURL: str
    fingerprint: str


class Body(TypedDict):
    """A message as Alertmanager would post it; names and order are its own.

    https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
    """

    version: Literal["4"]
    groupKey: str
    truncatedAlerts: int
    status: Status
    receiver: str
    groupLabels: dict[str, str]
    commonLabels: dict[str, str]
    commonAnnotations: dict[str, str]
    externalURL: str
    alerts: list[BodyAlert]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told: a name of the user's, and the kind of channel that reaches them.

    `send_resolved` says whether they are told too when an alert is over, `max_alerts` how many alerts one message
    holds at most; 0 = all of them.
    """

    name: str
    channel: str
    send_resolved: bool = True
    max_alerts: int = 50


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a message: its name, the PNG, and what it shows in words, for whom it is not shown."""

    name: str
    png: bytes = field(repr=False)
    words: str


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one receiver. The same event has the same `dedup_key`, however often it is composed.

    Pictures belong to the try, not to the message: they are made when it is sent, for channels that can show them.
    """

    receiver: str
    channel: str
    dedup_key: str
    payload: Body
    created_at: datetime
    pictures: tuple[Picture, ...] = ()
