"""From the readings of a run to states, events and messages that are kept."""

from __future__ import annotations

from collections.abc import Sequence

from builders.outbox import Clock, MemoryHistory, MemoryOutbox
from builders.readings import AUC_DROP, DRIFT, Seen, day, drift

from alerts.evaluate import Evaluation
from alerts.notification import Receiver
from alerts.pipeline import alert

RECEIVERS = [Receiver("team", "email"), Receiver("hook", "webhook")]


def run(
    readings: list[Seen],
    history: MemoryHistory,
    outbox: MemoryOutbox,
    *,
    notify: bool = True,
    receivers: Sequence[Receiver] = RECEIVERS,
) -> Evaluation:
    return alert([AUC_DROP, DRIFT], readings, history, outbox, receivers, notify=notify, now=Clock()(), base_url="")


def test_a_breach_is_kept_and_every_receiver_gets_a_message() -> None:
    history, outbox = MemoryHistory(), MemoryOutbox()
    evaluation = run([drift("a", 0.3), drift("b", 0.3), drift("c", 0.1)], history, outbox)
    assert history.events == list(evaluation.events)
    assert {identity.column_name: state.state for identity, state in history.kept.items()} == {
        "a": "firing",
        "b": "firing",
        "c": "inactive",
    }
    assert [row.notification.receiver for row in outbox.rows.values()] == ["team", "hook"]


def test_the_same_run_again_keeps_and_sends_nothing_more() -> None:
    history, outbox = MemoryHistory(), MemoryOutbox()
    for _ in range(2):
        run([drift("a", 0.3)], history, outbox)
    assert (len(history.events), len(outbox.rows)) == (1, 2)


def test_a_run_goes_on_from_where_the_last_one_left_the_alerts() -> None:
    history, outbox = MemoryHistory(), MemoryOutbox()
    for number, value in enumerate([0.6, 0.8, 0.6]):
        run([Seen(value=value, window_end=day(number))], history, outbox)
    statuses = [row.notification.payload["status"] for row in outbox.rows.values()]
    assert statuses == ["firing", "firing", "resolved", "resolved", "firing", "firing"]
    assert [event.episode for event in history.events] == [1, 1, 2]


def test_without_notify_everything_is_kept_and_nobody_is_told() -> None:
    history, outbox = MemoryHistory(), MemoryOutbox()
    run([drift("a", 0.3)], history, outbox, notify=False)
    assert (len(history.events), len(outbox.rows)) == (1, 0)


def test_what_was_kept_silent_is_told_with_the_next_window_and_kept_once() -> None:
    history, outbox = MemoryHistory(), MemoryOutbox()
    run([drift("a", 0.3)], history, outbox, notify=False)
    for number in (1, 1, 2):
        run([drift("a", 0.3, number=number)], history, outbox)
    (state,) = history.kept.values()
    assert (state.told, len(history.events)) == (True, 1)
    bodies = [row.notification.payload for row in outbox.rows.values()]
    assert [(body["receiver"], body["status"]) for body in bodies] == [("team", "firing"), ("hook", "firing")]
    assert {alert["startsAt"] for body in bodies for alert in body["alerts"]} == {"2013-06-01T00:00:00Z"}


def test_what_was_told_late_has_the_key_it_would_have_had_in_time() -> None:
    in_time, late = MemoryOutbox(), MemoryOutbox()
    run([drift("a", 0.3)], MemoryHistory(), in_time)
    history = MemoryHistory()
    for number, notify in enumerate((False, True)):
        run([drift("a", 0.3, number=number)], history, late, notify=notify)
    keys = [[row.notification.dedup_key for row in outbox.rows.values()] for outbox in (in_time, late)]
    assert keys[0] == keys[1]


def test_without_receivers_nobody_is_told() -> None:
    history, outbox = MemoryHistory(), MemoryOutbox()
    run([drift("a", 0.3)], history, outbox, receivers=[])
    assert ([state.told for state in history.kept.values()], len(outbox.rows)) == ([False], 0)
