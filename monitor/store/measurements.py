"""Writing measurements and the distributions beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from monitor.measurement import WHOLE, Measurement, Segment
from monitor.store.tables import DISTRIBUTION, MEASUREMENT, SERIES
from monitor.store.turns import take_turn
from monitor.store.upsert import Insert, Rows, insert
from monitor.window import Window, to_epoch

SeriesKey = tuple[str, str, str, str, str, str, int]


def _replace_measurement(statement: Insert) -> Insert:
    replaced = {name: statement.excluded[name] for name in _MEASURED if name not in MEASUREMENT.primary_key.columns}
    return statement.on_conflict_do_update(
        index_elements=list(MEASUREMENT.primary_key.columns),
        set_={**replaced, "revision": MEASUREMENT.c.revision + 1},
    )


def _replace_distribution(statement: Insert) -> Insert:
    return statement.on_conflict_do_update(
        index_elements=list(DISTRIBUTION.primary_key.columns),
        set_={name: statement.excluded[name] for name in ("reference_id", "rows", "counts")},
    )


_MEASURED = [column.name for column in MEASUREMENT.columns if column.name != "revision"]
_MEASUREMENTS = Rows(MEASUREMENT, _MEASURED, _replace_measurement)
_DISTRIBUTIONS = Rows(DISTRIBUTION, [column.name for column in DISTRIBUTION.columns], _replace_distribution)
_SERIES = sa.select(SERIES).where(SERIES.c.model.in_(sa.bindparam("models", expanding=True)))


@dataclass(frozen=True, slots=True)
class Distribution:
    """Rows per bin of one column in one window, in the order of the reference's bins."""

    column_name: str
    counts: tuple[int, ...]
    segment: Segment = WHOLE


def write_measurements(connection: sa.Connection, measurements: Sequence[Measurement]) -> None:
    """Store all measurements of one window.

    One that stands there already is replaced under a higher revision; one that is measured no more goes.
    """
    if not measurements:
        return
    for model in sorted({measurement.model for measurement in measurements}):
        take_turn(connection, "write", model)  # a series without measurements is not deleted meanwhile
    series = _series_ids(connection, measurements)
    written = [series[_key(measurement)] for measurement in measurements]
    _MEASUREMENTS.write(connection, list(map(_row, measurements, written)))
    one = measurements[0]
    of_window = {number for key, number in series.items() if (key[0], key[-1]) == (one.model, one.window_seconds)}
    if gone := of_window.difference(written):
        connection.execute(
            sa.delete(MEASUREMENT).where(
                MEASUREMENT.c.series_id.in_(sorted(gone)), MEASUREMENT.c.window_end == to_epoch(one.window_end)
            )
        )


def write_distributions(
    connection: sa.Connection,
    model: str,
    window: Window,
    *,
    reference_id: str,
    distributions: Sequence[Distribution],
) -> None:
    """Store how each column was distributed in a window."""
    _DISTRIBUTIONS.write(
        connection,
        [
            {
                "model": model,
                "column_name": distribution.column_name,
                "segment_key": distribution.segment.key,
                "segment_value": distribution.segment.value,
                "window_seconds": int(window.length.total_seconds()),
                "window_end": to_epoch(window.end),
                "reference_id": reference_id,
                "rows": sum(distribution.counts),
                "counts": list(distribution.counts),
            }
            for distribution in distributions
        ],
    )


def _key(measurement: Measurement) -> SeriesKey:
    return (
        measurement.model,
        measurement.version,
        measurement.metric,
        measurement.column_name,
        measurement.segment_key,
        measurement.segment_value,
        measurement.window_seconds,
    )


def _series_ids(connection: sa.Connection, measurements: Sequence[Measurement]) -> Mapping[SeriesKey, int]:
    models = sorted({measurement.model for measurement in measurements})
    known = _known_series(connection, models)
    names = [column.name for column in SERIES.columns if not column.primary_key]
    new = [
        dict(zip(names, key, strict=True))
        for key in dict.fromkeys(_key(measurement) for measurement in measurements)
        if key not in known
    ]
    if not new:
        return known
    connection.execute(insert(connection, SERIES).on_conflict_do_nothing(), new)
    return _known_series(connection, models)


def _known_series(connection: sa.Connection, models: Sequence[str]) -> dict[SeriesKey, int]:
    rows = connection.execute(_SERIES, {"models": models})
    return {tuple(row[1:]): row.series_id for row in rows}


def _row(measurement: Measurement, series_id: int) -> dict[str, str | float | None]:
    estimate = measurement.estimate
    return {
        "series_id": series_id,
        "window_end": to_epoch(measurement.window_end),
        "value": estimate.value,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "p_value": estimate.p_value,
        "limit_low": measurement.limit_low,
        "limit_high": measurement.limit_high,
        "rows": estimate.rows,
        "target_coverage": measurement.target_coverage,
        "status": estimate.status,
        "reason": estimate.reason,
        "reference_id": measurement.reference_id,
    }
