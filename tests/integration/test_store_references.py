"""References, the plans that they are cut by, and how far a model has been read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.store.database import migrate, open_store
from monitor.store.plans import read_plan, write_plan
from monitor.store.references import StoredReference, newest_reference, reference_bins, write_reference
from monitor.store.targets import TargetCount, read_target_buckets, write_target_buckets
from monitor.store.watermarks import Watermark, read_watermark, write_watermark
from monitor.window import Window, utc

NOON = utc(2013, 4, 2, 12)
HOUR = timedelta(hours=1)
BINS = {"distance": [("below 5", 0.25), ("5 and more", 0.75)], "carrier": [("UA", 1.0)]}


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def test_a_plan_is_stored_once(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_plan(connection, "m", "p", b"first", NOON)
        write_plan(connection, "m", "p", b"second", NOON + timedelta(days=9))
        assert read_plan(connection, "p") == b"first"
        assert read_plan(connection, "other") is None


def test_a_reference_comes_back_with_its_content_and_its_bins(store: sa.Engine) -> None:
    with store.begin() as connection:
        write_reference(
            connection,
            "m",
            reference_id="r",
            description="table t",
            rows=4,
            bins=BINS,
            now=NOON,
            plan_id="p",
            fingerprint="f",
            content=b"\x00c",
            leanings={"amount": 0.25},
        )
        assert newest_reference(connection, "m", "table t") == StoredReference(
            "r", "p", "table t", "f", 4, b"\x00c", {"amount": 0.25}
        )
        assert newest_reference(connection, "m", "table u") is None
        assert newest_reference(connection, "other", "table t") is None
        assert reference_bins(connection, "r") == {column: tuple(shares) for column, shares in BINS.items()}
        assert reference_bins(connection, "other") == {}


def test_a_reference_from_before_learns_its_plan_and_content(store: sa.Engine) -> None:
    with store.begin() as connection:
        plain = {"reference_id": "r", "description": "d", "rows": 4, "bins": BINS, "now": NOON}
        write_reference(connection, "m", **plain)
        write_reference(connection, "m", **plain, plan_id="p", fingerprint="f", content=b"c")
        write_reference(connection, "m", **plain)
        assert newest_reference(connection, "m", "d") == StoredReference("r", "p", "d", "f", 4, b"c", {})


def test_a_source_that_goes_back_to_what_it_was_makes_the_old_reference_the_newest(store: sa.Engine) -> None:
    with store.begin() as connection:
        for hour, name in enumerate(("a", "b", "a")):
            now = NOON + hour * HOUR
            write_reference(connection, "m", reference_id=name, description="d", rows=4, bins={}, now=now)
        newest = newest_reference(connection, "m", "d")
    assert newest is not None
    assert newest.reference_id == "a"


def test_content_that_lies_elsewhere_now_is_known_under_its_new_name(store: sa.Engine) -> None:
    common = {"reference_id": "r", "rows": 1, "bins": {}, "content": b"c"}
    with store.begin() as connection:
        write_reference(connection, "m", description="table a", now=utc(2024), fingerprint="1 rows", **common)
        write_reference(connection, "m", description="file b", now=utc(2025), fingerprint="9 bytes", **common)
        found = newest_reference(connection, "m", "file b")
        assert newest_reference(connection, "m", "table a") is None
    assert found is not None
    assert (found.reference_id, found.fingerprint) == ("r", "9 bytes")


def test_a_watermark_never_moves_back(store: sa.Engine) -> None:
    with store.begin() as connection:
        assert read_watermark(connection, "m") == Watermark()
        write_watermark(connection, "m", Watermark(rows_until=NOON))
        write_watermark(connection, "m", Watermark(rows_until=NOON - HOUR, targets_until=NOON))
        write_watermark(connection, "m", Watermark(targets_until=NOON + HOUR))
        assert read_watermark(connection, "m") == Watermark(rows_until=NOON, targets_until=NOON + HOUR)
        assert read_watermark(connection, "other") == Watermark()


def test_targets_are_counted_by_the_time_of_their_observation(store: sa.Engine) -> None:
    with store.begin() as connection:
        counts = {NOON + HOUR: TargetCount(3), NOON: TargetCount(5, 2), NOON + 2 * HOUR: TargetCount(1, 0)}
        write_target_buckets(connection, "m", counts, bucket_seconds=3600, now=NOON)
        write_target_buckets(connection, "m", {NOON + HOUR: TargetCount(4, 1)}, bucket_seconds=3600, now=NOON)
        write_target_buckets(connection, "m", {}, bucket_seconds=3600, now=NOON)
        window = Window(NOON, NOON + 2 * HOUR)
        read = read_target_buckets(connection, "m", window, bucket_seconds=3600)
        assert read_target_buckets(connection, "m", window, bucket_seconds=60) == {}
    assert list(read.items()) == [(NOON, (5, 2)), (NOON + HOUR, (4, 1))]
