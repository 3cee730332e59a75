"""The time that all workers of a store agree on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.window import from_epoch

NOW = {
    "postgresql": "CAST(floor(extract(epoch FROM clock_timestamp())) AS bigint)",
    "sqlite": "CAST(strftime('%s', 'now') AS integer)",
}


def store_time(connection: sa.Connection) -> datetime:
    """What the clock of the database says; leases by it hold however wrong a worker's own clock is."""
    return from_epoch(connection.execute(sa.select(store_now(connection))).scalar_one())


def store_now(connection: sa.Connection) -> sa.ColumnElement[int]:
    """The same within a statement, in seconds since the epoch."""
    return sa.literal_column(NOW[connection.dialect.name], sa.BigInteger)
