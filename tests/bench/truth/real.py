"""Real histories: quiet ones, in which every alarm is false, and ones of which it is known what changes when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa

from bench.truth.scenario import DAY
from monitor.demo.flights import read_tables
from monitor.profile.shape import ModelShape, Task

WEEK = 7 * DAY
PARTS_OF_A_YEAR = 30


@dataclass(frozen=True)
class RealHistory:
    """The rows of each window; `changes` are the columns that change with the live window `at`, by what is known."""

    title: str
    windows: tuple[pd.DataFrame, ...]
    numeric: tuple[str, ...]
    reference: int
    length: timedelta
    task: Task = "none"
    min_rows: int = 200
    changes: tuple[str, ...] = ()
    at: int = 0

    @property
    def live(self) -> int:
        return len(self.windows) - self.reference

    def shape(self) -> ModelShape:
        names = [name for name in self.windows[0].columns if name != "target" or self.task != "none"]
        return ModelShape(self.task, {name: "numeric" if name in self.numeric else "categorical" for name in names})

    def batches(self) -> list[pa.RecordBatch]:
        return [
            pa.record_batch({name: _array(rows[name], name in self.numeric) for name in rows}) for rows in self.windows
        ]


def _array(values: pd.Series, is_numeric: bool) -> pa.Array:
    if is_numeric:
        return pa.array(values.to_numpy(dtype=float), from_pandas=True)
    return pa.array([None if pd.isna(one) else str(one) for one in values])


def census(folder: Path) -> RealHistory:
    """Three years after one in which a model held: people of each year in a random order, as if by day."""
    rows = pd.read_parquet(folder / "ma_employment_census.parquet").sample(frac=1.0, random_state=0)
    rows = rows.rename(columns={"predicted_probability": "score", "employed": "target"})
    years = [year.drop(columns=["id", "year", "partition"]) for _, year in rows.groupby("year")]
    windows = tuple(year.iloc[part::PARTS_OF_A_YEAR] for year in years for part in range(PARTS_OF_A_YEAR))
    return RealHistory(
        "census: employment 2016 to 2018 against 2015 (real)",
        windows,
        ("AGEP", "score"),
        PARTS_OF_A_YEAR,
        DAY,
        "binary_classification",
    )


def flights(_folder: Path) -> RealHistory:
    """Carriers and origins by week, within the summer of one timetable."""
    rows = read_tables().flights
    return RealHistory(
        "flights: carrier and origin by week, spring and summer (real)",
        _by_time(rows, pd.to_datetime(rows["time_hour"], utc=True), "2013-04-01", 22, WEEK, ["carrier", "origin"]),
        (),
        13,
        WEEK,
    )


def electricity(folder: Path) -> RealHistory:
    """Three columns stand still until a market opens, on 1997-05-05."""
    rows = pd.read_parquet(folder / "elec2.parquet")
    names = ["nswprice", "nswdemand", "vicprice", "vicdemand", "transfer"]
    return RealHistory(
        "electricity: a market opens (real)",
        _by_time(rows, rows["timestamp_derived"], "1996-05-13", 56, WEEK, names),
        tuple(names),
        40,
        WEEK,
        changes=("vicprice", "vicdemand", "transfer"),
        at=11,
    )


def bicycles(folder: Path) -> RealHistory:
    """More people ride than in the year before, which no column shows: the mean of the hour is too low."""
    rows = pd.read_parquet(folder / "bike_sharing_hourly.parquet").rename(columns={"cnt": "target"})
    usual = rows[rows["yr"] == 0].groupby(["hr", "workingday"])["target"].mean().rename("prediction")
    rows = rows.join(usual, on=["hr", "workingday"])
    names = ["temp", "hum", "windspeed", "prediction", "target"]
    return RealHistory(
        "bicycles: 2012 against 2011 (real)",
        _by_time(rows, rows["timestamp"], "2011-01-03", 100, WEEK, names),
        tuple(names),
        52,
        WEEK,
        "regression",
        min_rows=100,
        changes=("",),
    )


def _by_time(
    rows: pd.DataFrame, time: pd.Series, first: str, count: int, length: timedelta, names: list[str]
) -> tuple[pd.DataFrame, ...]:
    starts = [pd.Timestamp(first, tz=time.dt.tz) + place * length for place in range(count)]
    return tuple(rows.loc[(time >= start) & (time < start + length), names] for start in starts)


REAL: dict[str, Callable[[Path], RealHistory]] = {
    "census": census,
    "flights": flights,
    "electricity": electricity,
    "bicycles": bicycles,
}
