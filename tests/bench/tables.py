"""The tables that the bench reads, each made when a part first asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.columns import FEATURES, SEGMENTS, VALUES_PER_SEGMENT, listed

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
REFERENCE_DAY = datetime(2026, 2, 2, tzinfo=UTC)
FIRST_DAY = datetime(2026, 3, 2, tzinfo=UTC)
SECOND_DAY = FIRST_DAY + DAY
SHIFT = 0.3

ROWS_PER_HOUR = 2_000
TICK_DAYS = 30
TICKS = 5
WARM_TICKS = 2
TICK_END = FIRST_DAY + (TICKS + WARM_TICKS) * HOUR
SMALL_REFERENCE_ROWS = 100_000

YEAR_REFERENCE = datetime(2025, 1, 6, tzinfo=UTC)
YEAR_START = YEAR_REFERENCE + 28 * DAY
YEAR_DAYS = 365
YEAR_END = YEAR_START + YEAR_DAYS * DAY
ROWS_PER_HOUR_OF_YEAR = 50

ROWS_PER_FLEET_TICK = 500
FLEET_REFERENCE_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Made:
    """A table that is filled with new rows."""

    name: str
    start: datetime
    length: timedelta
    rows: int
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Derived:
    """A table that the server makes out of others."""

    name: str
    needs: tuple[str, ...]
    select: str


def catalogue(rows: int, fleet_hour: datetime) -> dict[str, Made | Derived]:
    """Every table by its name; `fleet_hour` is the newest hour of the fleet's rows."""
    ticking = TICK_DAYS * DAY + (TICKS + WARM_TICKS) * HOUR
    tables = (
        Made("reference_rows", REFERENCE_DAY, DAY, rows),
        Made("predictions", FIRST_DAY, 2 * DAY, 2 * rows, SHIFT),
        Derived("ten_fold", ("predictions",), _ten_fold()),
        Derived("segmented_reference", ("reference_rows",), _segmented("reference_rows")),
        Derived("segmented", ("predictions",), _segmented("predictions", _within(FIRST_DAY, SECOND_DAY))),
        Made("small_reference", REFERENCE_DAY, DAY, SMALL_REFERENCE_ROWS),
        Made("ticked_30_days", TICK_END - ticking, ticking, ROWS_PER_HOUR * (ticking // HOUR), SHIFT),
        Derived("ticked_1_day", ("ticked_30_days",), _since("ticked_30_days", FIRST_DAY - DAY)),
        Made("year", YEAR_REFERENCE, YEAR_END - YEAR_REFERENCE, ROWS_PER_HOUR_OF_YEAR * 24 * (YEAR_DAYS + 28)),
        Made("fleet_reference", REFERENCE_DAY, DAY, FLEET_REFERENCE_ROWS),
        Made("fleet", fleet_hour - 2 * HOUR, 3 * HOUR, 3 * ROWS_PER_FLEET_TICK, SHIFT),
    )
    return {table.name: table for table in tables}


def _within(start: datetime, end: datetime) -> str:
    return f"WHERE time >= '{start.isoformat()}' AND time < '{end.isoformat()}'"


def selected(table: str, start: datetime | None = None, end: datetime | None = None) -> str:
    """The 25 columns of a table, or of a stretch of it."""
    where = f" {_within(start, end)}" if start and end else ""
    return f"SELECT {listed()} FROM {table}{where}"


def _ten_fold() -> str:
    return (
        f"SELECT p.id || '-' || k AS id, p.time, {listed(FEATURES)} FROM predictions AS p, generate_series(0, 9) AS k"
        f" {_within(FIRST_DAY, SECOND_DAY)}"
    )


def _segmented(source: str, where: str = "") -> str:
    """The same rows with ten more columns of text, which depend on nothing but the id."""
    values = ", ".join(
        f"'value_' || abs(hashtext(p.id || '{name}')::bigint) % {VALUES_PER_SEGMENT} AS {name}" for name in SEGMENTS
    )
    return f"SELECT p.*, {values} FROM {source} AS p {where}"


def _since(source: str, start: datetime) -> str:
    return f"SELECT * FROM {source} WHERE time >= '{start.isoformat()}'"
