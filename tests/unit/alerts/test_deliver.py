"""Delivery: each message until it arrives or is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from builders.notifications import notification
from builders.outbox import Clock, MemoryOutbox
from builders.readings import event
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.channel import DeliveryError
from alerts.deliver import (
    FIRST_WAIT,
    LEASE,
    LONGEST_WAIT,
    LONGEST_WAIT_ASKED_FOR,
    MAX_ATTEMPTS,
    DeliveryReport,
    deliver,
    wait,
)
from alerts.notification import Notification


class Recorder:
    """A channel that keeps what it gets, or answers with what it was told to."""

    def __init__(self, answer: Callable[[], Exception | None] = lambda: None) -> None:
        self.answer = answer
        self.got: list[Notification] = []
        self.tries = 0

    def send(self, notification: Notification) -> None:
        self.tries += 1
        if error := self.answer():
            raise error
        self.got.append(notification)


def refusal(*, permanent: bool, retry_after: timedelta | None = None) -> Callable[[], Exception]:
    return lambda: DeliveryError("no", permanent=permanent, retry_after=retry_after)


def filled(clock: Clock, *receivers: str, messages: int = 1) -> MemoryOutbox:
    """An outbox with some messages for each receiver."""
    outbox = MemoryOutbox(clock)
    for number in range(messages):
        for receiver in receivers:
            outbox.add(replace(notification(event()), receiver=receiver, dedup_key=f"{number}", created_at=clock()))
    return outbox


def delivered(outbox: MemoryOutbox, receiver: str, channel: Recorder | None = None) -> DeliveryReport:
    return deliver(receiver, outbox, {receiver: channel} if channel else {}, jitter=Random(1))


def test_every_message_is_sent_once_in_its_order() -> None:
    clock, team = Clock(), Recorder()
    outbox = filled(clock, "team", "boss", messages=3)
    report = delivered(outbox, "team", team)
    assert (report.sent, report.retried, report.dead) == (3, 0, 0)
    assert team.got == [row.notification for row in outbox.rows.values()][0::2]
    assert delivered(outbox, "team", team).sent == 0


def test_a_message_that_did_not_arrive_is_tried_again_later_and_not_before() -> None:
    clock, hook = Clock(), Recorder(refusal(permanent=False))
    outbox = filled(clock, "hook")
    assert delivered(outbox, "hook", hook).retried == 1
    assert delivered(outbox, "hook", hook) == DeliveryReport()
    clock.time += FIRST_WAIT
    hook.answer = lambda: None
    assert delivered(outbox, "hook", hook).sent == 1
    assert (hook.tries, outbox.rows[1].status) == (2, "sent")


def test_a_permanent_refusal_is_given_up_at_once_and_does_not_stop_the_next_message() -> None:
    answers = iter([DeliveryError("gone", permanent=True), None])
    hook = Recorder(lambda: next(answers))
    outbox = filled(Clock(), "hook", messages=2)
    report = delivered(outbox, "hook", hook)
    assert (report.sent, report.dead) == (1, 1)
    assert [(row.status, row.error) for row in outbox.rows.values()] == [("dead", "gone"), ("sent", "")]


def test_messages_behind_an_unreachable_receiver_lose_no_try() -> None:
    hook = Recorder(refusal(permanent=False))
    outbox = filled(Clock(), "hook", messages=3)
    delivered(outbox, "hook", hook)
    assert [row.attempts for row in outbox.rows.values()] == [1, 0, 0]


def test_after_the_last_try_a_message_is_dead() -> None:
    clock, hook = Clock(), Recorder(refusal(permanent=False))
    outbox = filled(clock, "hook")
    start = clock.time
    reports = []
    while outbox.rows[1].status == "planned":
        clock.time = outbox.rows[1].due
        reports.append(delivered(outbox, "hook", hook))
    assert [report.retried for report in reports] == [1] * (MAX_ATTEMPTS - 1) + [0]
    assert (reports[-1].dead, outbox.rows[1].status, outbox.rows[1].error) == (1, "dead", "no")
    assert clock.time - start > timedelta(hours=8)


def test_the_wait_that_a_receiver_asks_for_is_honoured() -> None:
    clock, hook = Clock(), Recorder(refusal(permanent=False, retry_after=timedelta(minutes=20)))
    outbox = filled(clock, "hook")
    delivered(outbox, "hook", hook)
    assert outbox.rows[1].due == clock() + timedelta(minutes=20)


def test_a_receiver_that_is_not_configured_any_more_ends_as_a_dead_letter() -> None:
    outbox = filled(Clock(), "gone")
    assert delivered(outbox, "gone").dead == 1
    assert outbox.rows[1].error == "there is no receiver 'gone' any more"


def test_an_unknown_fault_is_logged_with_its_traceback_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    hook = Recorder(lambda: KeyError("odd"))
    outbox = filled(Clock(), "hook", messages=1)
    with caplog.at_level(logging.WARNING):
        assert delivered(outbox, "hook", hook).retried == 1
    assert outbox.rows[1].error == "unknown fault: KeyError"
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_a_worker_that_dies_between_send_and_mark_leaves_the_same_message_to_the_next() -> None:
    class Killed(BaseException):
        """The process ends here."""

    def die() -> None:
        raise Killed

    clock, hook = Clock(), Recorder(die)
    outbox = filled(clock, "hook")
    with pytest.raises(Killed):
        delivered(outbox, "hook", hook)
    clock.time += LEASE
    hook.answer = lambda: None
    assert delivered(outbox, "hook", hook).sent == 1
    assert hook.got == [outbox.rows[1].notification]


def test_a_worker_that_was_frozen_longer_than_its_lease_marks_nothing() -> None:
    clock = Clock()
    outbox = filled(clock, "hook")

    def freeze() -> None:
        clock.time += LEASE
        assert delivered(outbox, "hook", Recorder()).sent == 1

    assert delivered(outbox, "hook", Recorder(freeze)) == DeliveryReport()
    assert (outbox.rows[1].status, outbox.rows[1].attempts) == ("sent", 2)


def test_no_message_is_begun_once_it_is_time_to_stop() -> None:
    outbox, hook = filled(Clock(), "hook", messages=3), Recorder()
    deliver("hook", outbox, {"hook": hook}, jitter=Random(1), stop=lambda: len(hook.got) == 1)
    assert [row.status for row in outbox.rows.values()] == ["sent", "planned", "planned"]


@given(st.integers(1, 30), st.integers())
def test_a_wait_doubles_from_30_seconds_to_an_hour_of_which_chance_takes_up_to_half(attempts: int, seed: int) -> None:
    full = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    assert full / 2 <= wait(attempts, None, Random(seed)) <= full


@given(st.integers(1, 30), st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9999)))
def test_a_receiver_can_lengthen_a_wait_to_a_day_and_never_shorten_it(attempts: int, asked_for: timedelta) -> None:
    own, asked = wait(attempts, None, Random(1)), wait(attempts, asked_for, Random(1))
    assert asked == max(own, min(asked_for, LONGEST_WAIT_ASKED_FOR))
