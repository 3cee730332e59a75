"""Every question that the dashboard asks, as SQL over the views; the same text on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Query:
    """SQL with named parameters, and their values."""

    sql: str
    parameters: tuple[tuple[str, Value], ...] = ()


def _query(sql: str, **parameters: Value) -> Query:
    return Query(sql, tuple(parameters.items()))


def models() -> Query:
    """Every model, its reference, and how many of its alerts fire."""
    return Query(
        "SELECT model, task, reference_id, reference_rows, first_window, last_window, firing_page, firing_ticket"
        " FROM v_model ORDER BY model"
    )


def last_runs() -> Query:
    """The newest windows of each model that were tried (they end together), and how that went."""
    return Query(
        """
SELECT model, window_start, window_end, status, reason, attempts, rows, finished_at
FROM (SELECT r.*, RANK() OVER (PARTITION BY model ORDER BY window_end DESC) AS place
      FROM v_run AS r WHERE status IN ('done', 'skipped', 'failed')) AS newest
WHERE place = 1 ORDER BY model, window_start DESC"""
    )


def open_alerts_by_model() -> Query:
    """How many alerts of each model are in each state."""
    return Query("SELECT model, state, count(*) AS alerts FROM v_alert WHERE state <> 'inactive' GROUP BY model, state")


def series_of_model(model: str) -> Query:
    """Which metrics are measured, on which columns, over which lengths."""
    return _query(
        """
SELECT window_seconds, metric, column_name, MIN(time_epoch) AS first_end, MAX(time_epoch) AS last_end,
       MAX(limit_high) AS limit_high, MIN(limit_low) AS limit_low
FROM v_measurement WHERE model = :model AND version = '' AND segment_key = ''
GROUP BY window_seconds, metric, column_name ORDER BY window_seconds, metric, column_name""",
        model=model,
    )


def window_ends(model: str, window_seconds: int) -> Query:
    """When the windows of a model end that have been measured."""
    return _query(
        """
SELECT DISTINCT time_epoch FROM v_measurement
WHERE model = :model AND window_seconds = :window_seconds AND version = '' AND segment_key = '' ORDER BY time_epoch""",
        model=model,
        window_seconds=window_seconds,
    )


_MEASUREMENT = """
SELECT time, time_epoch, window_start, window_end, window_seconds, version, metric, column_name, value, lower, upper,
       p_value, limit_low, limit_high, rows, target_coverage, status, reason, reference_id, revision
FROM v_measurement WHERE model = :model AND window_seconds = :window_seconds AND version = '' AND segment_key = ''
  AND time_epoch BETWEEN :since AND :until"""


def metric_of_column(
    model: str, window_seconds: int, metric: str, column_name: str, *, since: int, until: int
) -> Query:
    """One metric of one column (`''`: of the model) over time."""
    return _query(
        f"{_MEASUREMENT} AND metric = :metric AND column_name = :column_name ORDER BY time_epoch",
        model=model,
        window_seconds=window_seconds,
        since=since,
        until=until,
        metric=metric,
        column_name=column_name,
    )


def metric_of_columns(model: str, window_seconds: int, metric: str, *, since: int, until: int) -> Query:
    """One metric of every column over time."""
    return _query(
        f"{_MEASUREMENT} AND metric = :metric AND column_name <> '' ORDER BY time_epoch, column_name",
        model=model,
        window_seconds=window_seconds,
        since=since,
        until=until,
        metric=metric,
    )


def metrics_of_model(model: str, window_seconds: int, *, since: int, until: int) -> Query:
    """Every metric of the model as a whole over time."""
    return _query(
        f"{_MEASUREMENT} AND column_name = '' ORDER BY time_epoch, metric",
        model=model,
        window_seconds=window_seconds,
        since=since,
        until=until,
    )


def metrics_in_window(model: str, window_seconds: int, column_name: str, end: int) -> Query:
    """Every metric of one column in one window."""
    return _query(
        f"{_MEASUREMENT} AND column_name = :column_name ORDER BY metric",
        model=model,
        window_seconds=window_seconds,
        since=end,
        until=end,
        column_name=column_name,
    )


def distribution(model: str, window_seconds: int, column_name: str, end: int) -> Query:
    """The shares of one column in one window, reference beside current."""
    return _query(
        """
SELECT bin_order, bin_label, reference_share, current_share FROM v_distribution
WHERE model = :model AND window_seconds = :window_seconds AND column_name = :column_name AND segment_key = ''
  AND time_epoch = :end ORDER BY bin_order""",
        model=model,
        window_seconds=window_seconds,
        column_name=column_name,
        end=end,
    )


def largest_of_columns(model: str, window_seconds: int, metric: str, *, since: int) -> Query:
    """The largest value of a metric among the columns in each window."""
    return _query(
        """
SELECT time, time_epoch, MAX(value) AS value, MAX(limit_high) AS limit_high, MIN(limit_low) AS limit_low
FROM v_measurement
WHERE model = :model AND window_seconds = :window_seconds AND metric = :metric AND column_name <> ''
  AND version = '' AND segment_key = '' AND time_epoch >= :since
GROUP BY time, time_epoch ORDER BY time_epoch""",
        model=model,
        window_seconds=window_seconds,
        metric=metric,
        since=since,
    )


def alerts() -> Query:
    """Every alert that is open now, and those that could not be looked at in their last window."""
    return Query(
        """
SELECT alert, model, metric, column_name, segment_key, segment_value, window_seconds, severity, state, health,
       reason, value, limit_value, active_since, fired_at, resolved_at, last_window_end, episode, acknowledged_by,
       silenced, fingerprint
FROM v_alert WHERE state <> 'inactive' OR health <> 'ok' ORDER BY model, alert, column_name, window_seconds"""
    )


_EVENT = """
SELECT e.time, e.time_epoch, e.alert, e.model, e.metric, e.column_name, e.segment_key, e.segment_value,
       e.window_seconds, e.severity, e.from_state, e.to_state, e.reason, e.value, e.limit_value, e.episode
FROM v_alert_event AS e"""


def events() -> Query:
    """Every change of state of every alert, oldest first."""
    return Query(f"{_EVENT} ORDER BY e.time_epoch, e.episode")


def events_of_model(model: str, window_seconds: int) -> Query:
    """Every change of state of the alerts of one model and window length, oldest first."""
    return _query(
        f"{_EVENT} WHERE e.model = :model AND e.window_seconds = :window_seconds ORDER BY e.time_epoch, e.episode",
        model=model,
        window_seconds=window_seconds,
    )


def notifications(*, limit: int) -> Query:
    """The newest messages and how far they got."""
    return _query(
        "SELECT time, receiver, channel, status, attempts, error, dedup_key FROM v_notification"
        " ORDER BY time DESC LIMIT :limit",
        limit=limit,
    )


def notification_counts() -> Query:
    """How many messages are in each status."""
    return Query("SELECT status, count(*) AS messages FROM v_notification GROUP BY status ORDER BY status")


def not_told(*, limit: int) -> Query:
    """The newest changes of alerts that somebody was not told of, or not yet, and why."""
    return _query(
        "SELECT time, alert, model, column_name, to_state, receiver, status, reason FROM v_outbox"
        " WHERE status IN ('planned', 'skipped') AND reason <> '' ORDER BY time_epoch DESC, receiver LIMIT :limit",
        limit=limit,
    )


def actions(*, limit: int) -> Query:
    """The newest actions that alerts have asked for, and how they went."""
    return _query(
        "SELECT time, action, alert, model, column_name, status, reason, url, attempts, started_at, finished_at"
        " FROM v_action ORDER BY time_epoch DESC, key LIMIT :limit",
        limit=limit,
    )


def failed_runs_of_model(model: str, *, limit: int) -> Query:
    """The newest windows of a model that failed or were skipped, with the reason."""
    return _query(
        """
SELECT window_start, window_end, status, reason, attempts, finished_at FROM v_run
WHERE model = :model AND status IN ('failed', 'skipped') ORDER BY window_end DESC, window_start LIMIT :limit""",
        model=model,
        limit=limit,
    )


def newest_of_series(
    model: str,
    window_seconds: int,
    metric: str,
    column_name: str,
    *,
    version: str,
    segment_key: str,
    segment_value: str,
    limit: int,
) -> Query:
    """The newest windows of one series, of whatever part of the rows."""
    return _query(
        """
SELECT time, time_epoch, window_start, window_end, window_seconds, version, metric, column_name, value, lower, upper,
       p_value, limit_low, limit_high, rows, target_coverage, status, reason, reference_id, revision
FROM v_measurement WHERE model = :model AND window_seconds = :window_seconds AND metric = :metric
  AND column_name = :column_name AND version = :version AND segment_key = :segment_key
  AND segment_value = :segment_value ORDER BY time_epoch DESC LIMIT :limit""",
        model=model,
        window_seconds=window_seconds,
        metric=metric,
        column_name=column_name,
        version=version,
        segment_key=segment_key,
        segment_value=segment_value,
        limit=limit,
    )
