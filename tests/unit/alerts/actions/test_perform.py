"""A try is done, tried again or given up; nothing that an action raises gets out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from builders.actions import request
from builders.readings import event

from alerts.actions.action import ActionError, ActionRequest, Outcome
from alerts.actions.perform import Claimed, attempt, note
from alerts.deliver import MAX_ATTEMPTS


@dataclass
class Acts:
    """Does as it is told."""

    fault: Exception | None = None
    asked: list[ActionRequest] = field(default_factory=list)
    time_limit: timedelta = timedelta(seconds=1)

    def start(self, request: ActionRequest) -> Outcome:
        self.asked.append(request)
        if self.fault:
            raise self.fault
        return Outcome("https://example.org/run/1", "started")


@dataclass
class MemoryNotes:
    """Keeps what was noted."""

    noted: list[tuple[object, ...]] = field(default_factory=list)

    def done(self, claimed: Claimed, outcome: Outcome) -> None:
        self.noted.append(("done", outcome))

    def retry(self, claimed: Claimed, wait: timedelta, reason: str) -> None:
        self.noted.append(("retry", wait, reason))

    def failed(self, claimed: Claimed, reason: str) -> None:
        self.noted.append(("failed", reason))


def noted(action: Acts, *, attempts: int = 1, name: str = "retrain") -> tuple[object, ...]:
    notes = MemoryNotes()
    claimed = Claimed(1, request(event()), attempts)
    note(claimed, attempt(claimed, {name: action}), notes, Random(1))
    (one,) = notes.noted
    return one


def test_what_is_started_is_done() -> None:
    assert noted(Acts()) == ("done", Outcome("https://example.org/run/1", "started"))


def test_what_may_work_later_is_tried_again_after_what_was_asked_for() -> None:
    fault = ActionError("away", permanent=False, retry_after=timedelta(minutes=9))
    assert noted(Acts(fault)) == ("retry", timedelta(minutes=9), "away")


def test_the_wait_grows() -> None:
    waits = [noted(Acts(ActionError("away", permanent=False)), attempts=attempts)[1] for attempts in (1, 3, 5)]
    assert waits == sorted(waits)


@pytest.mark.parametrize(("permanent", "attempts"), [(True, 1), (False, MAX_ATTEMPTS)])
def test_what_will_not_work_or_never_did_is_given_up(permanent: bool, attempts: int) -> None:
    assert noted(Acts(ActionError("no", permanent=permanent)), attempts=attempts) == ("failed", "no")


def test_an_unknown_fault_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    kind, _, reason = noted(Acts(KeyError("x")))
    assert (kind, reason) == ("retry", "unknown fault: KeyError")
    assert "Traceback" in caplog.text


def test_an_action_that_is_gone_or_kills_its_workers_is_given_up_without_a_try() -> None:
    action = Acts()
    assert noted(action, name="other") == ("failed", "there is no action 'retrain' any more")
    assert noted(action, attempts=MAX_ATTEMPTS + 1) == ("failed", "no worker lived to its end in 24 tries")
    assert action.asked == []
