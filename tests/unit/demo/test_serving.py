"""The rows of the demo's log."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from monitor.demo.flights import CATEGORICAL, NUMERIC
from monitor.demo.serving import TIME_OUT_MS, arrivals, latency_ms, predictions


@pytest.fixture
def flights() -> pd.DataFrame:
    """Three flights; the second was diverted."""
    frame = pd.DataFrame({column: [1.0, 2.0, 3.0] for column in NUMERIC})
    frame = frame.assign(**{column: ["x", "y", None] for column in CATEGORICAL})
    departed = pd.Series(
        pd.to_datetime(["2013-01-01T10:17:00Z", "2013-01-01T10:33:00Z", "2013-12-31T23:59:30Z"], utc=True)
    )
    return frame.assign(
        departed=departed,
        landed=(departed + pd.Timedelta(hours=2)).mask(pd.Series([False, True, False])),
        was_late=[0.0, np.nan, 1.0],
    )


def test_times_are_text_in_utc_with_the_letter_that_says_so(flights):
    rows = predictions(flights, np.array([0.1, 0.2, 0.3]))
    assert rows["predicted_at"].tolist() == ["2013-01-01T10:17:00Z", "2013-01-01T10:33:00Z", "2013-12-31T23:59:30Z"]


def test_a_flight_is_predicted_late_from_a_half_on(flights):
    rows = predictions(flights, np.array([0.49, 0.5, 0.51]))
    assert rows["predicted_late"].tolist() == [0, 1, 1]


def test_an_arrival_carries_the_number_of_its_prediction(flights):
    outcome = arrivals(flights)
    assert outcome["prediction_id"].tolist() == [1, 3]
    assert outcome["was_late"].tolist() == [0, 1]
    assert outcome["observed_at"].tolist() == ["2013-01-01T12:17:00Z", "2014-01-01T01:59:30Z"]


def test_every_feature_is_logged_as_it_was(flights):
    rows = predictions(flights, np.array([0.1, 0.2, 0.3]))
    for column in (*NUMERIC, *CATEGORICAL):
        pd.testing.assert_series_equal(rows[column], flights[column])


def test_status_says_which_answers_took_too_long(flights):
    many = flights.loc[np.repeat([0], 5_000)].reset_index(drop=True)
    rows = predictions(many, np.full(5_000, 0.5))
    assert ((rows["status"] == "timeout") == (rows["latency_ms"] >= TIME_OUT_MS)).all()
    assert rows["status"].value_counts()["timeout"] < 50


def test_latency_is_the_same_each_time_and_longer_in_busy_hours():
    quiet, busy = latency_ms(np.full(1_000, 1.0)), latency_ms(np.full(1_000, 40.0))
    assert (quiet == latency_ms(np.full(1_000, 1.0))).all()
    assert (busy > quiet).all()
