"""The tables of the store. Moments are whole seconds since the epoch, UTC; the views make times of them."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts up only in INTEGER columns
Moment = sa.BigInteger
Number = sa.Double


def _name(column: str) -> sa.Column[str]:
    return sa.Column(column, sa.Text, nullable=False, server_default="")


def _moment(column: str) -> sa.Column[int]:
    return sa.Column(column, Moment, nullable=False)


def _number(column: str) -> sa.Column[float]:
    return sa.Column(column, Number)


def _count(column: str, *, default: int = 0) -> sa.Column[int]:
    return sa.Column(column, sa.BigInteger, nullable=False, server_default=str(default))


MODEL = sa.Table(
    "model",
    METADATA,
    sa.Column("model", sa.Text, primary_key=True),
    _name("task"),
    _name("reference_id"),
    _moment("updated_at"),
)

REFERENCE = sa.Table(
    "reference",
    METADATA,
    sa.Column("reference_id", sa.Text, primary_key=True),
    _name("model"),
    _name("description"),
    _count("rows"),
    _moment("created_at"),
    _name("plan_id"),
    _name("fingerprint"),
    sa.Column("content", sa.LargeBinary),
    sa.Column("leanings", sa.JSON),  # the share of the model's output that each feature explains by itself
)

REFERENCE_BIN = sa.Table(
    "reference_bin",
    METADATA,
    sa.Column("reference_id", sa.ForeignKey("reference.reference_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("column_name", sa.Text, primary_key=True),
    sa.Column("bin_order", sa.Integer, primary_key=True),
    _name("bin_label"),
    sa.Column("reference_share", Number, nullable=False),
)

SERIES = sa.Table(
    "series",
    METADATA,
    sa.Column("series_id", Key, primary_key=True),
    _name("model"),
    _name("version"),
    _name("metric"),
    _name("column_name"),
    _name("segment_key"),
    _name("segment_value"),
    _count("window_seconds"),
    sa.UniqueConstraint(
        "model",
        "version",
        "metric",
        "column_name",
        "segment_key",
        "segment_value",
        "window_seconds",
        name="uq_series",
    ),
)

MEASUREMENT = sa.Table(
    "measurement",
    METADATA,
    sa.Column("series_id", sa.ForeignKey("series.series_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("window_end", Moment, primary_key=True, autoincrement=False),
    _number("value"),
    _number("lower"),
    _number("upper"),
    _number("p_value"),
    _number("limit_low"),
    _number("limit_high"),
    _count("rows"),
    _number("target_coverage"),
    _name("status"),
    _name("reason"),
    _name("reference_id"),
    _count("revision", default=1),
)

DISTRIBUTION = sa.Table(
    "distribution",
    METADATA,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("column_name", sa.Text, primary_key=True),
    sa.Column("segment_key", sa.Text, primary_key=True),
    sa.Column("segment_value", sa.Text, primary_key=True),
    sa.Column("window_seconds", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("window_end", Moment, primary_key=True, autoincrement=False),
    _name("reference_id"),
    _count("rows"),
    sa.Column("counts", sa.JSON, nullable=False),  # rows per bin, in the order of reference_bin
    sa.Index(None, "window_end"),
)

PLAN = sa.Table(
    "plan",
    METADATA,
    sa.Column("plan_id", sa.Text, primary_key=True),
    _name("model"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    _moment("created_at"),
)

BUCKET = sa.Table(
    "bucket",
    METADATA,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("plan_id", sa.Text, primary_key=True),
    sa.Column("bucket_seconds", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("bucket_start", Moment, primary_key=True, autoincrement=False),
    _count("rows"),
    _count("targets"),
    _count("late_rows"),
    _count("late_targets"),
    _count("revision", default=1),
    _moment("read_at"),
)

PROFILE = sa.Table(
    "profile",
    METADATA,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("plan_id", sa.Text, primary_key=True),
    sa.Column("bucket_seconds", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("bucket_start", Moment, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("segment_key", sa.Text, primary_key=True),
    sa.Column("segment_value", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),  # compressed already: PostgreSQL keeps it as it is
    sa.Column("outcome", sa.LargeBinary),
    sa.ForeignKeyConstraint(
        ["model", "plan_id", "bucket_seconds", "bucket_start"],
        ["bucket.model", "bucket.plan_id", "bucket.bucket_seconds", "bucket.bucket_start"],
        ondelete="CASCADE",
    ),
)

WATERMARK = sa.Table(
    "watermark",
    METADATA,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("rows_until", Moment),
    sa.Column("ingested_until", Moment),
    sa.Column("targets_until", Moment),
)

TARGET_BUCKET = sa.Table(
    "target_bucket",
    METADATA,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("bucket_seconds", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("bucket_start", Moment, primary_key=True, autoincrement=False),
    _count("rows"),
    sa.Column("unmatched", sa.BigInteger),
    _moment("read_at"),
)

CALIBRATION = sa.Table(
    "calibration",
    METADATA,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("reference_id", sa.Text, primary_key=True),
    sa.Column("window_seconds", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("asked_for", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    _moment("created_at"),
)

RUN = sa.Table(
    "run",
    METADATA,
    sa.Column("run_id", Key, primary_key=True),
    _name("model"),
    _moment("window_start"),
    _moment("window_end"),
    _name("purpose"),
    _name("status"),
    _name("reason"),
    _count("attempts"),
    _count("rows"),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("lease_until", Moment),
    _name("worker"),
    sa.UniqueConstraint("model", "window_start", "window_end", "purpose", name="uq_run"),
    sa.Index(None, "model", "status", "window_end"),
)

ALERT = sa.Table(
    "alert",
    METADATA,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    _name("alert"),
    _name("model"),
    _name("version"),
    _name("metric"),
    _name("column_name"),
    _name("segment_key"),
    _name("segment_value"),
    _count("window_seconds"),
    _name("receiver"),
    sa.Column("labels", sa.JSON, nullable=False, server_default="{}"),  # those that the rule adds
    _name("severity"),
    _name("state"),
    _name("health"),
    _name("reason"),
    _number("value"),
    _number("limit_value"),
    _count("breaches"),
    sa.Column("active_since", Moment),
    sa.Column("fired_at", Moment),
    sa.Column("recovering_since", Moment),
    sa.Column("resolved_at", Moment),
    _moment("last_window_end"),
    sa.Column("judged_until", Moment),
    _count("episode"),
    _count("events"),
    _count("vanished"),
    sa.Column("told", sa.Boolean, nullable=False, server_default=sa.false()),
    _name("acknowledged_by"),
    sa.Column("acknowledged_at", Moment),
    _name("acknowledged_comment"),
    sa.Index(None, "model", "window_seconds"),
)

ALERT_EVENT = sa.Table(
    "alert_event",
    METADATA,
    sa.Column("event_id", Key, primary_key=True),
    sa.Column("fingerprint", sa.ForeignKey("alert.fingerprint", ondelete="CASCADE"), nullable=False),
    _count("number"),
    _name("severity"),
    sa.Column("labels", sa.JSON, nullable=False, server_default="{}"),  # all, as messages and routes see them
    sa.Column("content", sa.JSON, nullable=False, server_default="{}"),  # what messages say of it
    _name("from_state"),
    _name("to_state"),
    _name("reason"),
    _number("value"),
    _number("limit_value"),
    _moment("window_end"),
    _count("episode"),
    _moment("created_at"),
    sa.UniqueConstraint("fingerprint", "number", name="uq_alert_event"),
)

NOTIFICATION = sa.Table(
    "notification",
    METADATA,
    sa.Column("notification_id", Key, primary_key=True),
    _name("receiver"),
    _name("channel"),
    _name("dedup_key"),
    _name("group_key"),
    _name("status"),
    _count("attempts"),
    _name("error"),
    sa.Column("payload", sa.JSON, nullable=False),
    _moment("created_at"),
    _moment("next_attempt_at"),
    sa.Column("lease_until", Moment),
    _name("worker"),
    sa.Column("sent_at", Moment),
    sa.UniqueConstraint("dedup_key"),
    sa.Index(None, "status", "receiver", "notification_id"),
    sa.Index(None, "receiver", "group_key", "status"),
)

ALERT_GROUP = sa.Table(
    "alert_group",
    METADATA,
    sa.Column("group_id", Key, primary_key=True),
    _name("receiver"),
    _name("group_key"),
    _name("route"),
    sa.Column("labels", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("flush_at", Moment),  # none while nothing of the group fires or waits
    sa.Column("notified_at", Moment),
    _count("messages"),
    sa.UniqueConstraint("receiver", "group_key", name="uq_alert_group"),
    sa.Index(None, "flush_at"),
)

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("outbox_id", Key, primary_key=True),
    sa.Column("event_id", sa.ForeignKey("alert_event.event_id", ondelete="CASCADE"), nullable=False),
    _name("receiver"),
    sa.Column("group_id", sa.ForeignKey("alert_group.group_id", ondelete="CASCADE"), nullable=False),
    sa.Column("notification_id", sa.ForeignKey("notification.notification_id", ondelete="SET NULL")),
    _name("status"),
    _name("reason"),
    sa.Column("is_open", sa.Boolean, nullable=False, server_default=sa.false()),  # of a firing: its episode goes on
    _moment("created_at"),
    sa.UniqueConstraint("event_id", "receiver", name="uq_outbox"),
    sa.Index(None, "group_id", "status"),
    sa.Index(None, "group_id", "is_open"),
    sa.Index(None, "notification_id"),
)

SILENCE = sa.Table(
    "silence",
    METADATA,
    sa.Column("silence_id", Key, primary_key=True),
    sa.Column("matchers", sa.JSON, nullable=False),
    _moment("starts_at"),
    _moment("ends_at"),
    _name("author"),
    _name("comment"),
    _moment("created_at"),
    sa.Column("expired_at", Moment),  # when somebody ended it before its time
    sa.Index(None, "ends_at"),
)

ALERT_SILENCE = sa.Table(
    "alert_silence",
    METADATA,
    sa.Column("fingerprint", sa.ForeignKey("alert.fingerprint", ondelete="CASCADE"), primary_key=True),
    sa.Column("silence_id", sa.ForeignKey("silence.silence_id", ondelete="CASCADE"), primary_key=True),
)

ACTION_RUN = sa.Table(
    "action_run",
    METADATA,
    sa.Column("action_run_id", Key, primary_key=True),
    _name("action"),
    sa.Column("fingerprint", sa.ForeignKey("alert.fingerprint", ondelete="CASCADE"), nullable=False),
    _count("episode"),
    _name("key"),
    _name("status"),
    _name("reason"),
    _name("url"),
    _count("attempts"),
    sa.Column("payload", sa.JSON, nullable=False),
    _moment("created_at"),
    _moment("next_attempt_at"),
    sa.Column("lease_until", Moment),
    _name("worker"),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.UniqueConstraint("key", name="uq_action_run"),
    sa.UniqueConstraint("action", "fingerprint", "episode", name="uq_action_run_episode"),
    sa.Index(None, "status", "next_attempt_at"),
)
