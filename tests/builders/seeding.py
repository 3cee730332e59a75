"""Fills a migrated store with three models as they look after some weeks, the same ones each time.

`late_arrival`  a classifier whose input drifts and whose AUC falls; alerts pending, firing, recovering, resolved.
`taxi_fare`     a regression that is well; one alert, long resolved.
`churn`         a classifier whose runs fail since the second week.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import numpy as np
import sqlalchemy as sa
from builders.seeded_alerts import seed_alerts
from builders.seeded_measurements import START, WINDOWS, Measured, churn, late_arrival, taxi_fare, window_end

from monitor.store import tables

CHURN_DAYS = 8

NUMERIC_BINS = [
    "below -5", "-5 to -3", "-3 to -1", "-1 to 0", "0 to 2", "2 to 5", "5 to 11", "11 to 24", "24 to 60", "60 and more",
]  # fmt: skip
CARRIERS = ["UA", "B6", "EV", "DL", "AA", "MQ", "US", "9E", "WN", "VX"]
REFERENCES = {"late_arrival": 80_789, "taxi_fare": 41_213, "churn": 12_000}
TASKS = {
    "late_arrival": "binary_classification",
    "taxi_fare": "regression",
    "churn": "binary_classification",
}
CATEGORICAL = {"carrier", "origin", "dest", "prediction", "target", "zone", "plan"}


class RunRow(TypedDict):
    """A row of the table `run`."""

    model: str
    window_start: int
    window_end: int
    purpose: str
    status: str
    reason: str
    attempts: int
    rows: int
    started_at: int
    finished_at: int


def seed_store(engine: sa.Engine, *, days: int = 60) -> None:
    """Write three models and `days` days of their lives into a migrated, empty store."""
    with engine.begin() as connection:
        _models(connection, days)
        measured = [*late_arrival(days), *taxi_fare(days), *churn(CHURN_DAYS)]
        _measurements(connection, measured)
        _distributions(connection, measured)
        connection.execute(sa.insert(tables.RUN), list(_runs(days)))
        seed_alerts(connection, days)


def _models(connection: sa.Connection, days: int) -> None:
    connection.execute(
        sa.insert(tables.MODEL),
        [
            {"model": model, "task": task, "reference_id": _reference(model), "updated_at": window_end(days)}
            for model, task in TASKS.items()
        ],
    )
    connection.execute(
        sa.insert(tables.REFERENCE),
        [
            {
                "reference_id": _reference(model),
                "model": model,
                "description": "2013-01-01 to 2013-04-01",
                "rows": rows,
                "created_at": START,
            }
            for model, rows in REFERENCES.items()
        ],
    )


def _reference(model: str) -> str:
    return f"{model}-2013q1"


def _measurements(connection: sa.Connection, measured: list[Measured]) -> None:
    series = {row.series: number for number, row in reversed(list(enumerate(measured, start=1)))}
    connection.execute(
        sa.insert(tables.SERIES),
        [dict(zip(SERIES_COLUMNS, key, strict=True), series_id=number) for key, number in series.items()],
    )
    connection.execute(
        sa.insert(tables.MEASUREMENT),
        [
            {
                "series_id": series[row.series],
                "window_end": window_end(row.day),
                "value": row.value,
                "lower": row.lower,
                "upper": row.upper,
                "p_value": row.p_value,
                "limit_low": row.limit_low,
                "limit_high": row.limit_high,
                "rows": row.rows,
                "target_coverage": row.target_coverage,
                "status": "skipped" if row.value is None else "ok",
                "reason": row.reason,
                "reference_id": _reference(row.model),
                "revision": 1,
            }
            for row in measured
        ],
    )
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT setval('series_series_id_seq', (SELECT max(series_id) FROM series))")


SERIES_COLUMNS = [
    "model", "version", "metric", "column_name", "segment_key", "segment_value", "window_seconds",
]  # fmt: skip


def _distributions(connection: sa.Connection, measured: list[Measured]) -> None:
    random = np.random.default_rng(7)
    drifts = [row for row in measured if row.metric == "population_stability_index" and row.rows]
    columns = sorted({(row.model, row.column_name) for row in drifts})
    shares = {key: _reference_shares(key[1], random) for key in columns}
    connection.execute(
        sa.insert(tables.REFERENCE_BIN),
        [
            {
                "reference_id": _reference(model),
                "column_name": column,
                "bin_order": order,
                "bin_label": label,
                "reference_share": float(share),
            }
            for model, column in columns
            for order, (label, share) in enumerate(zip(_labels(column), shares[model, column], strict=True))
        ],
    )
    connection.execute(
        sa.insert(tables.DISTRIBUTION),
        [
            {
                "model": row.model,
                "column_name": row.column_name,
                "segment_key": "",
                "segment_value": "",
                "window_seconds": row.window_seconds,
                "window_end": window_end(row.day),
                "reference_id": _reference(row.model),
                "rows": row.rows,
                "counts": _counts(shares[row.model, row.column_name], row, random),
            }
            for row in drifts
        ],
    )


def _labels(column: str) -> list[str]:
    if column not in CATEGORICAL:
        return [*NUMERIC_BINS, "null"]
    return [*(CARRIERS if column in {"carrier", "dest", "zone"} else ["0", "1"]), "unseen", "null"]


def _reference_shares(column: str, random: np.random.Generator) -> np.ndarray:
    labels = _labels(column)
    ends = 2 if column in CATEGORICAL else 1
    shares = np.sort(random.dirichlet(np.full(len(labels) - ends, 8.0)))[::-1]
    return np.append(shares * 0.99, [0.0] * (ends - 1) + [0.01])


def _counts(shares: np.ndarray, row: Measured, random: np.random.Generator) -> list[int]:
    """Rows per bin, leaning to the last bins the more the column has drifted."""
    tilt = 1 + 2 * (row.value or 0.0) * np.linspace(-1, 1, len(shares))
    tilted = shares * np.maximum(tilt, 0.05)
    return [int(count) for count in random.multinomial(row.rows, tilted / tilted.sum())]


def _runs(days: int) -> Iterator[RunRow]:
    for model in TASKS:
        for length in WINDOWS.values():
            for day in range(length, days + 1):
                failed = model == "churn" and day > CHURN_DAYS
                yield RunRow(
                    model=model,
                    window_start=window_end(day - length),
                    window_end=window_end(day),
                    purpose="measure",
                    status="failed" if failed else "done",
                    reason="predictions: the table churn_log has no column tenure_months" if failed else "",
                    attempts=3 if failed else 1,
                    rows=0 if failed else 900 * length,
                    started_at=window_end(day) + 600,
                    finished_at=window_end(day) + 603,
                )
