"""What the seeded models measured, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

START = 1_364_774_400  # 2013-04-01T00:00:00Z
DAY = 86_400
WINDOWS = {86_400: 1, 604_800: 7}
THIN_DAY = 20  # one day of late_arrival with hardly a row
LATE_DAYS = 3  # targets of the last days are not here yet

PSI_LIMIT = 0.2
AUC_LIMIT = 0.70
ERROR_LIMIT = 4.5
NUMERIC = ["dep_delay", "distance", "temp", "wind_speed", "precip", "visibility", "hour"]
CATEGORICAL = ["carrier", "origin", "dest"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement, `day` days after the start."""

    model: str
    metric: str
    window_seconds: int
    day: int
    value: float | None
    column_name: str = ""
    segment_key: str = ""
    segment_value: str = ""
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    limit_low: float | None = None
    limit_high: float | None = None
    rows: int = 0
    target_coverage: float | None = None
    reason: str = ""

    @property
    def series(self) -> tuple[str, str, str, str, str, str, int]:
        return (
            self.model, "", self.metric, self.column_name, self.segment_key, self.segment_value, self.window_seconds,
        )  # fmt: skip


def window_end(day: int) -> int:
    """The end of the window that closes `day` days after the start, in seconds since the epoch."""
    return START + day * DAY


def late_arrival(days: int) -> Iterator[Measured]:
    """A classifier: `dep_delay` and `temp` drift, the AUC falls."""
    random = np.random.default_rng(1)
    for seconds, day in _closed(days):
        thin = seconds == 86_400 and day == THIN_DAY
        rows = 12 if thin else 900 * WINDOWS[seconds] + int(random.integers(-80, 80))
        yield from _quality("late_arrival", seconds, day, rows, [*NUMERIC, *CATEGORICAL], random)
        yield from _drift("late_arrival", seconds, day, rows, _drifts(day / days), random)
        for metric, start, fall in (
            ("roc_auc", 0.82, 0.16),
            ("accuracy", 0.86, 0.08),
            ("f1", 0.68, 0.14),
            ("log_loss", 0.36, -0.14),
            ("expected_calibration_error", 0.02, -0.05),
        ):
            value = abs(start - fall * _late(day / days) + random.normal(0, 0.02 / WINDOWS[seconds] ** 0.5))
            limit = AUC_LIMIT if metric == "roc_auc" else None
            yield _performance("late_arrival", metric, seconds, day, value, rows, days, limit_low=limit)
        yield Measured(
            "late_arrival", "roc_auc", seconds, day, 0.5, segment_key="carrier", segment_value="AA", rows=rows // 9
        )  # fmt: skip


def taxi_fare(days: int) -> Iterator[Measured]:
    """A regression that stays as it is."""
    random = np.random.default_rng(2)
    still = dict.fromkeys(["distance", "passengers", "hour", "zone", "prediction", "target"], 0.015)
    for seconds, day in _closed(days):
        rows = 420 * WINDOWS[seconds] + int(random.integers(-30, 30))
        yield from _quality("taxi_fare", seconds, day, rows, [*still], random)
        yield from _drift("taxi_fare", seconds, day, rows, still, random)
        for metric, level in (
            ("mean_absolute_error", 3.4),
            ("root_mean_squared_error", 5.1),
            ("r_squared", 0.81),
        ):
            value = level * (1 + random.normal(0, 0.03))
            limit = ERROR_LIMIT if metric == "mean_absolute_error" else None
            yield _performance("taxi_fare", metric, seconds, day, value, rows, days, limit_high=limit)


def churn(days: int) -> Iterator[Measured]:
    """A classifier that was measured for some days only, and has no targets."""
    random = np.random.default_rng(3)
    for seconds, day in _closed(days):
        rows = 250 * WINDOWS[seconds]
        yield from _quality("churn", seconds, day, rows, ["plan", "tenure_months"], random)
        yield from _drift("churn", seconds, day, rows, {"plan": 0.02, "tenure_months": 0.03}, random)


def _closed(days: int) -> Iterator[tuple[int, int]]:
    return ((seconds, day) for seconds, length in WINDOWS.items() for day in range(length, days + 1))


def _late(progress: float) -> float:
    """Nothing in the first half, then rising to one."""
    return max(0.0, 2 * progress - 1)


def _drifts(progress: float) -> dict[str, float]:
    still = dict.fromkeys([*NUMERIC, *CATEGORICAL, "prediction", "score", "target"], 0.02)
    return still | {"dep_delay": 0.02 + 0.5 * _late(progress), "temp": 0.03 + 0.9 * progress**2}


def _drift(
    model: str,
    seconds: int,
    day: int,
    rows: int,
    drifts: dict[str, float],
    random: np.random.Generator,
) -> Iterator[Measured]:
    for column, level in drifts.items():
        value = level * float(random.lognormal(0, 0.25 / WINDOWS[seconds] ** 0.5))
        for metric, moved, limit in (
            ("population_stability_index", value, PSI_LIMIT),
            ("jensen_shannon", min(1.0, 0.35 * value**0.5), None),
            ("total_variation", min(1.0, 0.4 * value**0.5), None),
        ):
            short = _too_few(rows)
            yield Measured(
                model, metric, seconds, day, None if short else moved, column,
                lower=None if short else moved * 0.8, upper=None if short else moved * 1.25,
                limit_high=limit, rows=rows, reason=short,
            )  # fmt: skip


def _quality(
    model: str,
    seconds: int,
    day: int,
    rows: int,
    columns: list[str],
    random: np.random.Generator,
) -> Iterator[Measured]:
    yield Measured(model, "row_count", seconds, day, float(rows), rows=rows)
    yield Measured(model, "duplicate_share", seconds, day, 0.0, rows=rows)
    for column in columns:
        share = float(random.beta(2, 200)) * (8 if column == "wind_speed" and day > 45 else 1)
        yield Measured(
            model, "null_share", seconds, day, share, column,
            lower=share * 0.8, upper=min(1.0, share * 1.2), rows=rows,
        )  # fmt: skip
        yield Measured(model, "out_of_range_share", seconds, day, share / 4, column, rows=rows)


def _performance(
    model: str,
    metric: str,
    seconds: int,
    day: int,
    value: float,
    rows: int,
    days: int,
    *,
    limit_low: float | None = None,
    limit_high: float | None = None,
) -> Measured:
    coverage = 0.0 if day > days - LATE_DAYS and seconds == 86_400 else 0.97
    reason = _too_few(rows) or ("no target has arrived for this window yet" if coverage == 0 else "")
    half = abs(value) * 0.06 / WINDOWS[seconds] ** 0.5
    return Measured(
        model, metric, seconds, day, None if reason else value,
        lower=None if reason else value - half, upper=None if reason else value + half,
        limit_low=limit_low, limit_high=limit_high, rows=rows, target_coverage=coverage, reason=reason,
    )  # fmt: skip


def _too_few(rows: int) -> str:
    return f"{rows} rows, at least 200 are wanted" if rows < 200 else ""
