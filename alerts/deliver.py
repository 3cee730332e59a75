"""Hands messages to their channels, each until it arrives or is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from alerts.channels.channel import Channel, DeliveryError
from alerts.history import Claimed, Outbox

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_WAIT_ASKED_FOR = timedelta(days=1)
MAX_ATTEMPTS = 24  # over 8 hours even if chance cuts every wait in half: a night without the receiver
LEASE = timedelta(minutes=5)  # longer than the longest send of any channel


@dataclass(slots=True)
class DeliveryReport:
    """How many messages went which way."""

    sent: int = 0
    retried: int = 0
    dead: int = 0


def deliver(
    receiver: str,
    outbox: Outbox,
    channels: Mapping[str, Channel],
    *,
    jitter: Random,
    lease: timedelta = LEASE,
    stop: Callable[[], bool] = lambda: False,
) -> DeliveryReport:
    """Try every message to a receiver that is due, one after the other, until one does not get through.

    `channels` are by receiver; a message to a receiver that is not there any more is given up. `stop` is asked before
    each message.
    """
    report = DeliveryReport()
    while not stop() and (claimed := outbox.claim(receiver, lease)) is not None:
        error = _send(claimed, channels)
        if error is None:
            report.sent += outbox.sent(claimed)
        elif error.permanent or claimed.attempts >= MAX_ATTEMPTS:
            report.dead += outbox.dead(claimed, str(error))
        else:
            outbox.retry(claimed, wait(claimed.attempts, error.retry_after, jitter), str(error))
            report.retried += 1
            break
    return report


def _send(claimed: Claimed, channels: Mapping[str, Channel]) -> DeliveryError | None:
    """Hand over one message; the error, if it did not arrive."""
    receiver = claimed.notification.receiver
    channel = channels.get(receiver)
    if channel is None:
        return DeliveryError(f"there is no receiver {receiver!r} any more", permanent=True)
    try:
        channel.send(claimed.notification)
    except DeliveryError as error:
        logger.warning("receiver %s, try %d: %s", receiver, claimed.attempts, error)
        return error
    except Exception as error:
        logger.exception("receiver %s, try %d: unknown fault", receiver, claimed.attempts)
        return DeliveryError(f"unknown fault: {type(error).__name__}", permanent=False)
    return None


def wait(attempts: int, asked_for: timedelta | None, jitter: Random) -> timedelta:
    """How long to wait after so many tries: 30 seconds, doubling up to an hour, half of it by chance.

    What the receiver asks for is honoured if it is longer, up to a day.
    """
    doubled = min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)
    own = doubled * (0.5 + jitter.random() / 2)
    return max(own, min(asked_for or own, LONGEST_WAIT_ASKED_FOR))
