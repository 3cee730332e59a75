"""Tries an action that is due, and notes how it went."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Protocol

from alerts.actions.action import Action, ActionError, ActionRequest, Outcome
from alerts.deliver import MAX_ATTEMPTS, wait

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run of an action that this worker may try now; `attempts` counts the tries, this one included."""

    id: int
    request: ActionRequest
    attempts: int


class Notes(Protocol):
    """Keeps how a try ended; a try that another worker has taken over is left alone."""

    def done(self, claimed: Claimed, outcome: Outcome) -> None:
        """It is started, and there is no more to do."""

    def retry(self, claimed: Claimed, wait: timedelta, reason: str) -> None:
        """It is tried again after a while."""

    def failed(self, claimed: Claimed, reason: str) -> None:
        """It is given up."""


class Plans(Protocol):
    """Takes in what is to be started, in the transaction of the event that starts it."""

    def plan(self, requests: list[ActionRequest]) -> None:
        """Keep requests; one for an episode that is there already is left alone."""


def note(claimed: Claimed, outcome: Outcome | ActionError, notes: Notes, jitter: Random) -> None:
    """Keep how a try went; what does not work and may work later is tried again, ever more slowly."""
    if isinstance(outcome, Outcome):
        notes.done(claimed, outcome)
    elif outcome.permanent or claimed.attempts >= MAX_ATTEMPTS:
        notes.failed(claimed, str(outcome))
    else:
        notes.retry(claimed, wait(claimed.attempts, outcome.retry_after, jitter), str(outcome))


def attempt(claimed: Claimed, actions: Mapping[str, Action]) -> Outcome | ActionError:
    """Start an action once."""
    name = claimed.request.action
    action = actions.get(name)
    if action is None:
        return ActionError(f"there is no action {name!r} any more", permanent=True)
    if claimed.attempts > MAX_ATTEMPTS:
        return ActionError(f"no worker lived to its end in {MAX_ATTEMPTS} tries", permanent=True)
    try:
        return action.start(claimed.request)
    except ActionError as error:
        logger.warning("action %s, try %d: %s", name, claimed.attempts, error)
        return error
    except Exception as error:
        logger.exception("action %s, try %d: unknown fault", name, claimed.attempts)
        return ActionError(f"unknown fault: {type(error).__name__}", permanent=False)
