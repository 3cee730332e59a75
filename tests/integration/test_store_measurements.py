"""Measurements, distributions, alerts and messages come out of the views as they went in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from alerts.notification import Notification
from alerts.state import AlertEvent, AlertState, Identity
from monitor.measurement import Estimate, Measurement, skipped
from monitor.store.alerts import StoredHistory
from monitor.store.database import migrate, open_store
from monitor.store.measurements import Distribution, write_distributions, write_measurements
from monitor.store.notifications import CLAIM_LAPSES_AFTER, StoredOutbox
from monitor.store.references import write_model, write_reference
from monitor.window import Window, utc

DAY = Window(utc(2013, 4, 1), utc(2013, 4, 2))
NOON = utc(2013, 4, 2, 12)
AUC = Measurement(
    model="m",
    metric="roc_auc",
    window=DAY,
    estimate=Estimate(value=0.7, lower=0.6, upper=0.8, rows=900),
    limit_low=0.65,
    target_coverage=0.9,
    reference_id="r",
)
IDENTITY = Identity("AucDrop", "m", "", "roc_auc", "", "", "", 86400)


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def rows(store: sa.Engine, sql: str) -> list[dict[str, object]]:
    with store.begin() as connection:
        return [dict(row) for row in connection.execute(sa.text(sql)).mappings()]


def test_a_measurement_comes_out_of_its_view(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_measurements(connection, [AUC])
    (row,) = rows(store, "SELECT * FROM v_measurement")
    assert (row["value"], row["lower"], row["upper"], row["limit_low"]) == (0.7, 0.6, 0.8, 0.65)
    assert (row["rows"], row["target_coverage"], row["status"], row["revision"]) == (900, 0.9, "ok", 1)
    assert row["time_epoch"] == DAY.end.timestamp()
    text = {"sqlite": ("2013-04-02T00:00:00Z", "2013-04-01T00:00:00Z")}
    assert (row["time"], row["window_start"]) == text.get(store.dialect.name, (DAY.end, DAY.start))


def test_a_measurement_made_again_replaces_the_former_under_a_higher_revision(store: sa.Engine) -> None:
    for value in (0.7, 0.6):
        with store.begin() as connection:
            write_measurements(connection, [replace(AUC, estimate=Estimate(value=value, rows=900))])
    (row,) = rows(store, "SELECT value, revision FROM v_measurement")
    assert row == {"value": 0.6, "revision": 2}


def test_a_series_that_is_measured_no_more_does_not_stand_beside_the_new_values(store: sa.Engine) -> None:
    f1, later = replace(AUC, metric="f1"), Window(DAY.end, DAY.end + DAY.length)
    with store.begin() as connection:
        write_measurements(connection, [AUC, f1])
        write_measurements(connection, [replace(AUC, window=later), replace(f1, window=later)])
        write_measurements(connection, [replace(AUC, window=later)])
    found = rows(store, "SELECT metric, revision FROM v_measurement ORDER BY time_epoch, metric")
    assert [tuple(row.values()) for row in found] == [("f1", 1), ("roc_auc", 1), ("roc_auc", 2)]


def test_a_skipped_measurement_keeps_its_reason(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_measurements(connection, [replace(AUC, estimate=skipped("no targets yet", rows=3))])
    (row,) = rows(store, "SELECT status, reason, value, rows FROM v_measurement")
    assert row == {"status": "skipped", "reason": "no targets yet", "value": None, "rows": 3}


def test_a_distribution_stands_beside_its_reference_in_the_order_of_the_bins(store: sa.Engine) -> None:
    with store.begin() as connection:
        bins = {"carrier": [("AA", 0.75), ("UA", 0.25), ("null", 0.0)]}
        write_reference(connection, "m", reference_id="r", description="d", rows=4, bins=bins, now=NOON)
        write_distributions(connection, "m", DAY, reference_id="r", distributions=[Distribution("carrier", (1, 2, 1))])
    found = rows(store, "SELECT bin_label, reference_share, current_share FROM v_distribution ORDER BY bin_order")
    assert [tuple(row.values()) for row in found] == [("AA", 0.75, 0.25), ("UA", 0.25, 0.5), ("null", 0.0, 0.25)]


def test_a_model_keeps_its_reference_when_a_run_fails(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_reference(connection, "m", reference_id="r", description="d", rows=4, bins={}, now=NOON)
        write_model(connection, "m", task="regression", reference_id="r", now=NOON)
        write_model(connection, "m", task="regression", reference_id="", now=NOON)
    (row,) = rows(store, "SELECT * FROM v_model")
    assert (row["reference_id"], row["reference_rows"], row["last_window"], row["firing_page"]) == ("r", 4, None, 0)


def test_an_alert_comes_back_as_it_was_saved(store: sa.Engine) -> None:
    state = AlertState(
        IDENTITY, "page", state="firing", value=0.6, fired_at=DAY.end, last_window_end=DAY.end, episode=1, told=True
    )
    event = AlertEvent(IDENTITY, "page", "inactive", "firing", "below", 0.6, 0.7, DAY.end, 1)
    with store.begin() as connection:
        history = StoredHistory(connection, NOON)
        history.save([state], [event])
        history.save([state], [event])
        assert history.states("m") == {IDENTITY: state}
        assert history.states("other") == {}
    (row,) = rows(
        store, "SELECT alert, state, to_state, v_alert_event.reason FROM v_alert JOIN v_alert_event USING (alert)"
    )
    assert row == {"alert": "AucDrop", "state": "firing", "to_state": "firing", "reason": "below"}


def test_an_alert_that_was_told_of_can_be_untold_with_its_next_episode(store: sa.Engine) -> None:
    state = AlertState(IDENTITY, "page", last_window_end=DAY.end)
    for told in (False, True, False):
        with store.begin() as connection:
            StoredHistory(connection, NOON).save([replace(state, told=told)], [])
        with store.begin() as connection:
            assert StoredHistory(connection, NOON).states("m")[IDENTITY].told is told


def message(key: str, receiver: str = "team", group: str | None = None) -> Notification:
    body = {"version": "4", "groupKey": group or key, "alerts": []}
    return Notification(receiver, "webhook", key, body, NOON)  # type: ignore[arg-type]


def test_a_message_is_kept_once_under_its_key(store: sa.Engine) -> None:
    outbox = StoredOutbox(store.begin)
    outbox.add([message("k")])
    outbox.add([message("k")])
    assert [claim.notification for claim in outbox.claim(NOON, 10)] == [message("k")]


def test_a_message_that_is_claimed_is_nobody_elses_until_the_claim_lapses(store: sa.Engine) -> None:
    outbox = StoredOutbox(store.begin)
    outbox.add([message("k")])
    assert [claim.attempts for claim in outbox.claim(NOON, 10)] == [1]
    assert outbox.claim(NOON, 10) == []
    assert [claim.attempts for claim in outbox.claim(NOON + CLAIM_LAPSES_AFTER, 10)] == [2]


def test_receivers_that_are_left_out_keep_their_messages(store: sa.Engine) -> None:
    outbox = StoredOutbox(store.begin)
    outbox.add([message("a", "down"), message("b", "up")])
    assert [claim.notification.receiver for claim in outbox.claim(NOON, 10, besides={"down"})] == ["up"]


def test_the_view_tells_how_far_a_message_got(store: sa.Engine) -> None:
    outbox = StoredOutbox(store.begin)
    outbox.add([message("sent"), message("later"), message("dead")])
    sent, later, dead = outbox.claim(NOON, 10)
    outbox.sent(sent.id, NOON)
    outbox.retry(later.id, NOON + timedelta(hours=1), "time-out")
    outbox.dead(dead.id, "404")
    found = rows(store, "SELECT dedup_key, status, attempts, error FROM v_notification ORDER BY dedup_key")
    assert [tuple(row.values()) for row in found] == [
        ("dead", "dead", 1, "404"),
        ("later", "planned", 1, "time-out"),
        ("sent", "sent", 1, ""),
    ]


def test_a_message_never_overtakes_an_earlier_one_of_its_group(store: sa.Engine) -> None:
    outbox = StoredOutbox(store.begin)
    outbox.add([message("fires", group="a"), message("resolves", group="a"), message("other", group="b")])
    fires, other = outbox.claim(NOON, 10)
    assert [claim.notification.dedup_key for claim in (fires, other)] == ["fires", "other"]
    outbox.retry(fires.id, NOON + timedelta(minutes=1), "time-out")
    assert outbox.claim(NOON, 10) == []
    (again,) = outbox.claim(NOON + timedelta(minutes=1), 10)
    outbox.sent(again.id, NOON)
    assert [claim.notification.dedup_key for claim in outbox.claim(NOON, 10)] == ["resolves"]
