"""What is old goes, what is in use stays, and the days of the past take less room."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from alerts.state import AlertEvent, AlertState, Identity
from monitor.measurement import Estimate, Measurement
from monitor.profile.part import ALL
from monitor.scheduler import Schedule, due_windows
from monitor.store import overview, runs
from monitor.store.alerts import StoredHistory
from monitor.store.buckets import add_late_rows, read_buckets
from monitor.store.calibrations import write_calibration
from monitor.store.compaction import CompleteDay, compactable, replace_by_day
from monitor.store.database import migrate, open_store
from monitor.store.housekeeping import Retention, forget
from monitor.store.measurements import Distribution, write_distributions, write_measurements
from monitor.store.plans import read_plan, write_plan
from monitor.store.profiles import Contents, ProfiledBucket, read_profiles, write_bucket, write_buckets
from monitor.store.references import newest_reference, reference_bins, write_model, write_reference
from monitor.store.tables import NOTIFICATION
from monitor.store.targets import TargetCount, write_target_buckets
from monitor.store.weight import TABLES, Weight, estimated_bytes, weights
from monitor.store.worker import Worker
from monitor.window import EPOCH, Window, buckets, to_epoch, utc

NOW = utc(2014, 4, 2, 12)
DAY = timedelta(days=1)
KEPT = Retention(profiles=90 * DAY, measurements=200 * DAY, runs=40 * DAY, compact_after=7 * DAY)
OLD, NEW = NOW - 300 * DAY, NOW - 2 * DAY
IDENTITY = Identity("AucDrop", "m", "", "f1", "", "", "", 86400)
X = {ALL: Contents(b"x")}


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def day(moment: datetime) -> Window:
    start = moment.replace(hour=0)
    return Window(start, start + DAY)


def measured(metric: str, window: Window, reference_id: str = "") -> Measurement:
    return Measurement("m", metric, window, Estimate(value=0.7, rows=9), reference_id=reference_id)


def column(store: sa.Engine, sql: str) -> list[object]:
    with store.begin() as connection:
        return list(connection.execute(sa.text(sql)).scalars())


def hours_of(store: sa.Engine, of: Window, *, model: str = "m", without: int = 0) -> None:
    hours = list(buckets(of, timedelta(hours=1)))[without:]
    with store.begin() as connection:
        write_buckets(connection, model, "p", [ProfiledBucket(hour, 1, 1, X) for hour in hours], now=NOW)


def ended(store: sa.Engine, windows: list[Window], ending: runs.Ending = "done") -> None:
    with store.begin() as connection:
        runs.plan(connection, "m", windows)
        for window in windows:
            claim = runs.claim(connection, "m", window, NOW, Worker("elsewhere", 1))
            assert claim is not None
            runs.finish(connection, claim, ending, now=NOW)


def test_a_store_with_nothing_in_it_forgets_nothing(store: sa.Engine) -> None:
    assert set(forget(store, KEPT, NOW).values()) == {0}


def test_old_buckets_go_with_their_profiles_and_their_plan(store: sa.Engine) -> None:
    with store.begin() as connection:
        for plan_id, moment in (("p", OLD), ("q", NEW)):
            write_plan(connection, "m", plan_id, b"plan", OLD)
            write_bucket(connection, "m", plan_id, day(moment), rows=1, targets=1, parts=X, now=NOW)
            write_target_buckets(connection, "m", {moment: TargetCount(1)}, bucket_seconds=3600, now=NOW)
        write_plan(connection, "m", "waits for its first bucket", b"plan", NOW)
    gone = forget(store, KEPT, NOW)
    assert (gone["bucket"], gone["target_bucket"], gone["plan"]) == (1, 1, 1)
    assert column(store, "SELECT plan_id FROM profile") == ["q"]
    assert column(store, "SELECT plan_id FROM plan ORDER BY plan_id") == ["q", "waits for its first bucket"]


def test_how_many_targets_without_a_time_there_are_is_not_forgotten(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_target_buckets(connection, "m", {EPOCH: TargetCount(7)}, bucket_seconds=1, now=OLD)
    forget(store, KEPT, NOW)
    assert column(store, "SELECT rows FROM target_bucket") == [7]


def test_a_plan_that_is_needed_anew_is_not_swept_away_before_its_first_bucket(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_plan(connection, "m", "p", b"plan", OLD)
        write_plan(connection, "m", "p", b"plan", NOW)
    forget(store, KEPT, NOW)
    with store.begin() as connection:
        assert read_plan(connection, "p") == b"plan"


def test_more_old_rows_than_go_in_one_transaction_all_go(store: sa.Engine) -> None:
    hours_of(store, Window(OLD.replace(hour=0), OLD.replace(hour=0) + 5 * DAY))
    with store.begin() as connection:
        for days in range(20):
            window = day(OLD + days * DAY)
            write_measurements(connection, [measured(f"metric {metric}", window) for metric in range(60)])
    gone = forget(store, KEPT, NOW)
    assert (gone["bucket"], gone["measurement"], gone["series"]) == (120, 1200, 60)


def test_old_measurements_and_distributions_go_and_new_ones_stay(store: sa.Engine) -> None:
    with store.begin() as connection:
        for moment in (OLD, NEW):
            write_measurements(connection, [measured("roc_auc", day(moment))])
            distributions = [Distribution("distance", (1, 2))]
            write_distributions(connection, "m", day(moment), reference_id="r", distributions=distributions)
    gone = forget(store, KEPT, NOW)
    assert (gone["measurement"], gone["distribution"], gone["series"]) == (1, 1, 0)
    assert column(store, "SELECT time_epoch FROM v_measurement") == [day(NEW).end.timestamp()]
    assert column(store, "SELECT window_end FROM distribution") == [day(NEW).end.timestamp()]


def test_a_series_whose_alert_is_open_stays_without_measurements(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_measurements(connection, [measured("roc_auc", day(OLD)), measured("f1", day(OLD))])
        StoredHistory(connection, NOW).save([AlertState(IDENTITY, "page", state="firing", last_window_end=OLD)], [])
    assert forget(store, KEPT, NOW)["series"] == 1
    assert column(store, "SELECT metric FROM series") == ["f1"]


def test_a_series_that_is_just_being_measured_again_stays(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_measurements(connection, [measured("roc_auc", day(OLD))])
        connection.execute(sa.text("DELETE FROM measurement"))
    with ThreadPoolExecutor(1) as thread:
        with store.begin() as connection:
            write_measurements(connection, [measured("roc_auc", day(NEW))])
            gone = thread.submit(forget, store, KEPT, NOW)
        assert gone.result(timeout=60)["series"] == 0
    assert column(store, "SELECT value FROM v_measurement") == [0.7]


def test_a_reference_goes_when_nothing_is_held_against_it_any_more(store: sa.Engine) -> None:
    with store.begin() as connection:
        for name in ("unused", "of a measurement", "of a distribution", "of the model"):
            bins = {"distance": [("all", 1.0)]}
            write_plan(connection, "m", f"plan {name}", b"plan", OLD)
            write_reference(
                connection, "m", reference_id=name, description=name, rows=1, bins=bins, now=OLD, plan_id=f"plan {name}"
            )
        write_reference(connection, "m", reference_id="young", description="young", rows=1, bins={}, now=NEW)
        for name in ("unused", "young"):
            write_calibration(connection, "m", name, length=DAY, asked_for="", content=b"c", now=OLD)
        write_model(connection, "m", task="regression", reference_id="of the model", now=NEW)
        write_measurements(connection, [measured("roc_auc", day(NEW), "of a measurement")])
        distributions = [Distribution("distance", (1,))]
        write_distributions(connection, "m", day(NEW), reference_id="of a distribution", distributions=distributions)
    gone = forget(store, KEPT, NOW)
    assert (gone["reference"], gone["calibration"], gone["plan"]) == (1, 1, 1)
    with store.begin() as connection:
        assert newest_reference(connection, "m", "unused") is None
        assert reference_bins(connection, "unused") == {}
        for name in ("of a measurement", "of a distribution", "of the model"):
            assert reference_bins(connection, name) == {"distance": (("all", 1.0),)}
        assert newest_reference(connection, "m", "young") is not None


@pytest.mark.parametrize("kept", [40 * DAY, 1 * DAY])
@pytest.mark.parametrize("stood_still", [0, 5, 31, 50])
def test_the_same_windows_are_due_after_old_ones_are_forgotten(
    store: sa.Engine, kept: timedelta, stood_still: int
) -> None:
    schedule = Schedule(windows=(DAY, 7 * DAY), every=DAY, delay=timedelta(hours=1))
    for length in schedule.windows:
        ends = [schedule.closed(NOW) - days * DAY for days in range(95, stood_still, -1) if days % 9]
        ended(store, [Window(end - length, end) for end in ends])
    with store.begin() as connection:
        before = due_windows(schedule, runs.ended(connection, "m"), NOW)
    assert before
    gone = forget(store, replace(KEPT, runs=kept), NOW)["run"]
    assert gone > 0
    with store.begin() as connection:
        assert due_windows(schedule, runs.ended(connection, "m"), NOW) == before


def test_windows_that_have_not_ended_stay(store: sa.Engine) -> None:
    ended(store, [day(OLD)], "failed")
    with store.begin() as connection:
        runs.plan(connection, "m", [day(OLD + DAY)])
    ended(store, [day(OLD + 2 * DAY), day(OLD + 3 * DAY), day(NEW)])
    assert forget(store, KEPT, NOW)["run"] == 1
    assert column(store, "SELECT status FROM run ORDER BY window_end") == ["failed", "planned", "done", "done"]


def test_the_events_of_alerts_at_rest_and_messages_that_arrived_go(store: sa.Engine) -> None:
    with store.begin() as connection:
        for alert, state in (("Rests", "inactive"), ("Fires", "firing")):
            identity = replace(IDENTITY, alert=alert)
            event = AlertEvent(identity, "page", "inactive", "firing", "below", 0.6, 0.7, OLD, 1)
            StoredHistory(connection, OLD).save(
                [AlertState(identity, "page", state=state, last_window_end=OLD)], [event]
            )
        for status in ("sent", "dead", "planned"):
            moment = to_epoch(OLD)
            connection.execute(
                sa.insert(NOTIFICATION).values(
                    dedup_key=status,
                    status=status,
                    payload={},
                    created_at=moment,
                    next_attempt_at=moment,
                    sent_at=moment if status == "sent" else None,
                )
            )
    gone = forget(store, KEPT, NOW)
    assert (gone["alert_event"], gone["notification"]) == (1, 1)
    assert column(store, "SELECT alert FROM v_alert_event") == ["Fires"]
    assert column(store, "SELECT alert FROM v_alert ORDER BY alert") == ["Fires", "Rests"]
    assert column(store, "SELECT status FROM v_notification ORDER BY status") == ["dead", "planned"]


def test_a_day_can_be_made_one_when_it_is_old_and_complete(store: sa.Engine) -> None:
    complete = day(NOW - 20 * DAY)
    hours_of(store, complete)
    hours_of(store, day(NOW - 19 * DAY), without=1)
    hours_of(store, day(NOW - 3 * DAY))
    with store.begin() as connection:
        assert compactable(connection, NOW, KEPT.compact_after) == [CompleteDay("m", "p", complete)]
        assert compactable(connection, NOW, timedelta(0))[1].day == day(NOW - 3 * DAY)
        assert (
            compactable(connection, complete.end + KEPT.compact_after - timedelta(seconds=1), KEPT.compact_after) == []
        )


def test_a_day_takes_the_place_of_its_hours_and_of_their_late_rows(store: sa.Engine) -> None:
    complete = day(NOW - 20 * DAY)
    for model in ("m", "other"):
        hours_of(store, Window(complete.start - DAY, complete.end + DAY), model=model)
    with store.begin() as connection:
        hour = timedelta(hours=1)
        add_late_rows(connection, "m", {complete.start: 2, complete.start + hour: 3, complete.end: 1}, 3600)
        write_model(connection, "m", task="regression", reference_id="", now=NOW)
        whole = {ALL: Contents(b"sum")}
        replace_by_day(connection, "m", "p", complete, rows=24, targets=24, parts=whole, now=NOW)
        (stored,) = read_buckets(connection, "m", "p", complete)
        assert (stored.bucket, stored.rows, stored.late_rows, stored.revision) == (complete, 24, 5, 1)
        inside = list(read_profiles(connection, "m", "p", [complete, *buckets(complete, hour)]))
        assert inside == [(complete, ALL, Contents(b"sum"))]
        around = read_buckets(connection, "m", "p", Window(complete.start - DAY, complete.end + DAY))
        assert len(around) == 49
        assert len(read_buckets(connection, "other", "p", complete)) == 24
        assert [row["late_rows"] for row in overview.models(connection)] == [6]


def test_a_day_made_one_again_keeps_the_late_rows_of_before(store: sa.Engine) -> None:
    complete = day(NOW - 20 * DAY)
    with store.begin() as connection:
        for _ in range(2):
            replace_by_day(connection, "m", "p", complete, rows=1, targets=1, parts=X, now=NOW)
            add_late_rows(connection, "m", {complete.start: 2}, 3600)
        (stored,) = read_buckets(connection, "m", "p", complete)
    assert (stored.late_rows, stored.revision) == (4, 2)


def test_the_store_knows_what_weighs_most(store: sa.Engine) -> None:
    with store.begin() as connection:
        content = {ALL: Contents(bytes(range(256)) * 400)}
        hours = list(buckets(day(NEW), timedelta(hours=1)))[:10]
        write_buckets(connection, "m", "p", [ProfiledBucket(hour, 1, 1, content) for hour in hours], now=NOW)
    with store.begin() as connection:
        whole, heaviest, *others = weights(connection)
        assert overview.weights(connection)[1]["noun"] == "profile"
    assert (heaviest.noun, heaviest.rows) == ("profile", 10)
    assert heaviest.bytes > 1_024_000
    assert whole.bytes >= heaviest.bytes + sum(other.bytes for other in others)
    assert {heaviest.noun, *(other.noun for other in others)} == {table.name for table in TABLES}
    assert Weight("bucket", 10, next(other.bytes for other in others if other.noun == "bucket")) in others


def test_a_weight_that_cannot_be_looked_up_is_estimated_by_what_is_large(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_bucket(connection, "m", "p", day(NEW), rows=1, targets=1, parts={ALL: Contents(b"x" * 9000)}, now=NOW)
        profile = next(table for table in TABLES if table.name == "profile")
        assert 9000 < estimated_bytes(connection, profile, 1) < 10_000
