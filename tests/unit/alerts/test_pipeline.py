"""From the readings of a run to states, events and messages that are kept."""

from __future__ import annotations

from builders.outbox import Clock, MemoryHistory, MemoryOutbox
from builders.readings import AUC_DROP, DRIFT, Seen, day, drift

from alerts.evaluate import Evaluation
from alerts.notification import Receiver
from alerts.pipeline import alert

RECEIVERS = [Receiver("team", "email"), Receiver("hook", "webhook")]


def run(readings: list[Seen], history: MemoryHistory, outbox: MemoryOutbox, *, notify: bool = True) -> Evaluation:
    return alert([AUC_DROP, DRIFT], readings, history, outbox, RECEIVERS, notify=notify, now=Clock()(), base_url="")


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
