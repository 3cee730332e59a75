"""What the commands show, out of the views."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from monitor.store import weight
from monitor.store.tables import RUN
from monitor.window import from_epoch

MODEL_COLUMNS = (
    "model",
    "task",
    "last_window",
    "firing_page",
    "firing_ticket",
    "last_failure",
    "late_rows",
    "late_targets",
)

MODELS = sa.text("""
SELECT m.model, m.task, m.last_window, m.firing_page, m.firing_ticket,
       (SELECT 'window to ' || CAST(r.window_end AS text) || ': ' || r.reason FROM v_run AS r
        WHERE r.model = m.model AND r.status = 'failed' ORDER BY r.window_end DESC LIMIT 1) AS last_failure,
       (SELECT coalesce(sum(b.late_rows), 0) FROM v_bucket AS b WHERE b.model = m.model) AS late_rows,
       (SELECT coalesce(sum(b.late_targets), 0) FROM v_bucket AS b WHERE b.model = m.model) AS late_targets
FROM v_model AS m ORDER BY m.model""")

UNDELIVERED = sa.text("""
SELECT n.receiver, n.status, n.error, count(*) AS count
FROM v_notification AS n WHERE n.status <> 'sent' GROUP BY n.receiver, n.status, n.error ORDER BY n.receiver""")

ACTIONS = sa.text("""
SELECT x.action, x.alert, x.model, x.status, x.reason, x.url, x.attempts
FROM v_action AS x WHERE x.status IN ('planned', 'running') OR (x.status = 'failed' AND NOT EXISTS (
    SELECT 1 FROM v_action AS y
    WHERE y.action = x.action AND y.model = x.model AND y.status = 'done' AND y.time_epoch > x.time_epoch))
ORDER BY x.time_epoch DESC, x.key LIMIT 20""")

FIRING = sa.text("SELECT coalesce(sum(firing_page + firing_ticket), 0) FROM v_model")


def models(connection: sa.Connection) -> list[dict[str, object]]:
    """Every model that was ever run."""
    found = [dict(row) for row in connection.execute(MODELS).mappings()]
    return [{**row, "late_rows": int(row["late_rows"]), "late_targets": int(row["late_targets"])} for row in found]


def weights(connection: sa.Connection) -> list[dict[str, object]]:
    """What weighs how much in the store, the whole of it first."""
    return [asdict(part) for part in weight.weights(connection)]


def undelivered(connection: sa.Connection) -> list[dict[str, object]]:
    """Messages that are not there yet, by receiver, status and error."""
    return [dict(row) for row in connection.execute(UNDELIVERED).mappings()]


def open_actions(connection: sa.Connection) -> list[dict[str, object]]:
    """Actions that wait, run, or failed and did not succeed for the model since; the newest first."""
    return [dict(row) for row in connection.execute(ACTIONS).mappings()]


def firing(connection: sa.Connection) -> int:
    """How many alerts fire, in all models."""
    return int(connection.execute(FIRING).scalar_one())


def newest_window_end(connection: sa.Connection) -> datetime | None:
    """The end of the newest window of any model that has ended."""
    newest = connection.execute(
        sa.select(sa.func.max(RUN.c.window_end)).where(RUN.c.status.in_(("done", "skipped")))
    ).scalar_one()
    return None if newest is None else from_epoch(newest)


def last_window_end(connection: sa.Connection, model: str) -> datetime | None:
    """The end of a model's newest window that is done."""
    newest = connection.execute(
        sa.select(sa.func.max(RUN.c.window_end)).where(RUN.c.model == model, RUN.c.status == "done")
    ).scalar_one()
    return None if newest is None else from_epoch(newest)
