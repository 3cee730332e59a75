"""Takes messages out of the outbox and hands them to their channels, each until it arrives or is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from alerts.channels.channel import Channel, DeliveryError
from alerts.history import Claimed, Outbox

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_WAIT_ASKED_FOR = timedelta(days=1)
MAX_ATTEMPTS = 24  # over 8 hours even if chance cuts every wait in half: a night without the receiver


@dataclass(slots=True)
class DeliveryReport:
    """How many messages went which way, and which receivers could not be reached."""

    sent: int = 0
    retried: int = 0
    dead: int = 0
    unreachable: set[str] = field(default_factory=set)


def deliver(
    outbox: Outbox, channels: Mapping[str, Channel], *, now: Callable[[], datetime], jitter: Random
) -> DeliveryReport:
    """Try every message that is due; `channels` are those of the receivers, by receiver name.

    A receiver that fails is left alone for the rest of the round, so that it holds up no other by more than
    one time-out.
    """
    report = DeliveryReport()
    while claims := outbox.claim(now(), 1, besides=frozenset(report.unreachable)):
        for claim in claims:
            _try(claim, outbox, channels, report, now=now, jitter=jitter)
    return report


def _try(
    claim: Claimed,
    outbox: Outbox,
    channels: Mapping[str, Channel],
    report: DeliveryReport,
    *,
    now: Callable[[], datetime],
    jitter: Random,
) -> None:
    error = _send(claim, channels)
    if error is None:
        outbox.sent(claim.id, now())
        report.sent += 1
        return
    if not error.permanent:
        report.unreachable.add(claim.notification.receiver)
    if error.permanent or claim.attempts >= MAX_ATTEMPTS:
        outbox.dead(claim.id, str(error))
        report.dead += 1
    else:
        outbox.retry(claim.id, now() + wait(claim.attempts, error.retry_after, jitter), str(error))
        report.retried += 1


def _send(claim: Claimed, channels: Mapping[str, Channel]) -> DeliveryError | None:
    """Hand over one message; the error, if it did not arrive."""
    receiver = claim.notification.receiver
    channel = channels.get(receiver)
    if channel is None:
        return DeliveryError(f"there is no receiver {receiver!r} any more", permanent=True)
    try:
        channel.send(claim.notification)
    except DeliveryError as error:
        logger.warning("receiver %s, try %d: %s", receiver, claim.attempts, error)
        return error
    except Exception as error:
        logger.exception("receiver %s, try %d: unknown fault", receiver, claim.attempts)
        return DeliveryError(f"unknown fault: {type(error).__name__}", permanent=False)
    return None


def wait(attempts: int, asked_for: timedelta | None, jitter: Random) -> timedelta:
    """How long to wait after so many tries: 30 seconds, doubling up to an hour, half of it by chance.

    What the receiver asks for is honoured if it is longer, up to a day.
    """
    doubled = min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)
    own = doubled * (0.5 + jitter.random() / 2)
    return max(own, min(asked_for or own, LONGEST_WAIT_ASKED_FOR))
