"""The dashboard's SQL on real databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from builders.seeding import seed_store

from dashboards import queries
from dashboards.episodes import episodes
from dashboards.fleet import standings
from dashboards.queries import Query
from dashboards.store import NoTablesError, StoreFaultError, open_for_reading, read
from monitor.store.database import migrate, open_store

DAY = 86_400
LAST = 1_364_774_400 + 60 * DAY
SINCE = LAST - 400 * DAY

EVERY_QUERY = {
    "models": queries.models(),
    "last_runs": queries.last_runs(),
    "open_alerts_by_model": queries.open_alerts_by_model(),
    "series_of_model": queries.series_of_model("late_arrival"),
    "window_ends": queries.window_ends("late_arrival", DAY),
    "metric_of_column": queries.metric_of_column("late_arrival", DAY, "roc_auc", "", since=SINCE, until=LAST),
    "metric_of_columns": queries.metric_of_columns("late_arrival", DAY, "null_share", since=SINCE, until=LAST),
    "metrics_of_model": queries.metrics_of_model("late_arrival", DAY, since=SINCE, until=LAST),
    "metrics_in_window": queries.metrics_in_window("late_arrival", DAY, "temp", LAST),
    "distribution": queries.distribution("late_arrival", DAY, "temp", LAST),
    "largest_of_columns": queries.largest_of_columns("churn", DAY, "population_stability_index", since=0),
    "newest_of_series": queries.newest_of_series(
        "late_arrival", DAY, "roc_auc", "", version="", segment_key="", segment_value="", limit=9
    ),
    "alerts": queries.alerts(),
    "events": queries.events(),
    "events_of_model": queries.events_of_model("late_arrival", DAY),
    "notifications": queries.notifications(limit=100),
    "notification_counts": queries.notification_counts(),
    "not_told": queries.not_told(limit=100),
    "actions": queries.actions(limit=100),
    "failed_runs_of_model": queries.failed_runs_of_model("churn", limit=5),
}


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    writer = open_store(store_url)
    migrate(writer)
    seed_store(writer)
    writer.dispose()
    reader = open_for_reading(store_url)
    yield reader
    reader.dispose()


def test_every_query_returns_rows_of_the_same_kind_on_both_databases(store):
    for name, query in EVERY_QUERY.items():
        rows = read(store, query)
        assert not rows.empty, name
        for column in set(rows) & {"time", "window_start", "window_end"}:
            assert isinstance(rows[column].dtype, pd.DatetimeTZDtype), (name, column)
        for column in set(rows) & {"value", "limit_low", "lower"}:
            assert pd.api.types.is_numeric_dtype(rows[column]), (name, column)


def test_every_query_of_the_module_is_tried_here():
    functions = {name for name, thing in vars(queries).items() if callable(thing) and name.islower() and name[0] != "_"}

    assert functions - {"dataclass"} == set(EVERY_QUERY)


def test_a_query_without_rows_keeps_its_columns(store):
    rows = read(store, queries.metric_of_column("nobody", DAY, "roc_auc", "", since=0, until=LAST))

    assert rows.empty
    assert {"value", "limit_low", "reason"} <= set(rows)


def test_segments_are_not_mixed_into_the_whole(store):
    rows = read(store, queries.metric_of_column("late_arrival", DAY, "roc_auc", "", since=SINCE, until=LAST))

    assert rows["time_epoch"].is_unique


def test_only_the_stretch_that_is_asked_for_is_read(store):
    rows = read(store, queries.metrics_of_model("late_arrival", DAY, since=LAST - 2 * DAY, until=LAST - DAY))

    assert set(rows["time_epoch"]) == {LAST - 2 * DAY, LAST - DAY}


def test_a_distribution_adds_up_to_one_on_both_sides(store):
    bins = read(store, queries.distribution("late_arrival", DAY, "temp", LAST))

    assert bins["reference_share"].sum() == pytest.approx(1)
    assert bins["current_share"].sum() == pytest.approx(1)
    assert bins["bin_order"].is_monotonic_increasing


def test_the_models_stand_as_they_were_seeded(store):
    models = standings(
        read(store, queries.models()), read(store, queries.last_runs()), read(store, queries.open_alerts_by_model())
    )

    assert {model.model: model.standing for model in models} == {
        "late_arrival": "page", "churn": "failing", "taxi_fare": "ok",
    }  # fmt: skip


def test_episodes_that_were_seeded_are_found(store):
    found = episodes(read(store, queries.events()))

    assert set(found.loc[found["end"].notna(), "alert"]) == {"FeatureDrift", "ErrorRise"}
    assert found["end"].isna().sum() == 4


def test_names_are_bound_and_never_part_of_the_sql(store):
    rows = read(store, queries.series_of_model("x' OR '1'='1"))

    assert rows.empty


def test_the_dashboard_cannot_write(store):
    with pytest.raises(StoreFaultError, match=r"read-?only"):
        read(store, Query("DELETE FROM alert RETURNING alert"))


def test_reading_waits_for_no_writer_and_blocks_none(store_url):
    writer = open_store(store_url)
    migrate(writer)
    seed_store(writer, days=8)
    reader = open_for_reading(store_url)
    with writer.begin() as connection:
        connection.execute(sa.text("DELETE FROM notification"))
        assert not read(reader, queries.notifications(limit=10)).empty
    assert read(reader, queries.notifications(limit=10)).empty
    reader.dispose()
    writer.dispose()


def test_a_store_that_was_never_migrated_says_so(postgresql_url, tmp_path):
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    for url in (postgresql_url, f"sqlite:///{tmp_path}/empty.db"):
        engine = open_for_reading(url)
        with pytest.raises(NoTablesError, match="no tables"):
            read(engine, queries.models())
        engine.dispose()


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(NoTablesError, match="no file"):
        open_for_reading(f"sqlite:///{tmp_path}/none.db")

    assert not (tmp_path / "none.db").exists()


def test_a_relative_path_and_odd_signs_in_it_are_understood(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("odd %20#?").mkdir()
    writer = open_store(sa.URL.create("sqlite", database="odd %20#?/a.db"))
    migrate(writer)
    writer.dispose()

    assert read(open_for_reading(sa.URL.create("sqlite", database="odd %20#?/a.db")), queries.models()).empty


def test_a_database_that_is_away_is_named_without_its_password():
    engine = open_for_reading("postgresql://watch:secret@127.0.0.1:1/seamark")

    with pytest.raises(StoreFaultError, match="does not answer") as caught:
        read(engine, queries.models())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["no url at all", "nothing://x"])
def test_what_is_no_url_is_refused_without_being_shown(url):
    with pytest.raises(StoreFaultError) as caught:
        open_for_reading(url)
    assert url not in str(caught.value)


def test_a_store_of_another_kind_is_refused():
    with pytest.raises(StoreFaultError, match="must be SQLite or PostgreSQL"):
        open_for_reading("mysql+pymysql://root@127.0.0.1/test")
