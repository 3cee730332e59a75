"""Whether anything waits at all to be told or started: mostly nothing does."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.tables import ACTION_RUN, ALERT_GROUP, NOTIFICATION

_WAITS = sa.select(
    sa.or_(
        sa.exists().where(ALERT_GROUP.c.flush_at.is_not(None)),
        sa.exists().where(NOTIFICATION.c.status == "planned"),
        sa.exists().where(ACTION_RUN.c.status.in_(("planned", "running"))),
    )
)


def anything_waits(connection: sa.Connection) -> bool:
    """Whether there is a group that may speak, a message on its way, or an action that has not ended; due or not."""
    return bool(connection.execute(_WAITS).scalar_one())
