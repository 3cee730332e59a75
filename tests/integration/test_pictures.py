"""Pictures for mails, drawn out of a store as a service would have them drawn."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.notifications import notification
from builders.readings import event, resolved
from builders.seeded_measurements import window_end
from builders.seeding import seed_store

from alerts.channels.email import mail
from alerts.notification import Notification
from dashboards.pictures import Subject, drawings
from dashboards.store import open_for_reading
from monitor.service.pictures import StorePainter, subject_of
from monitor.store.database import migrate, open_store
from monitor.window import from_epoch

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('pictures')}/seamark.db"
    engine = open_store(url)
    migrate(engine)
    seed_store(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def engine(store: str) -> Iterator[sa.Engine]:
    reader = open_for_reading(store)
    yield reader
    reader.dispose()


def drift(**changes: object) -> Notification:
    at = from_epoch(window_end(31))
    told = {"metric": "population_stability_index", "column_name": "temp", "alert": "FeatureDrift"}
    return notification(event(**{**told, "window_end": at, "fired_at": at, **changes}))


def test_drift_is_shown_over_time_and_as_a_distribution(store: str) -> None:
    course, distribution = StorePainter(store).pictures(drift())
    assert course.png.startswith(PNG)
    assert distribution.png.startswith(PNG)
    assert "Population stability index of temp" in course.words
    assert "shaded where FeatureDrift fired" in course.words
    assert distribution.words.startswith("temp: share of the rows in the reference, and in the window 20")


def test_pictures_are_as_wide_as_a_mail_and_small_enough_to_be_sent(store: str) -> None:
    pictures = StorePainter(store).pictures(drift())
    assert {struct.unpack(">I", picture.png[16:20])[0] for picture in pictures} == {880}
    assert len(mail(replace(drift(), pictures=pictures), "a@example.org", ("b@example.org",)).as_bytes()) < 400_000


def test_performance_and_segments_have_a_course_alone(engine: sa.Engine) -> None:
    subject = Subject("AucDrop", "late_arrival", "roc_auc", "", "", "", "", 86_400, 0)
    assert [drawing.name for drawing in drawings(engine, subject)] == ["course"]


@pytest.mark.parametrize("changes", [{"model": "nobody"}, {"metric": "nothing"}, {"segment_key": "carrier"}])
def test_of_what_the_store_does_not_hold_there_is_no_picture(engine: sa.Engine, changes: dict[str, str]) -> None:
    subject = Subject("AucDrop", "late_arrival", "roc_auc", "", "", "", "", 86_400, 0)
    assert drawings(engine, replace(subject, **changes)) == []


def test_an_alert_about_the_watching_has_no_series_to_draw() -> None:
    assert subject_of(notification(event(alert="MonitorError", metric="")).payload["alerts"][0]) == {}


def test_the_subject_is_the_window_in_which_it_fired_or_the_one_that_ended_it() -> None:
    firing, over = (subject_of(notification(told).payload["alerts"][0]) for told in (event(), resolved()))
    assert from_epoch(int(firing["end"])) == event().window_end
    assert from_epoch(int(over["end"])) == resolved().window_end
    assert firing["window_seconds"] == 86_400


def test_a_segment_and_a_version_are_told_from_the_whole() -> None:
    told = event(segment_key="carrier", segment_value="A=B", version="v2")
    subject = subject_of(notification(told).payload["alerts"][0])
    assert (subject["segment_key"], subject["segment_value"], subject["version"]) == ("carrier", "A=B", "v2")


@pytest.mark.parametrize("url", ["sqlite:////nowhere/seamark.db", "not a url"])
def test_a_store_that_cannot_be_read_is_logged_without_its_password_and_the_mail_goes_without(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert StorePainter(url).pictures(drift()) == ()
    assert "no pictures for receiver team" in caplog.text


def test_drawing_that_takes_too_long_is_given_up(store: str, caplog: pytest.LogCaptureFixture) -> None:
    assert StorePainter(store, time_out=timedelta(milliseconds=50)).pictures(drift()) == ()
    assert "TimeoutExpired" in caplog.text


def test_nothing_secret_is_said_of_a_painter(store: str) -> None:
    assert Path(store).name not in repr(StorePainter(store))
