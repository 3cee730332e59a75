"""The cache gives only what the store still has, and stays small."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders.rows import SHAPE, classifier_rows

from monitor.observe.cache import ProfileCache
from monitor.observe.parts import Parts
from monitor.profile.part import Part
from monitor.profile.plan import cut_plan
from monitor.profile.scan import profile_whole
from monitor.store.buckets import StoredBucket
from monitor.window import Window, buckets, utc

HOUR = timedelta(hours=1)
FIRST, SECOND, THIRD = buckets(Window(utc(2024), utc(2024, 1, 1, 3)), HOUR)


@pytest.fixture(scope="module")
def two() -> Parts:
    """The profiles of two versions."""
    rows = classifier_rows(FIRST.start, SECOND.end)
    (profile,) = profile_whole([rows], cut_plan(SHAPE, [rows])).values()
    return {Part("a"): profile, Part("b"): profile}


def stored(bucket: Window, *, revision: int = 1, hour: int = 5) -> StoredBucket:
    return StoredBucket(bucket, 40, 40, revision=revision, read_at=utc(2024, 1, 1, hour))


def test_what_was_kept_is_there_again(two: Parts) -> None:
    cache = ProfileCache()
    assert cache.get("m", "p", stored(FIRST)) is None
    cache.put("m", "p", stored(FIRST), two)
    assert cache.get("m", "p", stored(FIRST)) is two
    assert cache.get("other", "p", stored(FIRST)) is None
    assert cache.get("m", "q", stored(FIRST)) is None


def test_another_revision_is_another_content(two: Parts) -> None:
    cache = ProfileCache()
    cache.put("m", "p", stored(FIRST), two)
    assert cache.get("m", "p", stored(FIRST, revision=2)) is None


def test_a_bucket_that_was_forgotten_and_read_again_begins_at_the_same_revision(two: Parts) -> None:
    cache = ProfileCache()
    cache.put("m", "p", stored(FIRST), two)
    assert cache.get("m", "p", stored(FIRST, hour=6)) is None


def test_what_was_not_asked_for_the_longest_makes_room(two: Parts) -> None:
    cache = ProfileCache(most=4)
    cache.put("m", "p", stored(FIRST), two)
    cache.put("m", "p", stored(SECOND), two)
    cache.get("m", "p", stored(FIRST))
    cache.put("m", "p", stored(THIRD), two)
    kept = [cache.get("m", "p", stored(bucket)) is not None for bucket in (FIRST, SECOND, THIRD)]
    assert kept == [True, False, True]


def test_a_bucket_that_is_kept_again_counts_once(two: Parts) -> None:
    cache = ProfileCache(most=4)
    for revision in range(1, 9):
        cache.put("m", "p", stored(FIRST, revision=revision), two)
    cache.put("m", "p", stored(SECOND), two)
    assert cache.get("m", "p", stored(FIRST, revision=8)) is two


def test_one_bucket_is_kept_however_large(two: Parts) -> None:
    cache = ProfileCache(most=1)
    cache.put("m", "p", stored(FIRST), two)
    assert cache.get("m", "p", stored(FIRST)) is two
