"""Reads the store for people who look: never writes, never stands in the way of the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from dashboards.queries import Query

BUSY_SECONDS = 10
STATEMENT_SECONDS = 30
TIMES = {
    "time", "window_start", "window_end", "first_window", "last_window", "last_window_end", "active_since",
    "fired_at", "resolved_at", "started_at", "finished_at",
}  # fmt: skip
NOT_MIGRATED = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")
NUMBERS = {
    "value", "lower", "upper", "p_value", "limit_low", "limit_high", "limit_value", "target_coverage",
    "reference_share", "current_share", "reference_rows",
}  # fmt: skip


class StoreFaultError(Exception):
    """The store cannot be read; the message says why, and is shown as it stands."""


class NoTablesError(StoreFaultError):
    """There is no store yet, or it has no tables of this version of Seamark."""


def open_for_reading(url: str) -> sa.Engine:
    """An engine that can only read. The database is not asked yet."""
    try:
        parsed = sa.make_url(url)
        kind = parsed.get_backend_name()
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as error:
        raise StoreFaultError("The store is not a SQLAlchemy URL, like sqlite:///seamark.db") from error
    if kind == "sqlite":
        return _sqlite(parsed)
    if kind == "postgresql":
        return _postgresql(parsed)
    raise StoreFaultError(f"The store is {kind}; it must be SQLite or PostgreSQL")


def read(engine: sa.Engine, query: Query) -> pd.DataFrame:
    """The rows of a query, times as UTC and numbers as numbers in both databases."""
    try:
        with engine.connect() as connection:
            result = connection.execute(sa.text(query.sql), dict(query.parameters))
            rows = pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()))
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        raise _fault(engine, error) from error
    return _typed(rows)


def _sqlite(url: sa.URL) -> sa.Engine:
    path = Path(url.database or "").resolve()
    if not url.database or not path.is_file():
        raise NoTablesError(f"There is no file {path if url.database else ':memory:'}.")

    def connect() -> sqlite3.Connection:
        # mode=ro never takes the writer's lock, and never makes an empty file where the name is wrong
        return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS, check_same_thread=False)

    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool, hide_parameters=True)


def _postgresql(url: sa.URL) -> sa.Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "connect_timeout": 5,
            "application_name": "seamark dashboard",
            "options": f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_SECONDS}s",
        },
    )


def _fault(engine: sa.Engine, error: sa.exc.SQLAlchemyError) -> StoreFaultError:
    cause = str(getattr(error, "orig", None) or error).strip()
    if any(sign in f"{cause} {type(getattr(error, 'orig', None)).__name__}" for sign in NOT_MIGRATED):
        return NoTablesError("The store has no tables of Seamark yet, or they are of an older version.")
    first_line = cause.splitlines()[0] if cause else type(error).__name__
    return StoreFaultError(f"The store ({engine.dialect.name}) does not answer: {first_line}")


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    kinds: Mapping[str, pd.Series] = {
        column: pd.to_datetime(rows[column], utc=True) if column in TIMES else pd.to_numeric(rows[column])
        for column in rows.columns
        if column in TIMES | NUMBERS
    }
    return rows.assign(**kinds)
