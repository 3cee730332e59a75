"""What the demo knows of a flight, on a handful of them."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from monitor.demo.flights import (
    CATEGORICAL,
    FEATURES,
    NUMERIC,
    PLANE,
    WEATHER,
    Tables,
    departures,
    minutes_ahead_of_utc,
    minutes_until,
)

NEW_YORK = ZoneInfo("America/New_York")


def flight(**changes: object) -> dict[str, object]:
    """United 1545, 05:15 on 1 January from Newark to Houston, two minutes late."""
    usual: dict[str, object] = {
        "carrier": "UA",
        "flight": 1545,
        "tailnum": "N14228",
        "origin": "EWR",
        "dest": "IAH",
        "dep_time": 517.0,
        "dep_delay": 2.0,
        "arr_time": 830.0,
        "sched_arr_time": 819,
        "arr_delay": 11.0,
        "distance": 1400,
        "hour": 5,
        "minute": 15,
        "time_hour": "2013-01-01T10:00:00Z",
    }
    return usual | changes


def weather(**changes: object) -> dict[str, object]:
    """What Newark reported at four in the morning of 1 January."""
    usual: dict[str, object] = dict.fromkeys(WEATHER, 1.0)
    return usual | {"origin": "EWR", "time_hour": "2013-01-01T09:00:00Z"} | changes


def plane(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "tailnum": "N14228",
        "year": 1999.0,
        "manufacturer": "BOEING",
        "engine": "Turbo-fan",
        "engines": 2,
        "seats": 149,
    }
    return usual | changes


def known_of(*flights: dict[str, object], observed: dict[str, object] | None = None) -> pd.DataFrame:
    tables = Tables(
        flights=pd.DataFrame(list(flights)),
        weather=pd.DataFrame([observed or weather()]),
        planes=pd.DataFrame([plane()]),
        airports=pd.DataFrame({"faa": ["IAH", "HNL"], "tzone": ["America/Chicago", "Pacific/Honolulu"]}),
    )
    return departures(tables)


def only(frame: pd.DataFrame) -> pd.Series:
    (row,) = (row for _, row in frame.iterrows())
    return row


def test_a_flight_departs_and_lands_at_moments_in_utc():
    row = only(known_of(flight()))
    assert row["departed"] == datetime(2013, 1, 1, 5, 17, tzinfo=NEW_YORK)
    assert row["landed"] == datetime(2013, 1, 1, 8, 30, tzinfo=ZoneInfo("America/Chicago"))


def test_planned_minutes_allow_for_the_zone_of_the_destination():
    assert only(known_of(flight()))["planned_minutes"] == 3 * 60 + 4 + 60


def test_a_delay_may_carry_a_departure_over_midnight():
    late = flight(hour=23, minute=50, time_hour="2013-01-02T04:00:00Z", dep_time=30.0, dep_delay=40.0)
    assert only(known_of(late))["departed"] == datetime(2013, 1, 2, 0, 30, tzinfo=NEW_YORK)


def test_a_landing_at_midnight_may_be_written_as_2400():
    row = only(known_of(flight(arr_time=2400.0)))
    assert row["landed"] == datetime(2013, 1, 2, 0, 0, tzinfo=ZoneInfo("America/Chicago"))


def test_a_destination_in_puerto_rico_has_a_zone_of_its_own():
    row = only(known_of(flight(dest="SJU", arr_time=1000.0)))
    assert row["landed"] == datetime(2013, 1, 1, 10, 0, tzinfo=ZoneInfo("America/Puerto_Rico"))


@pytest.mark.parametrize(("arr_delay", "was_late"), [(15.0, 0.0), (16.0, 1.0), (-20.0, 0.0)])
def test_late_is_more_than_fifteen_minutes(arr_delay, was_late):
    assert only(known_of(flight(arr_delay=arr_delay)))["was_late"] == was_late


def test_a_cancelled_flight_is_out_but_was_in_the_timetable():
    cancelled = flight(flight=2, dep_time=None, dep_delay=None, arr_time=None, arr_delay=None)
    row = only(known_of(flight(), cancelled))
    assert row["scheduled_departures"] == 2


def test_a_diverted_flight_departed_but_has_no_landing_and_no_outcome():
    row = only(known_of(flight(arr_delay=None)))
    assert pd.isna(row["landed"])
    assert math.isnan(row["was_late"])
    assert row["dep_delay"] == 2.0


def test_weather_is_that_of_the_hour_before_so_that_it_was_known_at_departure():
    assert only(known_of(flight()))["weather_temperature"] == 1.0
    too_new = weather(time_hour="2013-01-01T10:00:00Z")
    assert math.isnan(only(known_of(flight(), observed=too_new))["weather_temperature"])


def test_weather_of_another_airport_does_not_count():
    assert math.isnan(only(known_of(flight(origin="JFK")))["weather_temperature"])


def test_what_the_register_says_of_a_plane_is_joined():
    row = only(known_of(flight()))
    assert (row["plane_age"], row["plane_seats"], row["plane_manufacturer"]) == (14, 149, "BOEING")


def test_a_plane_that_is_not_in_the_register_is_missing_not_dropped():
    row = only(known_of(flight(tailnum="N3ALAA")))
    assert all(pd.isna(row[column]) for column in (*PLANE.values(), "plane_age"))


def test_rows_come_in_the_order_of_departure():
    delayed = flight(flight=1, dep_delay=90.0, dep_time=645.0)
    assert known_of(delayed, flight())["dep_delay"].tolist() == [2.0, 90.0]


def test_every_feature_is_there_once():
    assert len(set(FEATURES)) == len(FEATURES)
    assert set(FEATURES) == {*NUMERIC, *CATEGORICAL}
    assert list(known_of(flight()).columns) == [*FEATURES, "departed", "landed", "was_late"]


@pytest.mark.parametrize("zone", ["America/New_York", "America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico"])
@pytest.mark.parametrize("moment", ["2013-03-10T06:59Z", "2013-03-10T07:00Z", "2013-07-01T00:00Z", "2013-11-03T06:00Z"])
def test_minutes_ahead_of_utc_agree_with_the_zone_database(moment, zone):
    moments = pd.Series(pd.to_datetime([moment], utc=True))
    offset = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    assert minutes_ahead_of_utc(moments, pd.Series([zone])).tolist() == [offset.total_seconds() / 60]


def test_minutes_until_a_clock_are_less_than_a_day():
    moments = pd.Series(pd.to_datetime(["2013-01-01T10:17Z"] * 2, utc=True))
    minutes = minutes_until(moments, pd.Series([517.0, 516.0]), pd.Series(["America/New_York"] * 2))
    assert minutes.tolist() == [0.0, 24 * 60 - 1]
