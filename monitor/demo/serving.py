"""Stands in for a serving system: logs each prediction as a flight departs, and each outcome after it has landed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.demo.flights import CATEGORICAL, NUMERIC
from monitor.demo.model import SEED, THRESHOLD, Floats

# Raised whenever the log would look different, so that a log of an older demo is written anew.
LAYOUT = 1
VERSION = "v1"
ENVIRONMENT = "production"
TIME_OUT_MS = 250.0
ROWS_AT_ONCE = 20_000

TABLES = f"""
CREATE TABLE predictions (
    prediction_id INTEGER PRIMARY KEY,
    predicted_at TEXT NOT NULL,
    model_version TEXT NOT NULL,
    environment TEXT NOT NULL,
    {", ".join(f"{column} REAL" for column in NUMERIC)},
    {", ".join(f"{column} TEXT" for column in CATEGORICAL)},
    predicted_late INTEGER NOT NULL,
    probability_late REAL NOT NULL,
    latency_ms REAL NOT NULL,
    status TEXT NOT NULL
);
CREATE TABLE arrivals (
    prediction_id INTEGER PRIMARY KEY REFERENCES predictions,
    was_late INTEGER NOT NULL,
    observed_at TEXT NOT NULL
);
"""
INDEXES = (
    "CREATE INDEX predictions_by_time ON predictions (predicted_at)",
    "CREATE INDEX arrivals_by_time ON arrivals (observed_at)",
)


@dataclass(frozen=True, slots=True)
class Log:
    """What stands in the log."""

    predictions: int
    arrivals: int
    first: str
    last: str


def write_log(path: Path, flights: pd.DataFrame, probability: Floats) -> None:
    """Write the whole year at once; the file is there in full or not at all."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    # The file is worthless until it is renamed, so nothing is gained by syncing it, or by a journal to undo it.
    with closing(sqlite3.connect(part)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + TABLES)
        with connection:
            _insert(connection, "predictions", predictions(flights, probability))
            _insert(connection, "arrivals", arrivals(flights))
            for index in INDEXES:
                connection.execute(index)
            connection.execute(f"PRAGMA user_version = {LAYOUT}")
    part.replace(path)


def read_log(path: Path) -> Log | None:
    """What stands in a log of this layout; None if there is no such log."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA user_version").fetchone() != (LAYOUT,):
            return None
        summary = "SELECT count(*), min(predicted_at), max(predicted_at) FROM predictions"
        rows, first, last = connection.execute(summary).fetchone()
        (outcomes,) = connection.execute("SELECT count(*) FROM arrivals").fetchone()
    return Log(predictions=rows, arrivals=outcomes, first=first, last=last)


def predictions(flights: pd.DataFrame, probability: Floats) -> pd.DataFrame:
    """The rows of the table of predictions, numbered in the order of departure."""
    latency = latency_ms(flights["scheduled_departures"].to_numpy(dtype=np.float64))
    logged = {
        "prediction_id": _ids(flights),
        "predicted_at": _as_text(flights["departed"]),
        "model_version": VERSION,
        "environment": ENVIRONMENT,
        **{column: flights[column].astype("float64") for column in NUMERIC},
        **{column: flights[column] for column in CATEGORICAL},
        "predicted_late": (probability >= THRESHOLD).astype(np.int64),
        "probability_late": probability,
        "latency_ms": latency,
        "status": np.where(latency < TIME_OUT_MS, "ok", "timeout"),
    }
    return pd.DataFrame(logged, index=flights.index)


def arrivals(flights: pd.DataFrame) -> pd.DataFrame:
    """The rows of the table of arrivals; a flight that was diverted has none."""
    landed = flights["landed"].notna()
    return pd.DataFrame(
        {
            "prediction_id": _ids(flights)[landed.to_numpy()],
            "was_late": flights.loc[landed, "was_late"].astype("int64"),
            "observed_at": _as_text(flights.loc[landed, "landed"]),
        }
    )


def latency_ms(load: Floats) -> Floats:
    """How long each answer took: the one thing here that is made up. The busier the hour, the longer."""
    random = np.random.default_rng(SEED)
    usual = random.lognormal(mean=np.log(12.0), sigma=0.4, size=len(load))
    hiccup = np.where(random.random(len(load)) < 0.003, 20.0, 1.0)
    return np.asarray(np.round(usual * (1.0 + load / 40.0) * hiccup, 1), dtype=np.float64)


def _ids(flights: pd.DataFrame) -> npt.NDArray[np.int64]:
    return np.arange(1, len(flights) + 1, dtype=np.int64)


def _as_text(moments: pd.Series) -> list[str]:
    """ISO 8601 in UTC, to the second."""
    plain = moments.dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    return [f"{text}Z" for text in np.datetime_as_string(plain)]


def _insert(connection: sqlite3.Connection, table: str, rows: pd.DataFrame) -> None:
    marks = ", ".join("?" for _ in rows.columns)
    names = ", ".join(rows.columns)
    insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names are our own constants
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows.iloc[start : start + ROWS_AT_ONCE]
        # SQLite keeps a NaN as NULL, so missing values need no care here.
        connection.executemany(insert, zip(*(some[column].tolist() for column in some.columns), strict=True))
