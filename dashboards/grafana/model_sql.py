"""What the board of one model asks the views."""
# ruff: noqa: S608 - the pieces are constants of this package, and Grafana quotes what the reader chose

from __future__ import annotations

from dashboards.grafana.sql import IN_RANGE, STARTS_FIRING, STOPS_FIRING, WHOLE, length, subject

MODEL_LEVEL_QUALITY = "('row_count', 'duplicate_share')"

_MODEL = "model = ${model:sqlstring}"
_SERIES = f"{_MODEL} AND window_seconds = ${{window:sqlstring}} AND {WHOLE}"
_MEASURED = f"{_SERIES} AND {IN_RANGE}"
_VALUE = 'time, value, lower AS "95 % low", upper AS "95 % high", limit_low AS "limit low", limit_high AS "limit high"'

MODELS = "SELECT model FROM v_model ORDER BY model"

WINDOWS = f"""
SELECT window_seconds::text AS __value, {length("window_seconds")} AS __text
FROM (SELECT DISTINCT window_seconds FROM v_measurement WHERE {_MODEL} AND metric = 'row_count') AS measured
ORDER BY window_seconds"""

METRICS = f"""
SELECT DISTINCT metric FROM v_measurement
WHERE {_MEASURED} AND column_name = '' AND metric NOT IN {MODEL_LEVEL_QUALITY} ORDER BY metric"""

COLUMN_METRICS = f"SELECT DISTINCT metric FROM v_measurement WHERE {_MEASURED} AND column_name <> '' ORDER BY metric"

COLUMNS = f"""
SELECT DISTINCT column_name FROM v_measurement
WHERE {_MEASURED} AND column_name <> '' ORDER BY column_name"""

STATE = f"""
SELECT CASE WHEN firing_page > 0 THEN 'page' WHEN firing_ticket > 0 THEN 'ticket'
            WHEN last_window IS NULL THEN 'not measured' ELSE 'quiet' END AS state
FROM v_model WHERE {_MODEL}"""

PAGES = f"SELECT firing_page AS pages FROM v_model WHERE {_MODEL}"

TICKETS = f"SELECT firing_ticket AS tickets FROM v_model WHERE {_MODEL}"

AGE = f"""
SELECT EXTRACT(EPOCH FROM now() - last_window)::double precision AS age FROM v_model WHERE {_MODEL}"""

FAILED_RUNS = f"""
SELECT COUNT(*) AS runs FROM v_run WHERE {_MODEL} AND status = 'failed' AND $__timeFilter(window_end)"""

LATEST_ROWS = f"""
SELECT value AS rows FROM v_measurement
WHERE {_MEASURED} AND metric = 'row_count' AND column_name = '' ORDER BY time_epoch DESC LIMIT 1"""

LATEST_COVERAGE = f"""
SELECT MAX(target_coverage) AS coverage FROM v_measurement
WHERE {_MEASURED} AND target_coverage IS NOT NULL GROUP BY time_epoch ORDER BY time_epoch DESC LIMIT 1"""

PERFORMANCE = f"""
SELECT {_VALUE} FROM v_measurement
WHERE {_MEASURED} AND metric = ${{metric:sqlstring}} AND column_name = '' ORDER BY time"""

DRIFT_OF_COLUMNS = f"""
SELECT time, column_name AS metric, value FROM v_measurement
WHERE {_MEASURED} AND metric = ${{column_metric:sqlstring}} AND column_name <> '' ORDER BY time, metric"""

DRIFT_OF_COLUMN = f"""
SELECT {_VALUE} FROM v_measurement
WHERE {_MEASURED} AND metric = ${{column_metric:sqlstring}} AND column_name = ${{column:sqlstring}} ORDER BY time"""

_DISTRIBUTION = (
    f"{_MODEL} AND window_seconds = ${{window:sqlstring}} AND column_name = ${{column:sqlstring}} AND segment_key = ''"
)

DISTRIBUTION = f"""
SELECT bin_label AS bin, reference_share AS reference, current_share AS current FROM v_distribution
WHERE {_DISTRIBUTION} AND time_epoch = (
  SELECT MAX(time_epoch) FROM v_distribution WHERE {_DISTRIBUTION} AND {IN_RANGE}
) ORDER BY bin_order"""

SHARES_OF_COLUMN = f"""
SELECT time, metric, value FROM v_measurement
WHERE {_MEASURED} AND metric LIKE '%share' AND column_name = ${{column:sqlstring}} ORDER BY time, metric"""

ROW_COUNT = f"""
SELECT time, value AS rows, limit_low AS "limit low", limit_high AS "limit high" FROM v_measurement
WHERE {_MEASURED} AND metric = 'row_count' AND column_name = '' ORDER BY time"""

TARGET_COVERAGE = f"""
SELECT time, MAX(target_coverage) AS "targets here" FROM v_measurement
WHERE {_MEASURED} AND target_coverage IS NOT NULL GROUP BY time ORDER BY time"""

DUPLICATES = f"""
SELECT time, value AS "duplicate ids" FROM v_measurement
WHERE {_MEASURED} AND metric = 'duplicate_share' AND column_name = '' ORDER BY time"""

QUALITY_OF_COLUMNS = f"""
SELECT column_name AS "column",
       MAX(value) FILTER (WHERE metric = 'null_share') AS nulls,
       MAX(value) FILTER (WHERE metric = 'unseen_share') AS "unseen categories",
       MAX(value) FILTER (WHERE metric = 'out_of_range_share') AS "out of range",
       MAX(rows) AS rows, MAX(time) AS "window end"
FROM v_measurement
WHERE {_MEASURED} AND metric LIKE '%share' AND column_name <> '' AND time_epoch = (
  SELECT MAX(time_epoch) FROM v_measurement WHERE {_MEASURED} AND metric = 'row_count'
) GROUP BY column_name ORDER BY nulls DESC NULLS LAST, column_name"""

ALERT_STATES = f"""
WITH change AS (
  SELECT alert || ': ' || {subject()} AS name, time_epoch,
         CASE to_state WHEN 'pending' THEN 1 WHEN 'recovering' THEN 2 WHEN 'firing' THEN 3 ELSE 0 END AS state
  FROM v_alert_event
  WHERE {_MODEL} AND window_seconds = ${{window:sqlstring}} AND time_epoch <= $__unixEpochTo()
), before AS (
  SELECT DISTINCT ON (name) name, state FROM change
  WHERE time_epoch <= $__unixEpochFrom() ORDER BY name, time_epoch DESC
), shown AS (
  SELECT name FROM before WHERE state > 0 UNION SELECT name FROM change WHERE {IN_RANGE}
), moment AS (
  SELECT $__unixEpochFrom() AS at UNION SELECT $__unixEpochTo() UNION SELECT time_epoch FROM change WHERE {IN_RANGE}
)
SELECT to_timestamp(moment.at) AS time, shown.name AS metric,
       COALESCE((SELECT change.state FROM change WHERE change.name = shown.name AND change.time_epoch <= moment.at
                 ORDER BY change.time_epoch DESC LIMIT 1), 0) AS state
FROM moment CROSS JOIN shown ORDER BY time, metric"""

ALERT_EVENTS = f"""
SELECT time, severity, alert, {subject()} AS measured, {length("window_seconds")} AS "window",
       from_state AS "from", to_state AS "to", value, limit_value AS "limit", reason
FROM v_alert_event WHERE {_MODEL} AND {IN_RANGE} ORDER BY time DESC, alert LIMIT 200"""

LATEST = f"""
WITH latest AS (
  SELECT DISTINCT ON (metric, column_name) *,
         CASE WHEN status <> 'ok' THEN 'no value' WHEN value < limit_low OR value > limit_high THEN 'past the limit'
              WHEN limit_low IS NULL AND limit_high IS NULL THEN 'no limit' ELSE 'within' END AS verdict
  FROM v_measurement WHERE {_MEASURED} ORDER BY metric, column_name, time_epoch DESC
)
SELECT metric, column_name AS "column", verdict, value, lower AS "95 % low", upper AS "95 % high",
       limit_low AS "limit low", limit_high AS "limit high", rows, target_coverage AS "targets here", reason,
       time AS "window end", revision
FROM latest
ORDER BY verdict = 'past the limit' DESC, verdict = 'no value' DESC, column_name <> '', metric, column_name"""

RUNS = f"""
SELECT window_end AS "window end", status, reason, rows, attempts, started_at AS started, finished_at AS finished
FROM v_run WHERE {_MODEL} AND $__timeFilter(window_end)
ORDER BY status = 'failed' DESC, window_end DESC LIMIT 200"""


def episodes(severity: str) -> str:
    """The stretches of time in which alerts of a severity fired, as far as they touch the time range."""
    return f"""
SELECT to_timestamp(began) AS time, to_timestamp(COALESCE(ended, $__unixEpochTo())) AS timeend,
       alert || ': ' || reason AS text, {subject()} AS tags
FROM (
  SELECT alert, metric, column_name, MIN(time_epoch) FILTER (WHERE {STARTS_FIRING}) AS began,
         MIN(time_epoch) FILTER (WHERE {STOPS_FIRING}) AS ended,
         (ARRAY_AGG(reason ORDER BY time_epoch) FILTER (WHERE {STARTS_FIRING}))[1] AS reason
  FROM v_alert_event
  WHERE {_MODEL} AND window_seconds = ${{window:sqlstring}} AND severity = '{severity}'
  GROUP BY alert, metric, column_name, segment_key, segment_value, episode
) AS episode
WHERE began <= $__unixEpochTo() AND COALESCE(ended, $__unixEpochTo()) >= $__unixEpochFrom() ORDER BY began"""
