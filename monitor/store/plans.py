"""How profiles are cut: the same plan has the same id."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.tables import PLAN, REFERENCE
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


def newest_plan(connection: sa.Connection, model: str) -> bytes | None:
    """The content of the plan of the reference that a model was last held against; None where there is none."""
    return connection.execute(
        sa.select(PLAN.c.content)
        .join(REFERENCE, REFERENCE.c.plan_id == PLAN.c.plan_id)
        .where(REFERENCE.c.model == model)
        .order_by(REFERENCE.c.created_at.desc(), PLAN.c.created_at.desc())
        .limit(1)
    ).scalar_one_or_none()


def read_plan(connection: sa.Connection, plan_id: str) -> bytes | None:
    """The content of a plan; None where it is not known."""
    return connection.execute(sa.select(PLAN.c.content).where(PLAN.c.plan_id == plan_id)).scalar_one_or_none()
