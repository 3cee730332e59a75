"""The SQL views: the contract with dashboards and with everyone else's tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a view has to say differently in SQLite and in PostgreSQL."""

    time: Callable[[str], str]
    each_count: str
    now: str


SQLITE = Dialect(
    time=lambda column: f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, 'unixepoch')",
    each_count="json_each(d.counts) AS c ON c.key = b.bin_order",
    now="CAST(strftime('%s', 'now') AS integer)",
)
POSTGRESQL = Dialect(
    time=lambda column: f"to_timestamp({column})",
    each_count=(
        "LATERAL json_array_elements_text(d.counts) WITH ORDINALITY AS c(value, position)"
        " ON c.position = b.bin_order + 1"
    ),
    now="CAST(floor(extract(epoch FROM now())) AS bigint)",
)
DIALECTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}

SERIES = "s.model, s.version, s.metric, s.column_name, s.segment_key, s.segment_value"
ALERT = "a.alert, a.model, a.metric, a.column_name, a.segment_key, a.segment_value"


def v_measurement(sql: Dialect) -> str:
    """Every measurement, with the series that it belongs to."""
    return f"""
SELECT {sql.time("m.window_end")} AS time, m.window_end AS time_epoch,
       {sql.time("m.window_end - s.window_seconds")} AS window_start, {sql.time("m.window_end")} AS window_end,
       s.window_seconds, {SERIES}, m.value, m.lower, m.upper, m.p_value, m.limit_low, m.limit_high, m.rows,
       m.target_coverage, m.status, m.reason, m.reference_id, m.revision
FROM measurement AS m JOIN series AS s ON s.series_id = m.series_id"""


def v_distribution(sql: Dialect) -> str:
    """A column's shares per bin, reference beside current, for each window."""
    return f"""
SELECT {sql.time("d.window_end")} AS time, d.window_end AS time_epoch, d.window_seconds, d.model, d.column_name,
       d.segment_key, d.segment_value, b.bin_order, b.bin_label, b.reference_share,
       CAST(c.value AS double precision) / NULLIF(d.rows, 0) AS current_share
FROM distribution AS d
JOIN reference_bin AS b ON b.reference_id = d.reference_id AND b.column_name = d.column_name
JOIN {sql.each_count}"""


def v_alert(sql: Dialect) -> str:
    """Every alert as it stands."""
    return f"""
SELECT {ALERT}, a.window_seconds, a.severity, a.state, a.health, a.reason, a.value, a.limit_value,
       {sql.time("a.active_since")} AS active_since, {sql.time("a.fired_at")} AS fired_at,
       {sql.time("a.resolved_at")} AS resolved_at, {sql.time("a.last_window_end")} AS last_window_end,
       a.episode, a.acknowledged_by, {sql.time("a.acknowledged_at")} AS acknowledged_at, a.acknowledged_comment,
       EXISTS (SELECT 1 FROM alert_silence AS x JOIN silence AS s ON s.silence_id = x.silence_id
               WHERE x.fingerprint = a.fingerprint AND s.expired_at IS NULL
                 AND s.starts_at <= {sql.now} AND s.ends_at > {sql.now}) AS silenced, a.fingerprint
FROM alert AS a"""


def v_silence(sql: Dialect) -> str:
    """Every silence: `pending`, `active` or `expired`, and how many alerts its matchers match."""
    return f"""
SELECT s.silence_id, CAST(s.matchers AS text) AS matchers,
       CASE WHEN s.expired_at IS NOT NULL OR s.ends_at <= {sql.now} THEN 'expired'
            WHEN s.starts_at <= {sql.now} THEN 'active' ELSE 'pending' END AS state,
       {sql.time("s.starts_at")} AS starts_at, {sql.time("coalesce(s.expired_at, s.ends_at)")} AS ends_at,
       s.author, s.comment, {sql.time("s.created_at")} AS created_at,
       (SELECT count(*) FROM alert_silence AS x WHERE x.silence_id = s.silence_id) AS alerts
FROM silence AS s"""


def v_alert_event(sql: Dialect) -> str:
    """Every change of state of an alert."""
    return f"""
SELECT {sql.time("e.window_end")} AS time, e.window_end AS time_epoch, {ALERT}, a.window_seconds, e.severity,
       e.from_state, e.to_state, e.reason, e.value, e.limit_value, {sql.time("e.window_end")} AS window_end, e.episode,
       e.number, e.fingerprint
FROM alert_event AS e JOIN alert AS a ON a.fingerprint = e.fingerprint"""


def v_notification(sql: Dialect) -> str:
    """Every message, and how far it got."""
    return f"""
SELECT {sql.time("n.created_at")} AS time, n.created_at AS time_epoch, n.receiver, n.channel, n.status, n.attempts,
       n.dedup_key, n.error, {sql.time("n.next_attempt_at")} AS next_attempt_at
FROM notification AS n"""


def v_action(sql: Dialect) -> str:
    """Every run of an action, and the alert that asked for it."""
    return f"""
SELECT {sql.time("x.created_at")} AS time, x.created_at AS time_epoch, x.action, {ALERT}, a.window_seconds, a.severity,
       x.episode, x.status, x.reason, x.url, x.attempts, x.key, {sql.time("x.started_at")} AS started_at,
       {sql.time("x.finished_at")} AS finished_at
FROM action_run AS x JOIN alert AS a ON a.fingerprint = x.fingerprint"""


def v_outbox(sql: Dialect) -> str:
    """Every event and everybody who is to be told of it: told, waiting, held back or left out, and why."""
    return f"""
SELECT {sql.time("o.created_at")} AS time, o.created_at AS time_epoch, {ALERT}, a.window_seconds,
       {sql.time("e.window_end")} AS window_end, e.to_state, e.episode, e.number, o.receiver, o.status, o.reason,
       COALESCE(n.dedup_key, '') AS dedup_key
FROM outbox AS o JOIN alert_event AS e ON e.event_id = o.event_id JOIN alert AS a ON a.fingerprint = e.fingerprint
LEFT JOIN notification AS n ON n.notification_id = o.notification_id"""


def v_run(sql: Dialect) -> str:
    """Every window of every model: done, skipped with a reason, or failed with a reason."""
    return f"""
SELECT r.model, {sql.time("r.window_start")} AS window_start, {sql.time("r.window_end")} AS window_end, r.purpose,
       r.status, r.reason, r.attempts, r.rows, {sql.time("r.started_at")} AS started_at,
       {sql.time("r.finished_at")} AS finished_at
FROM run AS r"""


def v_bucket(sql: Dialect) -> str:
    """Every bucket that was read, once: under several plans it is the one that was read last."""
    return f"""
SELECT b.model, {sql.time("b.bucket_start + b.bucket_seconds")} AS time,
       b.bucket_start + b.bucket_seconds AS time_epoch, {sql.time("b.bucket_start")} AS bucket_start,
       b.bucket_seconds, b.rows, b.targets, b.late_rows, b.late_targets, b.revision, {sql.time("b.read_at")} AS read_at
FROM (SELECT bucket.*, row_number() OVER (PARTITION BY model, bucket_seconds, bucket_start
                                          ORDER BY read_at DESC, plan_id DESC) AS place FROM bucket) AS b
WHERE b.place = 1"""


def v_model(sql: Dialect) -> str:
    """Every model, its reference, and how many of its alerts fire."""
    firing = "(SELECT count(*) FROM alert AS a WHERE a.model = m.model AND a.state IN ('firing', 'recovering')"
    done = "FROM run AS r WHERE r.model = m.model AND r.status = 'done'"
    return f"""
SELECT m.model, m.task, m.reference_id,
       (SELECT f.rows FROM reference AS f WHERE f.reference_id = m.reference_id) AS reference_rows,
       {sql.time(f"(SELECT min(r.window_end) {done})")} AS first_window,
       {sql.time(f"(SELECT max(r.window_end) {done})")} AS last_window,
       {firing} AND a.severity = 'page') AS firing_page,
       {firing} AND a.severity = 'ticket') AS firing_ticket
FROM model AS m"""


VIEWS: dict[str, Callable[[Dialect], str]] = {
    view.__name__: view
    for view in (
        v_measurement,
        v_distribution,
        v_alert,
        v_silence,
        v_alert_event,
        v_notification,
        v_outbox,
        v_action,
        v_run,
        v_bucket,
        v_model,
    )
}


def replace_views(connection: sa.Connection) -> None:
    """Make every view anew, as this version of Seamark defines it."""
    sql = DIALECTS[connection.dialect.name]
    drop_views(connection)
    for name, select in VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {select(sql)}".replace("%", _percent(connection)))


def drop_views(connection: sa.Connection) -> None:
    """Take the views away, so that migrations can change the tables below them."""
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def _percent(connection: sa.Connection) -> str:
    """A percent sign, doubled for drivers that read it as the mark of a parameter."""
    return "%%" if connection.dialect.paramstyle in {"format", "pyformat"} else "%"
