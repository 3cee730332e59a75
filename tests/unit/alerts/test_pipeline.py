"""From the readings of a run to states, events and whom to tell."""

from __future__ import annotations

from dataclasses import replace

from builders.outbox import Clock, MemoryDesk, MemoryHistory
from builders.readings import AUC_DROP, DRIFT, Seen, day, drift

from alerts import health
from alerts.evaluate import Evaluation
from alerts.matcher import Matcher
from alerts.pipeline import addressed, alert
from alerts.routing import Route
from alerts.state import AlertState, Identity, labels_of

BOTH = Route(receiver="team", routes=(Route(receiver="hook", continues=True, key="{}/{}"), Route(receiver="team")))


def run(
    readings: list[Seen],
    history: MemoryHistory,
    desk: MemoryDesk,
    *,
    notify: bool = True,
    route: Route | None = BOTH,
) -> Evaluation:
    later = Clock(day(30))
    before = dict(history.kept)
    return alert([AUC_DROP, DRIFT], readings, before, history, desk, route, notify=notify, now=later(), base_url="")


def test_a_breach_is_kept_and_planned_for_every_receiver_in_one_group_each() -> None:
    history, desk = MemoryHistory(), MemoryDesk()
    evaluation = run([drift("a", 0.3), drift("b", 0.3), drift("c", 0.1)], history, desk)
    assert history.events == list(evaluation.events)
    assert {identity.column_name: state.state for identity, state in history.kept.items()} == {
        "a": "firing",
        "b": "firing",
        "c": "inactive",
    }
    assert sorted((receiver, event.identity.column_name) for receiver, _, event in desk.entries) == [
        ("hook", "a"),
        ("hook", "b"),
        ("team", "a"),
        ("team", "b"),
    ]
    assert len({(receiver, group) for receiver, group, _ in desk.entries}) == 2


def test_an_event_is_kept_with_its_labels_and_with_what_messages_say_of_it() -> None:
    history = MemoryHistory()
    run([drift("a", 0.3)], history, MemoryDesk())
    (event,) = history.events
    assert event.number == 1
    assert event.labels["column"] == "a"
    assert event.content["annotations"]


def test_the_same_run_again_keeps_and_plans_nothing_more() -> None:
    history, desk = MemoryHistory(), MemoryDesk()
    for _ in range(2):
        run([drift("a", 0.3)], history, desk)
    assert (len(history.events), len(desk.entries)) == (1, 2)


def test_a_run_goes_on_from_where_the_last_one_left_the_alerts() -> None:
    history, desk = MemoryHistory(), MemoryDesk()
    for number, value in enumerate([0.6, 0.8, 0.6]):
        run([Seen(value=value, window_end=day(number))], history, desk)
    told = [event.fires for receiver, _, event in desk.entries if receiver == "team"]
    assert told == [True, False, True]
    assert [(event.episode, event.number) for event in history.events] == [(1, 1), (1, 2), (2, 3)]


def test_without_notify_everything_is_kept_and_nobody_is_told_of_what_is_old() -> None:
    history, desk = MemoryHistory(), MemoryDesk()
    run([drift("a", 0.3)], history, desk, notify=False)
    assert (len(history.events), desk.entries) == (1, [])


def test_without_notify_what_happened_within_a_day_is_told() -> None:
    history, desk = MemoryHistory(), MemoryDesk()
    run([drift("a", 0.3, number=29.5)], history, desk, notify=False)
    assert len(desk.entries) == 2


def test_what_was_kept_silent_is_told_with_the_next_window_and_kept_once() -> None:
    history, desk = MemoryHistory(), MemoryDesk()
    run([drift("a", 0.3)], history, desk, notify=False)
    for number in (1, 1, 2):
        run([drift("a", 0.3, number=number)], history, desk)
    (state,) = history.kept.values()
    assert (state.told, len(history.events)) == (True, 1)
    assert {(receiver, event.fired_at) for receiver, _, event in desk.entries} == {("team", day(0)), ("hook", day(0))}


def test_without_a_route_nobody_is_told() -> None:
    history, desk = MemoryHistory(), MemoryDesk()
    run([drift("a", 0.3)], history, desk, route=None)
    assert ([state.told for state in history.kept.values()], desk.entries) == ([False], [])


def test_two_ways_to_one_receiver_are_one() -> None:
    route = Route(
        receiver="team",
        routes=(
            Route(receiver="hook", continues=True, key="a"),
            Route(receiver="hook", matchers=(Matcher("severity", "=", "ticket"),), key="b"),
        ),
    )
    desk = MemoryDesk()
    run([drift("a", 0.3)], MemoryHistory(), desk, route=route)
    assert [receiver for receiver, _, _ in desk.entries] == ["hook"]


def test_a_receiver_that_does_not_answer_is_not_told_so() -> None:
    identity = Identity(health.NOT_DELIVERED, "", "", "", "", "", "", 0, receiver="hook")
    state, (event,) = health.failed(AlertState(identity, "ticket"), "410 Gone", day(1))
    assert [address.receiver for address in addressed(event, labels_of(state), BOTH)] == ["team"]
    assert addressed(replace(event), labels_of(state), Route(receiver="hook")) == []
