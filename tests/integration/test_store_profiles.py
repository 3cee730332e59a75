"""Profiles of buckets come back as they were written, whoever writes them at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from monitor.measurement import Segment
from monitor.profile.part import ALL, Part
from monitor.store.buckets import StoredBucket, add_late_rows, forget_buckets, read_buckets, read_buckets_of_plans
from monitor.store.database import migrate, open_store
from monitor.store.profiles import (
    Contents,
    ProfiledBucket,
    read_profiles,
    write_bucket,
    write_buckets,
    write_outcomes,
)
from monitor.window import Window, buckets, utc

DAY = Window(utc(2013, 4, 1), utc(2013, 4, 2))
HOUR = timedelta(hours=1)
HOURS = list(buckets(DAY, HOUR))
NOON = utc(2013, 4, 2, 12)
CARRIER = Part("v2", Segment("carrier", "AA"))
BOTH = {ALL: Contents(b"all", b"outcome"), CARRIER: Contents(b"carrier \x00")}


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def written(store: sa.Engine, *wanted: Window, plan_id: str = "p", text: bytes = b"x") -> None:
    with store.begin() as connection:
        profiled = [ProfiledBucket(bucket, 3, 1, {ALL: Contents(text)}) for bucket in wanted]
        write_buckets(connection, "m", plan_id, profiled, now=NOON)


def found(store: sa.Engine, window: Window = DAY, plan_id: str = "p") -> list[StoredBucket]:
    with store.begin() as connection:
        return read_buckets(connection, "m", plan_id, window)


def profiles(store: sa.Engine, *wanted: Window) -> list[tuple[Window, Part, Contents]]:
    with store.begin() as connection:
        return list(read_profiles(connection, "m", "p", wanted))


def test_the_parts_of_a_bucket_come_back_as_they_were_written(store: sa.Engine) -> None:
    with store.begin() as connection:
        assert write_bucket(connection, "m", "p", HOURS[0], rows=9, targets=4, parts=BOTH, now=NOON) == 1
        only = list(read_profiles(connection, "m", "p", HOURS, parts=[CARRIER]))
    assert profiles(store, *HOURS) == [(HOURS[0], ALL, BOTH[ALL]), (HOURS[0], CARRIER, BOTH[CARRIER])]
    assert only == [(HOURS[0], CARRIER, BOTH[CARRIER])]
    assert found(store) == [StoredBucket(HOURS[0], rows=9, targets=4)]


def test_a_bucket_that_was_empty_is_noted_all_the_same(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_bucket(connection, "m", "p", HOURS[0], rows=0, targets=0, parts={}, now=NOON)
    assert found(store) == [StoredBucket(HOURS[0], rows=0, targets=0)]
    assert profiles(store, *HOURS) == []


def test_a_bucket_written_again_replaces_all_of_the_former_and_keeps_its_late_rows(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_bucket(connection, "m", "p", HOURS[0], rows=9, targets=4, parts=BOTH, now=NOON)
        add_late_rows(connection, "m", {HOURS[0].start: 5}, 3600)
        again = {ALL: Contents(b"again")}
        assert write_bucket(connection, "m", "p", HOURS[0], rows=10, targets=6, parts=again, now=NOON) == 2
    assert found(store) == [StoredBucket(HOURS[0], rows=10, targets=6, late_rows=5, revision=2)]
    assert profiles(store, HOURS[0]) == [(HOURS[0], ALL, Contents(b"again"))]


def test_profiles_come_in_order_of_time_whatever_their_length(store: sa.Engine) -> None:
    next_day = Window(DAY.end, DAY.end + DAY.length)
    later = list(buckets(Window(next_day.end, next_day.end + 2 * HOUR), HOUR))
    everything = [*HOURS, next_day, *later]
    written(store, *reversed(everything))
    assert [bucket for bucket, _, _ in profiles(store, *reversed(everything))] == everything


def test_only_the_buckets_that_are_asked_for_are_read(store: sa.Engine) -> None:
    written(store, *HOURS)
    every_third = HOURS[::3]
    assert [bucket for bucket, _, _ in profiles(store, *every_third)] == every_third


def test_only_buckets_wholly_inside_the_window_are_found(store: sa.Engine) -> None:
    written(store, *HOURS)
    inside = found(store, Window(DAY.start + HOUR / 2, DAY.start + 3.5 * HOUR))
    assert [stored.bucket for stored in inside] == HOURS[1:3]


def test_of_a_day_and_its_hours_the_day_is_found(store: sa.Engine) -> None:
    after = Window(DAY.end, DAY.end + HOUR)
    written(store, *HOURS, DAY, after)
    assert [stored.bucket for stored in found(store, Window(DAY.start, after.end))] == [DAY, after]
    assert [stored.bucket for stored in found(store, Window(DAY.start, HOURS[4].end))] == HOURS[:5]


def test_models_and_plans_stand_apart(store: sa.Engine) -> None:
    written(store, HOURS[0])
    written(store, HOURS[0], HOURS[1], plan_id="q")
    with store.begin() as connection:
        assert read_buckets_of_plans(connection, "m", DAY).keys() == {"p", "q"}
        assert read_buckets_of_plans(connection, "m", HOURS[1]).keys() == {"q"}
        assert read_buckets_of_plans(connection, "other", DAY) == {}
        forget_buckets(connection, "m", "q", HOURS)
        assert read_buckets_of_plans(connection, "m", DAY).keys() == {"p"}
        assert list(read_profiles(connection, "m", "q", HOURS)) == []
    assert len(profiles(store, HOURS[0])) == 1


def test_targets_that_come_later_change_the_outcome_alone(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_bucket(connection, "m", "p", HOURS[0], rows=9, targets=4, parts=BOTH, now=NOON)
        assert write_outcomes(connection, "m", "p", HOURS[0], targets=8, outcomes={CARRIER: b"new"})
        assert not write_outcomes(connection, "m", "p", HOURS[1], targets=8, outcomes={CARRIER: b"new"})
    assert found(store) == [StoredBucket(HOURS[0], rows=9, targets=8, revision=2)]
    assert [contents.outcome for _, _, contents in profiles(store, *HOURS)] == [b"outcome", b"new"]
    assert [contents.content for _, _, contents in profiles(store, *HOURS)] == [b"all", b"carrier \x00"]


def test_late_rows_count_where_their_bucket_went(store: sa.Engine) -> None:
    written(store, DAY, plan_id="p")
    written(store, *HOURS, plan_id="q")
    with store.begin() as connection:
        add_late_rows(connection, "m", {HOURS[3].start: 2, HOURS[4].start: 1, DAY.end: 7}, 3600)
        add_late_rows(connection, "m", {}, 3600)
    assert [stored.late_rows for stored in found(store, plan_id="p")] == [3]
    assert [stored.late_rows for stored in found(store, plan_id="q")][:6] == [0, 0, 0, 2, 1, 0]


def test_a_bucket_under_two_plans_is_seen_once_in_the_view_as_it_was_read_last(store: sa.Engine) -> None:
    written(store, HOURS[0])
    with store.begin() as connection:
        later = NOON + HOUR
        write_bucket(connection, "m", "a", HOURS[0], rows=4, targets=2, parts={}, now=later)
        (row,) = connection.execute(sa.text("SELECT * FROM v_bucket")).mappings()
    assert (row["model"], row["rows"], row["targets"], row["bucket_seconds"]) == ("m", 4, 2, 3600)
    assert row["time_epoch"] == HOURS[0].end.timestamp()
    text = {"sqlite": ("2013-04-01T01:00:00Z", "2013-04-02T13:00:00Z")}
    assert (row["time"], row["read_at"]) == text.get(store.dialect.name, (HOURS[0].end, later))


def test_more_buckets_than_go_into_one_statement_are_read_and_written(store: sa.Engine) -> None:
    many = list(buckets(Window(DAY.start, DAY.start + timedelta(days=50)), HOUR))
    written(store, *many)
    assert [bucket for bucket, _, _ in profiles(store, *many)] == many


def test_two_writers_of_the_same_buckets_write_each_once(store: sa.Engine) -> None:
    together = Barrier(2)

    def write(order: int) -> None:
        for _ in range(5):
            together.wait(timeout=30)
            written(store, *HOURS[::order], text=b"x" * 5000)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, (1, -1)))
    assert [(stored.bucket, stored.revision) for stored in found(store)] == [(hour, 10) for hour in HOURS]
    assert [bucket for bucket, _, _ in profiles(store, *HOURS)] == HOURS


def test_a_reader_that_stops_halfway_leaves_the_connection_usable(store: sa.Engine) -> None:
    written(store, *HOURS)
    with store.begin() as connection:
        reading = read_profiles(connection, "m", "p", HOURS)
        assert next(reading)[0] == HOURS[0]
        reading.close()
        assert len(read_buckets(connection, "m", "p", DAY)) == 24
