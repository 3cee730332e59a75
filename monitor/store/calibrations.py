"""What the windows of references gave, kept so that it is gathered once."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.tables import CALIBRATION
from monitor.store.upsert import insert
from monitor.window import to_epoch


def read_calibration(
    connection: sa.Connection, model: str, reference_id: str, *, length: timedelta, asked_for: str
) -> bytes | None:
    """What was gathered of a reference for windows of a length; `asked_for` names what was to be gathered."""
    found = connection.execute(
        sa.select(CALIBRATION.c.content).where(
            CALIBRATION.c.model == model,
            CALIBRATION.c.reference_id == reference_id,
            CALIBRATION.c.window_seconds == int(length.total_seconds()),
            CALIBRATION.c.asked_for == asked_for,
        )
    ).scalar()
    return None if found is None else bytes(found)


def write_calibration(
    connection: sa.Connection,
    model: str,
    reference_id: str,
    *,
    length: timedelta,
    asked_for: str,
    content: bytes,
    now: datetime,
) -> None:
    """Keep it; what was there of the same is replaced."""
    values = {
        "model": model,
        "reference_id": reference_id,
        "window_seconds": int(length.total_seconds()),
        "asked_for": asked_for,
        "content": content,
        "created_at": to_epoch(now),
    }
    statement = insert(connection, CALIBRATION).values(**values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(CALIBRATION.primary_key.columns),
            set_={name: statement.excluded[name] for name in ("content", "created_at")},
        )
    )
