"""Silences, greater alerts and the hour hold messages back, on a real store; who was not told finds out why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders.audit import audit, bodies
from builders.http_receiver import HttpReceiver
from builders.readings import AUC_DROP, DRIFT, Seen, day, drift
from builders.telling import Desk

from alerts.inhibition import InhibitRule
from alerts.matcher import Matcher, read_matcher
from alerts.muting import TimeInterval
from alerts.routing import Route
from monitor.service.suppression import Suppression
from monitor.store.database import migrate, open_store
from monitor.store.silences import add_silence, expire_silence

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BAD, GOOD = 0.3, 0.1
PAGE = replace(AUC_DROP, severity="page")
PAGES = InhibitRule((read_matcher("severity=page"),), (read_matcher("severity=ticket"),), ("model",))
EVERYTHING = Route(receiver="hook", group_by=("model",), group_wait=timedelta(0), group_interval=MINUTE)
INTERVALS = {
    "nights": [TimeInterval(times=((0, 6 * 60), (22 * 60, 24 * 60)))],
    "office": [TimeInterval(times=((9 * 60, 17 * 60),), weekdays=((1, 5),))],
}


@pytest.fixture
def hook() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


@pytest.fixture
def desk(store_url: str, hook: HttpReceiver) -> Iterator[Desk]:
    store = open_store(store_url)
    migrate(store)
    yield Desk(store, {"hook": hook.url()}, route=EVERYTHING, rules=(DRIFT, PAGE), now=NOON)
    store.dispose()


def auc(value: float, *, number: float = 0) -> Seen:
    return Seen(value=value, window_end=day(number))


def silence(desk: Desk, *texts: str, starts_in: timedelta = timedelta(0), lasts: timedelta = HOUR) -> int:
    assert desk.now
    matchers: list[Matcher] = [read_matcher(text) for text in texts]
    start = desk.now + starts_in
    with desk.transaction() as connection:
        return add_silence(
            connection,
            matchers,
            starts_at=start,
            ends_at=start + lasts,
            author="Ada",
            comment="plans are renamed",
            now=desk.now,
        )


def later(desk: Desk, pause: timedelta = MINUTE) -> None:
    """Time goes by, and whose turn it is speaks."""
    assert desk.now
    desk.now += pause
    desk.tell()


def told(hook: HttpReceiver) -> list[list[tuple[str, str]]]:
    """Message by message: the alerts and how they stand."""
    return [
        sorted((alert["labels"]["alertname"], alert["status"]) for alert in body["alerts"])
        for body in bodies(hook.got).values()
    ]


def entries(desk: Desk) -> list[tuple[object, ...]]:
    return desk.rows("SELECT alert, to_state, status, reason FROM v_outbox ORDER BY alert, to_state")


def is_clean(desk: Desk, hook: HttpReceiver) -> None:
    ledger = audit(desk.store, hook.got, receivers=desk.urls, rules=desk.rules, readings=desk.readings)
    assert ledger.is_clean, ledger


def test_a_silence_that_comes_between_firing_and_turn_holds_what_it_matches(desk: Desk, hook: HttpReceiver) -> None:
    desk.route = replace(EVERYTHING, group_wait=MINUTE)
    desk.measured(drift("a", BAD), auc(0.6))
    desk.tell()
    number = silence(desk, "alertname=FeatureDrift", 'column=~"a|b"')
    later(desk)
    assert told(hook) == [[("AucDrop", "firing")]]
    assert entries(desk) == [
        ("AucDrop", "firing", "done", ""),
        ("FeatureDrift", "firing", "planned", f"silence {number} of Ada: plans are renamed"),
    ]


def test_what_still_fires_when_its_silence_ends_is_told(desk: Desk, hook: HttpReceiver) -> None:
    ended_early, runs_out = silence(desk, "column=a"), silence(desk, "column=b", lasts=HOUR)
    desk.measured(drift("a", BAD), drift("b", BAD))
    desk.tell()
    assert hook.got == []
    with desk.transaction() as connection:
        assert desk.now
        expire_silence(connection, ended_early, desk.now)
    later(desk)
    later(desk, HOUR)
    assert told(hook) == [[("FeatureDrift", "firing")], [("FeatureDrift", "firing")] * 2]
    assert runs_out
    assert {reason for *_, reason in entries(desk)} == {""}
    is_clean(desk, hook)


def test_a_silence_that_has_yet_to_begin_holds_nothing_back(desk: Desk, hook: HttpReceiver) -> None:
    silence(desk, "column=a", starts_in=HOUR)
    desk.measured(drift("a", BAD))
    desk.tell()
    assert told(hook) == [[("FeatureDrift", "firing")]]


def test_the_end_of_what_was_told_is_told_though_it_is_silenced_meanwhile(desk: Desk, hook: HttpReceiver) -> None:
    desk.measured(drift("a", BAD))
    desk.tell()
    silence(desk, "column=a")
    desk.measured(drift("a", GOOD, number=1))
    later(desk)
    assert told(hook) == [[("FeatureDrift", "firing")], [("FeatureDrift", "resolved")]]
    is_clean(desk, hook)


def test_a_ticket_waits_while_a_page_of_its_model_fires(desk: Desk, hook: HttpReceiver) -> None:
    desk.suppression = Suppression(inhibit_rules=[PAGES])
    desk.measured(drift("a", BAD), auc(0.6), drift("a", BAD, model="fares"))
    desk.tell()
    assert sorted(told(hook)) == [[("AucDrop", "firing")], [("FeatureDrift", "firing")]]
    assert ("FeatureDrift", "firing", "planned", "inhibited by AucDrop that fires") in entries(desk)
    desk.measured(auc(0.8, number=1))
    later(desk)
    assert sorted(told(hook)[2]) == [("AucDrop", "resolved"), ("FeatureDrift", "firing")]
    is_clean(desk, hook)


def test_an_alert_that_is_silenced_still_inhibits(desk: Desk, hook: HttpReceiver) -> None:
    desk.suppression = Suppression(inhibit_rules=[PAGES])
    silence(desk, "alertname=AucDrop")
    desk.measured(drift("a", BAD), auc(0.6))
    desk.tell()
    assert hook.got == []


def test_an_alert_that_recovers_still_inhibits(desk: Desk, hook: HttpReceiver) -> None:
    desk.suppression = Suppression(inhibit_rules=[PAGES])
    desk.rules = (DRIFT, replace(PAGE, keep_firing_for=timedelta(days=3)))
    desk.measured(auc(0.6))
    desk.measured(auc(0.8, number=1), drift("a", BAD, number=1))
    desk.tell()
    assert desk.rows("SELECT alert, state FROM v_alert ORDER BY alert") == [
        ("AucDrop", "recovering"),
        ("FeatureDrift", "firing"),
    ]
    assert told(hook) == [[("AucDrop", "firing")]]


def test_a_greater_alert_that_only_pends_inhibits_nothing(desk: Desk, hook: HttpReceiver) -> None:
    desk.suppression = Suppression(inhibit_rules=[PAGES])
    desk.rules = (DRIFT, replace(PAGE, for_windows=2))
    desk.measured(drift("a", BAD), auc(0.6))
    desk.tell()
    assert told(hook) == [[("FeatureDrift", "firing")]]


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        (replace(EVERYTHING, mute=("nights",)), "muted in nights"),
        (replace(EVERYTHING, active=("office",)), "muted outside of office"),
    ],
)
def test_what_fires_in_the_night_is_told_in_the_morning(
    desk: Desk, hook: HttpReceiver, route: Route, reason: str
) -> None:
    desk.suppression, desk.route, desk.now = Suppression(intervals=INTERVALS), route, NOON.replace(hour=23)
    desk.measured(drift("a", BAD), drift("b", BAD))
    desk.tell()
    assert hook.got == []
    assert entries(desk) == [("FeatureDrift", "firing", "planned", reason)] * 2
    desk.measured(drift("b", GOOD, number=1))
    later(desk)
    assert ("FeatureDrift", "inactive", "skipped", reason) in entries(desk)
    later(desk, 11 * HOUR)
    assert told(hook) == [[("FeatureDrift", "firing")]]
    is_clean(desk, hook)


def test_two_routes_to_one_receiver_tell_once_as_soon_as_one_of_them_may(desk: Desk, hook: HttpReceiver) -> None:
    by_day = replace(
        EVERYTHING, active=("office",), continues=True, matchers=(read_matcher("alertname!=x"),), key="{}/d"
    )
    at_night = replace(EVERYTHING, active=("nights",), matchers=(read_matcher("column=a"),), key="{}/n")
    desk.route = replace(EVERYTHING, routes=(by_day, at_night))
    desk.suppression, desk.now = Suppression(intervals=INTERVALS, tree=desk.route), NOON.replace(hour=23)
    desk.measured(drift("a", BAD), drift("b", BAD))
    desk.tell()
    assert told(hook) == [[("FeatureDrift", "firing")]]
    later(desk, 11 * HOUR)
    assert told(hook)[1] == [("FeatureDrift", "firing")] * 2
    is_clean(desk, hook)
