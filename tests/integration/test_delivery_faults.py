"""Whatever breaks while people are told: each event arrives, once, in order; the ledger audit after each fault."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders.audit import audit, bodies
from builders.http_receiver import (
    Handler,
    HttpReceiver,
    answer,
    hang,
    hang_after_the_status,
    slow_body,
    slow_headers,
)
from builders.readings import Seen, drift
from builders.telling import Desk, Point, worker

from alerts.matcher import read_matcher
from alerts.routing import Route
from monitor.store.database import migrate, open_store
from monitor.window import to_epoch

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUNS = int(os.environ.get("SEAMARK_FAULT_RUNS", "1"))
LEASE = timedelta(minutes=5)
BAD, GOOD = 0.3, 0.1
POINTS: list[Point] = ["before the commit", "before the send", "before the mark"]


@pytest.fixture
def hook() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


@pytest.fixture
def desk(store_url: str, hook: HttpReceiver) -> Iterator[Desk]:
    store = open_store(store_url)
    migrate(store)
    yield Desk(store, {"hook": hook.url()}, now=START)
    store.dispose()


def window(number: float, value: float, *columns: str) -> list[Seen]:
    return [drift(column, value, number=number) for column in columns or ("a", "b")]


def is_clean(desk: Desk, hook: HttpReceiver) -> None:
    ledger = audit(desk.store, hook.got, receivers=desk.urls, rules=desk.rules, readings=desk.readings)
    assert ledger.is_clean, ledger


def told(hook: HttpReceiver) -> list[list[tuple[str, str]]]:
    """Message by message, each once: the columns and how they stand."""
    return [
        [(alert["labels"]["column"], alert["status"]) for alert in body["alerts"]] for body in bodies(hook.got).values()
    ]


def test_a_beginning_and_an_end_are_a_message_each(desk: Desk, hook: HttpReceiver) -> None:
    for number, value in enumerate([BAD, BAD, GOOD]):
        desk.measured(*window(number, value))
        desk.settle()
    assert told(hook) == [[("a", "firing"), ("b", "firing")], [("a", "resolved"), ("b", "resolved")]]
    is_clean(desk, hook)


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_is_killed(store_url: str, desk: Desk, hook: HttpReceiver, point: Point, run: int) -> None:
    now = to_epoch(START)
    killed = subprocess.run(worker(store_url, hook.url(), point, [BAD], 0, now), env=environment(), check=False)
    assert killed.returncode == -signal.SIGKILL
    desk.now = START + LEASE + timedelta(minutes=run)
    desk.measured(*window(0, BAD))  # a window that was not committed is measured again, any other changes nothing
    desk.settle()
    desk.measured(*window(1, GOOD))
    desk.settle()
    assert told(hook) == [[("a", "firing"), ("b", "firing")], [("a", "resolved"), ("b", "resolved")]]
    assert len(hook.got) == (3 if point == "before the mark" else 2)
    is_clean(desk, hook)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@pytest.mark.parametrize("run", range(RUNS))
def test_a_worker_that_is_frozen_longer_than_its_lease_is_fenced(
    store_url: str, desk: Desk, hook: HttpReceiver, run: int
) -> None:
    hook.behave = hang
    frozen = subprocess.Popen(worker(store_url, hook.url(), "", [BAD], 0, to_epoch(START)), env=environment())
    try:
        wait_until(lambda: len(hook.got) == 1)
        frozen.send_signal(signal.SIGSTOP)
        hook.behave = answer(200)
        desk.now = START + LEASE + timedelta(minutes=run)
        desk.readings += window(0, BAD)
        desk.settle()
        before = desk.rows("SELECT status, attempts, error FROM notification")
        frozen.send_signal(signal.SIGCONT)
        assert frozen.wait(30) == 0
    finally:
        frozen.kill()
        frozen.wait()
    assert before == [("sent", 2, "")]
    assert desk.rows("SELECT status, attempts, error FROM notification") == before
    desk.measured(*window(1, GOOD))
    desk.settle()
    is_clean(desk, hook)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look again and again, and leave the processor to others in between."""
    deadline, never = datetime.now(UTC) + timedelta(minutes=2), threading.Event()
    while not is_so():
        assert datetime.now(UTC) < deadline
        never.wait(0.02)


def test_a_receiver_that_is_down_for_six_hours_gets_two_messages_and_no_flood(desk: Desk, hook: HttpReceiver) -> None:
    hook.behave = answer(503)
    for number in range(12):
        desk.measured(*window(number, BAD if number % 2 == 0 else GOOD))
        desk.tell()
        assert desk.now
        desk.now += timedelta(minutes=30)
    hook.got.clear()
    hook.behave = answer(200)
    desk.settle()
    first, second = told(hook)
    assert first == [("a", "firing"), ("b", "firing")]
    assert second == [(column, "resolved") for column in ("a", "a", "b", "b")]
    is_clean(desk, hook)


def reset(handler: Handler) -> None:
    """Hang up with a reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(answer(500), id="500"),
        pytest.param(answer(429, retry_after="600"), id="429"),
        pytest.param(answer(408), id="408"),
        pytest.param(hang, id="hang"),
        pytest.param(reset, id="reset"),
        pytest.param(slow_headers, id="slow headers"),
    ],
)
def test_a_receiver_that_fails_for_a_while(desk: Desk, hook: HttpReceiver, fault: Callable[[Handler], None]) -> None:
    hook.behave = fault
    desk.time_out = timedelta(milliseconds=300)
    desk.measured(*window(0, BAD))
    for _ in range(3):
        desk.tell()
        assert desk.now
        desk.now += timedelta(minutes=20)
    tries = len(hook.got)
    assert tries == 3
    hook.behave = answer(200)
    desk.settle()
    desk.measured(*window(1, GOOD))
    desk.settle()
    assert told(hook) == [[("a", "firing"), ("b", "firing")], [("a", "resolved"), ("b", "resolved")]]
    is_clean(desk, hook)


@pytest.mark.parametrize(
    "success",
    [
        pytest.param(slow_body(200), id="slow body"),
        pytest.param(hang_after_the_status, id="no body"),
        pytest.param(answer(200, b"x" * 5_000_000), id="huge body"),
    ],
)
def test_what_a_receiver_says_after_a_200_does_not_matter(
    desk: Desk, hook: HttpReceiver, success: Callable[[Handler], None]
) -> None:
    hook.behave = success
    desk.time_out = timedelta(milliseconds=300)
    for number, value in enumerate([BAD, GOOD]):
        desk.measured(*window(number, value))
        desk.settle()
    assert len(hook.got) == 2
    is_clean(desk, hook)


@pytest.mark.parametrize("status", [400, 404, 302])
def test_a_refusal_is_a_dead_letter_that_somebody_else_hears_of(desk: Desk, hook: HttpReceiver, status: int) -> None:
    desk.urls = {"hook": hook.url("/dead"), "boss": hook.url("/boss")}
    desk.route = Route(
        receiver="hook",
        group_wait=timedelta(0),
        group_interval=timedelta(0),
        routes=(
            Route(
                receiver="boss",
                matchers=(read_matcher("alertname=NotificationFailed"),),
                group_wait=timedelta(0),
                group_interval=timedelta(0),
                key="boss",
            ),
        ),
    )
    hook.behave = lambda handler: answer(status if handler.path == "/dead" else 200)(handler)
    desk.measured(*window(0, BAD))
    desk.tell()
    desk.settle()
    assert desk.rows("SELECT status, reason <> '' FROM v_outbox WHERE receiver = 'hook'") == [("failed", True)] * 2
    (failed,) = [json.loads(got.body) for got in hook.got if got.path == "/boss"]
    assert failed["commonLabels"] == {"alertname": "NotificationFailed", "receiver": "hook", "severity": "ticket"}
    hook.behave = answer(200)
    desk.measured(*window(1, BAD, "c"))
    desk.tell()
    desk.settle()
    statuses = [json.loads(got.body)["status"] for got in hook.got if got.path == "/boss"]
    assert statuses == ["firing", "resolved"]
    ledger = audit(desk.store, hook.got, receivers=())
    assert ledger.is_clean, ledger


def test_what_was_refused_and_still_fires_is_told_once_the_receiver_is_well(desk: Desk, hook: HttpReceiver) -> None:
    hook.behave = answer(404)
    desk.measured(*window(0, BAD))
    desk.tell()
    assert desk.rows("SELECT DISTINCT status FROM v_outbox WHERE alert = 'FeatureDrift'") == [("failed",)]
    hook.behave = answer(200)
    hook.got.clear()
    for _ in range(2):
        assert desk.now
        desk.now += timedelta(minutes=5)
        desk.tell()
    assert told(hook) == [[("a", "firing"), ("b", "firing")]]
    desk.measured(*window(1, GOOD))
    desk.settle()
    assert told(hook)[1:] == [[("a", "resolved"), ("b", "resolved")]]
    ledger = audit(desk.store, hook.got, receivers=(), rules=desk.rules, readings=desk.readings)
    assert ledger.is_clean, ledger


def test_a_message_of_a_worker_that_died_here_waits_for_no_lease(
    store_url: str, desk: Desk, hook: HttpReceiver
) -> None:
    killed = subprocess.run(
        worker(store_url, hook.url(), "before the mark", [BAD], 0, to_epoch(START)), env=environment(), check=False
    )
    assert killed.returncode == -signal.SIGKILL
    desk.readings += window(0, BAD)
    desk.tell()
    assert len(hook.got) == 2
    assert len(bodies(hook.got)) == 1
    is_clean(desk, hook)


def test_one_dead_receiver_does_not_hold_up_the_others(desk: Desk, hook: HttpReceiver) -> None:
    desk.urls = {"hook": hook.url("/hangs"), "team": hook.url("/well")}
    desk.route = Route(
        receiver="hook",
        routes=tuple(
            Route(receiver=name, continues=True, key=name, group_wait=timedelta(0), group_interval=timedelta(0))
            for name in desk.urls
        ),
    )
    hook.behave = lambda handler: (hang if handler.path == "/hangs" else answer(200))(handler)
    telling = desk.telling()
    for number, value in enumerate([BAD, GOOD, BAD, GOOD]):
        desk.measured(*window(number, value))
        done = [(number + 1,)]

        def is_told() -> bool:
            telling.tell(at_once=False)
            return desk.rows("SELECT count(*) FROM v_notification WHERE status = 'sent'") == done  # noqa: B023

        wait_until(is_told)
    assert [got.path for got in hook.got].count("/well") == 4
    hook.closing.set()
    telling.close()


def test_flapping_at_every_window(desk: Desk, hook: HttpReceiver) -> None:
    for number in range(40):
        desk.measured(*window(number, BAD if number % 2 == 0 else GOOD, "a", "b", "c"))
        desk.tell()
        assert desk.now
        desk.now += timedelta(minutes=10)
    desk.settle()
    assert len(told(hook)) == 40
    is_clean(desk, hook)


def test_flapping_within_the_wait_of_a_group_is_told_together(desk: Desk, hook: HttpReceiver) -> None:
    desk.route = Route(receiver="hook", group_wait=timedelta(minutes=1), group_interval=timedelta(minutes=5))
    for number in range(6):
        desk.measured(*window(number, BAD if number % 2 == 0 else GOOD, "a"))
        desk.tell()
        assert desk.now
        desk.now += timedelta(seconds=5)
    assert hook.got == []
    desk.settle()
    assert told(hook) == [[("a", "resolved")]]
    assert "the last of 3 times" in hook.got[0].body.decode()
    is_clean(desk, hook)


def test_a_silence_between_firing_and_turn_holds_the_message_back(desk: Desk, hook: HttpReceiver) -> None:
    silenced = {"a"}
    desk.quiet = lambda labels: "silenced by 1" if labels["column"] in silenced else ""
    desk.measured(*window(0, BAD))
    desk.tell()
    assert told(hook) == [[("b", "firing")]]
    assert desk.rows("SELECT column_name, status, reason FROM v_outbox ORDER BY column_name") == [
        ("a", "planned", "silenced by 1"),
        ("b", "done", ""),
    ]
    silenced.clear()
    desk.tell()
    assert told(hook)[1:] == [[("a", "firing"), ("b", "firing")]]
    silenced.add("a")
    desk.measured(*window(1, GOOD))
    desk.settle()
    is_clean(desk, hook)


def test_a_group_that_cannot_speak_harms_no_other_and_is_tried_again(
    desk: Desk, hook: HttpReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    desk.route = replace(desk.route, group_by=None)
    broken = {"b"}

    def quiet(labels: Mapping[str, str]) -> str:
        if labels["column"] in broken:
            raise KeyError("nobody thought of that")
        return ""

    desk.quiet = quiet
    desk.measured(*window(0, BAD, "a", "b", "c"))
    desk.tell()
    desk.tell()
    assert told(hook) == [[("a", "firing")], [("c", "firing")]]
    assert [record.message for record in caplog.records] == ["the group 2 cannot speak: it is tried again later"]
    broken.clear()
    desk.settle()
    assert told(hook)[2:] == [[("b", "firing")]]
    desk.measured(*window(1, GOOD, "a", "b", "c"))
    desk.settle()
    is_clean(desk, hook)


def test_what_fires_and_ends_under_a_silence_is_left_out_with_the_reason(desk: Desk, hook: HttpReceiver) -> None:
    desk.quiet = lambda _labels: "silenced by 1"
    desk.measured(*window(0, BAD))
    desk.tell()
    desk.measured(*window(1, GOOD))
    desk.settle()
    assert hook.got == []
    assert desk.rows("SELECT DISTINCT status, reason FROM v_outbox") == [("skipped", "silenced by 1")]
    assert desk.rows("SELECT state FROM v_alert") == [("inactive",)] * 2
    is_clean(desk, hook)


def test_what_still_fires_is_said_again_after_the_repeat_interval(desk: Desk, hook: HttpReceiver) -> None:
    desk.route = Route(
        receiver="hook",
        group_wait=timedelta(0),
        group_interval=timedelta(minutes=5),
        repeat_interval=timedelta(hours=4),
    )
    desk.measured(*window(0, BAD))
    for _ in range(5 * 12):
        desk.tell()
        assert desk.now
        desk.now += timedelta(minutes=5)
    assert told(hook) == [[("a", "firing"), ("b", "firing")]] * 2


def test_two_workers_at_once_tell_everything_once(desk: Desk, hook: HttpReceiver, store_url: str) -> None:
    for number in range(4):
        desk.measured(*window(number, BAD if number % 2 == 0 else GOOD))
    tellings = [desk.telling() for _ in range(4)]
    for _ in range(3):
        for telling in tellings:
            telling.tell(at_once=False)
        for telling in tellings:
            telling.finish()
    for telling in tellings:
        telling.close()
    desk.settle()
    assert len(hook.got) == len(bodies(hook.got))
    is_clean(desk, hook)


def test_a_message_that_is_being_sent_at_the_end_is_finished_and_no_other_is_begun(
    desk: Desk, hook: HttpReceiver
) -> None:
    for model in ("one", "two"):
        desk.measured(drift("a", BAD, model=model))
    telling = desk.telling()
    hook.behave = slow_body(200)
    desk.time_out = timedelta(milliseconds=300)
    telling.tell(at_once=False)
    wait_until(lambda: len(hook.got) == 1)
    telling.close()
    assert desk.rows("SELECT status FROM v_notification ORDER BY time, dedup_key").count(("sent",)) >= 1
    assert desk.rows("SELECT count(*) FROM notification WHERE lease_until IS NOT NULL") == [(0,)]
    hook.behave = answer(200)
    desk.settle()
    assert len(bodies(hook.got)) == 2


def test_drift_of_five_thousand_series_at_once_is_one_message_that_says_how_many(
    desk: Desk, hook: HttpReceiver
) -> None:
    readings = [drift(f"column_{number:04}", BAD) for number in range(5_000)]
    desk.measured(*readings)
    desk.settle()
    (body,) = bodies(hook.got).values()
    assert (len(body["alerts"]), body["truncatedAlerts"]) == (50, 4_950)
    desk.measured(*(drift(f"column_{number:04}", GOOD, number=1) for number in range(5_000)))
    desk.settle()
    is_clean(desk, hook)
