"""Measurements, distributions, alerts and messages come out of the views as they went in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from alerts.state import AlertEvent, AlertState, Identity
from monitor.measurement import Estimate, Measurement, skipped
from monitor.store.alerts import StoredHistory
from monitor.store.database import migrate, open_store
from monitor.store.measurements import Distribution, write_distributions, write_measurements
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
