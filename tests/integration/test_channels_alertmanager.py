"""Alerts handed to real Alertmanagers, and to ones that fail."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders.alertmanager import RealAlertmanager
from builders.http_receiver import HttpReceiver, answer, hang, unused_port
from builders.notifications import NOW, notification
from builders.readings import event, resolved

from alerts.channels.alertmanager import Alertmanager
from alerts.channels.channel import DeliveryError
from alerts.notification import Notification

SHORT = timedelta(seconds=0.5)
MESSAGE = notification(event(column_name="dep_delay"))


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealAlertmanager]:
    with RealAlertmanager(tmp_path / "one") as running:
        yield running


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RealAlertmanager, RealAlertmanager]]:
    with ExitStack() as stack:
        first, second = (stack.enter_context(RealAlertmanager(tmp_path / name)) for name in ("one", "two"))
        yield first, second


def alertmanager(*urls: str, **settings: object) -> Alertmanager:
    return Alertmanager(**{"urls": urls, "now": lambda: datetime.now(UTC), "time_out": 10 * SHORT} | settings)


def refusal(message: Notification, *urls: str, **settings: object) -> DeliveryError:
    """The error of a message that does not arrive, or not as a whole."""
    with pytest.raises(DeliveryError) as caught:
        alertmanager(*urls, **settings).send(message)
    return caught.value


def many(count: int, *bad: int, make: Callable[..., object] = event) -> Notification:
    """A message about so many alerts; those that are bad end before they begin."""
    message = notification(*(make(column_name=f"column_{number:04}") for number in range(count)), max_alerts=0)
    for number in bad:
        message.payload["alerts"][number] |= {"status": "resolved", "endsAt": "2001-01-01T00:00:00Z"}
    return message


def test_a_firing_alert_is_there_with_its_labels_words_and_link(real: RealAlertmanager) -> None:
    alertmanager(real.url).send(MESSAGE)
    (alert,) = real.alerts()
    (told,) = MESSAGE.payload["alerts"]
    assert alert["labels"] == told["labels"]
    assert alert["annotations"] == told["annotations"]
    assert alert["generatorURL"] == told["generatorURL"]
    assert datetime.fromisoformat(str(alert["startsAt"])) == datetime.fromisoformat(told["startsAt"])
    assert datetime.fromisoformat(str(alert["endsAt"])) > datetime.now(UTC) + timedelta(days=3)


def test_an_alert_that_resolves_is_gone_and_fires_again_with_its_next_episode(real: RealAlertmanager) -> None:
    for told, count in ((event(), 1), (resolved(), 0), (event(episode=2, fired_at=NOW, window_end=NOW), 1)):
        alertmanager(real.url).send(notification(told))
        assert len(real.alerts()) == count


def test_an_end_ahead_of_the_clock_is_an_end_now(real: RealAlertmanager) -> None:
    alertmanager(real.url).send(notification(event()))
    later = notification(resolved())
    later.payload["alerts"][0]["endsAt"] = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    alertmanager(real.url).send(later)
    assert real.alerts() == []


def test_names_that_prometheus_does_not_know_are_changed_and_the_alert_is_taken(real: RealAlertmanager) -> None:
    message = notification(event(column_name="größe \U0001f600"))
    message.payload["alerts"][0]["labels"] |= {"carrier code": "AA", "carrier-code": "BB", "95th": "x", "": "empty"}
    alertmanager(real.url).send(message)
    (alert,) = real.alerts()
    labels = alert["labels"]
    assert isinstance(labels, dict)
    assert (labels["carrier_code"], labels["carrier_code_"]) == ("AA", "BB")
    assert (labels["_95th"], labels["_"], labels["column"]) == ("x", "empty", "größe \U0001f600")


def test_a_flood_reaches_both_replicas_and_ends_at_both(pair: tuple[RealAlertmanager, RealAlertmanager]) -> None:
    channel = alertmanager(*(real.url for real in pair))
    channel.send(many(1200))
    assert [len(real.alerts()) for real in pair] == [1200, 1200]
    channel.send(many(1200, make=resolved))
    assert [len(real.alerts()) for real in pair] == [0, 0]


def test_one_bad_alert_drops_no_good_one_and_is_named(pair: tuple[RealAlertmanager, RealAlertmanager]) -> None:
    error = refusal(many(1200, 777), *(real.url for real in pair))
    assert error.permanent
    assert "refused {alertname='AucDrop', column='column_0777'" in str(error)
    assert "start time must be before end time" in str(error)
    assert str(error).count("alertname=") == 1
    assert [len(real.alerts()) for real in pair] == [1199, 1199]


def test_of_many_bad_alerts_a_few_are_named_and_the_rest_is_counted(real: RealAlertmanager) -> None:
    error = refusal(many(50, *range(20)), real.url)
    assert str(error).count("alertname=") == 5
    assert "and 15 more; the other alerts were taken" in str(error)
    assert len(real.alerts()) == 30


def test_a_batch_is_split_even_where_the_server_takes_nothing_of_a_bad_one() -> None:
    taken: list[str] = []

    def all_or_nothing(handler: object) -> None:
        alerts = json.loads(handler.server.got[-1].body)
        bad = any(alert["labels"]["column"] == "column_0003" for alert in alerts)
        taken.extend([] if bad else [alert["labels"]["column"] for alert in alerts])
        answer(400 if bad else 200)(handler)

    with HttpReceiver() as receiver:
        receiver.behave = all_or_nothing
        assert refusal(many(64), receiver.url("")).permanent
        assert len(receiver.got) == 1 + 2 * 6
    assert sorted(taken) == sorted({f"column_{number:04}" for number in range(64)} - {"column_0003"})


def test_a_replica_that_is_down_does_no_harm_while_another_takes_the_alerts(
    real: RealAlertmanager, caplog: pytest.LogCaptureFixture
) -> None:
    with unused_port() as port, caplog.at_level(logging.WARNING):
        alertmanager(f"http://127.0.0.1:{port}", real.url).send(MESSAGE)
    assert len(real.alerts()) == 1
    assert "another Alertmanager took the alerts" in caplog.text


def test_a_replica_that_hangs_leaves_time_for_the_other(real: RealAlertmanager) -> None:
    with HttpReceiver() as stuck:
        stuck.behave = hang
        alertmanager(stuck.url(""), real.url, time_out=SHORT).send(many(1200))
        assert len(stuck.got) == 1
    assert len(real.alerts()) == 1200


def test_the_whole_is_tried_again_while_no_replica_takes_it() -> None:
    with HttpReceiver() as busy, HttpReceiver() as wrong, unused_port() as port:
        busy.behave, wrong.behave = answer(503, retry_after="9"), answer(404)
        error = refusal(MESSAGE, busy.url(""), wrong.url(""), f"http://127.0.0.1:{port}")
    assert (error.permanent, error.retry_after) == (False, timedelta(seconds=9))


def test_a_replica_that_refuses_is_an_error_though_another_took_the_alerts(real: RealAlertmanager) -> None:
    with HttpReceiver() as wrong:
        wrong.behave = answer(401)
        error = refusal(MESSAGE, wrong.url(""), real.url)
    assert error.permanent
    assert "answered 401" in str(error)
    assert len(real.alerts()) == 1


def test_one_that_was_killed_hears_of_what_fires_when_it_is_told_again(real: RealAlertmanager) -> None:
    channel = alertmanager(real.url)
    channel.send(MESSAGE)
    real.kill()
    with pytest.raises(DeliveryError) as caught:
        channel.send(MESSAGE)
    assert not caught.value.permanent
    real.start()
    assert real.alerts() == []
    channel.send(MESSAGE)
    assert len(real.alerts()) == 1
    assert channel.resend_every == timedelta(minutes=1)


def test_a_path_and_a_log_in_before_the_api_are_kept() -> None:
    with HttpReceiver() as proxy:
        alertmanager(proxy.url("/monitoring/", user="me:pass@")).send(MESSAGE)
        (got,) = proxy.got
    assert got.path == "/monitoring/api/v2/alerts"
    assert got.headers["Authorization"].startswith("Basic ")


def test_alerts_without_a_dashboard_have_no_link() -> None:
    with HttpReceiver() as receiver:
        alertmanager(receiver.url("")).send(replace(notification(event(), base_url="")))
        (alert,) = json.loads(receiver.got[0].body)
    assert "generatorURL" not in alert


@pytest.mark.parametrize("urls", [(), ("ftp://example.org/hunter2",), ("http://a.example.org", "hunter2")])
def test_urls_that_are_none_are_refused_without_being_told(urls: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="Alertmanager") as caught:
        alertmanager(*urls)
    assert "hunter2" not in str(caught.value)
