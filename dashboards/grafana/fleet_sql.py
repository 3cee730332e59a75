"""What the fleet board asks the views."""
# ruff: noqa: S608 - the pieces are constants of this package, and Grafana quotes what the reader chose

from __future__ import annotations

from dashboards.grafana.sql import IN_RANGE, MOMENTS, STEP, WHOLE, length, subject

DRIFT_METRICS = f"""
SELECT DISTINCT metric FROM v_measurement
WHERE column_name <> '' AND metric NOT LIKE '%share' AND {WHOLE} AND {IN_RANGE} ORDER BY metric"""

MODEL_COUNT = "SELECT COUNT(*) AS models FROM v_model"

PAGES = "SELECT COUNT(*) AS pages FROM v_alert WHERE state IN ('firing', 'recovering') AND severity = 'page'"

TICKETS = "SELECT COUNT(*) AS tickets FROM v_alert WHERE state IN ('firing', 'recovering') AND severity = 'ticket'"

BLIND = "SELECT COUNT(*) AS alerts FROM v_alert WHERE health <> 'ok'"

FAILED_RUNS = "SELECT COUNT(*) AS runs FROM v_run WHERE status = 'failed' AND $__timeFilter(window_end)"

LOST_MESSAGES = "SELECT COUNT(*) AS messages FROM v_notification WHERE status = 'dead' AND $__timeFilter(time)"

MODELS = """
WITH run AS (
  SELECT model, COUNT(*) FILTER (WHERE status = 'failed') AS failed,
         COUNT(*) FILTER (WHERE status = 'skipped') AS skipped
  FROM v_run WHERE $__timeFilter(window_end) GROUP BY model
)
SELECT v_model.model,
       CASE WHEN firing_page > 0 THEN 'page' WHEN firing_ticket > 0 THEN 'ticket'
            WHEN COALESCE(run.failed, 0) > 0 THEN 'runs fail' WHEN last_window IS NULL THEN 'not measured'
            ELSE 'quiet' END AS state,
       firing_page AS pages, firing_ticket AS tickets, last_window AS "last window",
       EXTRACT(EPOCH FROM now() - last_window)::double precision AS age,
       COALESCE(run.failed, 0) AS "runs failed", COALESCE(run.skipped, 0) AS "runs skipped",
       task, reference_rows AS "reference rows"
FROM v_model LEFT JOIN run ON run.model = v_model.model
ORDER BY firing_page DESC, firing_ticket DESC, COALESCE(run.failed, 0) DESC, v_model.model"""

OPEN_ALERTS = f"""
SELECT severity, state, alert, model, {subject()} AS measured, {length("window_seconds")} AS "window",
       value, limit_value AS "limit", reason, health, COALESCE(fired_at, active_since) AS since,
       acknowledged_by AS acknowledged, window_seconds, column_name
FROM v_alert WHERE state <> 'inactive'
ORDER BY state IN ('firing', 'recovering') DESC, severity, COALESCE(fired_at, active_since) DESC"""

STATE_OF_MODELS = f"""
WITH change AS (
  SELECT model, severity, time_epoch, {STEP} AS step FROM v_alert_event
  WHERE time_epoch <= $__unixEpochTo() GROUP BY model, severity, time_epoch
), moment AS (
  {MOMENTS}
)
SELECT to_timestamp(moment.at) AS time, v_model.model AS metric,
       CASE WHEN SUM(change.step) FILTER (WHERE change.severity = 'page') > 0 THEN 2
            WHEN SUM(change.step) > 0 THEN 1 ELSE 0 END AS state
FROM moment CROSS JOIN v_model
LEFT JOIN change ON change.model = v_model.model AND change.time_epoch <= moment.at
GROUP BY moment.at, v_model.model ORDER BY time, metric"""

FIRING_ALERTS = f"""
WITH change AS (
  SELECT severity, time_epoch, {STEP} AS step FROM v_alert_event
  WHERE time_epoch <= $__unixEpochTo() GROUP BY severity, time_epoch
), moment AS (
  {MOMENTS}
)
SELECT to_timestamp(moment.at) AS time, severity.name AS metric, COALESCE(SUM(change.step), 0)::integer AS firing
FROM moment CROSS JOIN (VALUES ('page'), ('ticket')) AS severity(name)
LEFT JOIN change ON change.severity = severity.name AND change.time_epoch <= moment.at
GROUP BY moment.at, severity.name ORDER BY time, metric"""

RUNS = """
SELECT date_trunc('day', window_end, 'UTC') AS time, status AS metric, COUNT(*) AS runs
FROM v_run WHERE status IN ('done', 'skipped', 'failed') AND $__timeFilter(window_end)
GROUP BY 1, 2 ORDER BY 1, 2"""

_DRIFT = f"metric = ${{metric:sqlstring}} AND column_name <> '' AND {WHOLE} AND {IN_RANGE}"

WORST_DRIFT = f"""
SELECT time, model || ' (' || {length("window_seconds")} || ')' AS metric, MAX(ABS(value)) AS value
FROM v_measurement WHERE {_DRIFT} GROUP BY 1, 2 ORDER BY 1, 2"""

WORST_COLUMNS = f"""
WITH latest AS (
  SELECT model, window_seconds, MAX(time_epoch) AS time_epoch FROM v_measurement
  WHERE {_DRIFT} AND status = 'ok' GROUP BY model, window_seconds
)
SELECT DISTINCT ON (model, window_seconds)
       model, {length("window_seconds")} AS "window", column_name AS "column", value, limit_high AS "limit",
       rows, time AS "window end", window_seconds
FROM v_measurement JOIN latest USING (model, window_seconds, time_epoch)
WHERE {_DRIFT} AND status = 'ok' ORDER BY model, window_seconds, ABS(value) DESC"""

BAD_RUNS = """
SELECT window_end AS "window end", model, status, reason, attempts, finished_at AS finished
FROM v_run WHERE status IN ('failed', 'skipped') AND $__timeFilter(window_end)
ORDER BY window_end DESC, model LIMIT 200"""

FAILED_MESSAGES = """
SELECT time, receiver, channel, CASE status WHEN 'dead' THEN 'given up' ELSE 'trying' END AS status, attempts, error
FROM v_notification WHERE status <> 'sent' AND (status = 'dead' OR error <> '') AND $__timeFilter(time)
ORDER BY time DESC LIMIT 200"""
