"""How profiles are cut: the same plan has the same id."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.tables import PLAN
from monitor.store.upsert import insert
from monitor.window import to_epoch

GRACE = timedelta(days=1)  # a plan that was written so lately may still wait for its first bucket


def write_plan(connection: sa.Connection, model: str, plan_id: str, content: bytes, now: datetime) -> None:
    """Store a plan once; one that was there for long counts as new again, so that it is not swept away meanwhile."""
    statement = insert(connection, PLAN).values(plan_id=plan_id, model=model, content=content, created_at=to_epoch(now))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[PLAN.c.plan_id],
            set_={"created_at": statement.excluded.created_at},
            where=PLAN.c.created_at < to_epoch(now - GRACE / 2),
        )
    )


def read_plan(connection: sa.Connection, plan_id: str) -> bytes | None:
    """The content of a plan; None where it is not known."""
    return connection.execute(sa.select(PLAN.c.content).where(PLAN.c.plan_id == plan_id)).scalar_one_or_none()
