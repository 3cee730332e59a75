"""The alerts of the seeded models: pending, firing, recovering, resolved, with their events and messages."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from builders.seeded_measurements import AUC_LIMIT, ERROR_LIMIT, PSI_LIMIT, window_end

from alerts.state import Identity
from monitor.store import tables

ALERT_DAYS = 60  # the days below are those of a store of 60 days, and scaled to others


@dataclass(frozen=True, slots=True)
class SeededAlert:
    """An alert and its way: (day, state, value) for each change."""

    alert: str
    model: str
    metric: str
    column_name: str
    window_seconds: int
    severity: str
    limit_value: float
    way: list[tuple[int, str, float]]
    health: str = "ok"
    acknowledged_by: str = ""
    receivers: list[str] = field(default_factory=lambda: ["console"])

    @property
    def state(self) -> str:
        return self.way[-1][1]

    def last(self, *states: str) -> int | None:
        return max((day for day, state, _ in self.way if state in states), default=None)

    def reason(self, value: float, state: str) -> str:
        side = "below" if self.metric == "roc_auc" else "above"
        if state in ("inactive", "recovering"):
            return f"{self.metric} {value:.3g} is not {side} {self.limit_value:g}"
        return f"{self.metric} {value:.3g} is {side} {self.limit_value:g}"


ALERTS = [
    SeededAlert("AucDrop", "late_arrival", "roc_auc", "", 604_800, "page", AUC_LIMIT,
                [(52, "pending", 0.697), (54, "firing", 0.684)], receivers=["team", "hook"]),
    SeededAlert("FeatureDrift", "late_arrival", "population_stability_index", "temp", 86_400, "ticket", PSI_LIMIT,
                [(29, "pending", 0.26), (31, "firing", 0.29)], acknowledged_by="on call"),
    SeededAlert("FeatureDrift", "late_arrival", "population_stability_index", "dep_delay", 86_400, "ticket", PSI_LIMIT,
                [(34, "pending", 0.21), (35, "inactive", 0.08), (58, "pending", 0.47)]),
    SeededAlert("FeatureDrift", "late_arrival", "population_stability_index", "carrier", 86_400, "ticket", PSI_LIMIT,
                [(12, "pending", 0.31), (13, "firing", 0.33), (16, "recovering", 0.12), (18, "inactive", 0.03)]),
    SeededAlert("NullsRise", "late_arrival", "null_share", "wind_speed", 86_400, "ticket", 0.05,
                [(46, "pending", 0.08), (48, "firing", 0.11), (59, "recovering", 0.03)]),
    SeededAlert("AucDropDaily", "late_arrival", "roc_auc", "", 86_400, "page", AUC_LIMIT,
                [(53, "pending", 0.69), (55, "firing", 0.68)], health="no_data", receivers=["team"]),
    SeededAlert("ErrorRise", "taxi_fare", "mean_absolute_error", "", 86_400, "page", ERROR_LIMIT,
                [(7, "pending", 4.8), (8, "firing", 4.9), (10, "inactive", 3.4)], receivers=["team"]),
]  # fmt: skip


def seed_alerts(connection: sa.Connection, days: int) -> None:
    """Write the alerts, their events and the messages about them."""
    connection.execute(sa.insert(tables.ALERT), [_row(alert, days) for alert in ALERTS])
    connection.execute(sa.insert(tables.ALERT_EVENT), [row for alert in ALERTS for row in _events(alert, days)])
    connection.execute(sa.insert(tables.NOTIFICATION), [row for alert in ALERTS for row in _notifications(alert, days)])
    _seed_actions(connection, days)
    _seed_not_told(connection, days)


def _seed_not_told(connection: sa.Connection, days: int) -> None:
    """Write that a silence keeps the first alert from one receiver."""
    group = sa.insert(tables.ALERT_GROUP).values(receiver="chat", group_key="all", route="0", labels={}, messages=0)
    [group_id] = connection.execute(group).inserted_primary_key or ()
    is_first = tables.ALERT_EVENT.c.fingerprint == _fingerprint(ALERTS[0])
    fired = connection.scalars(sa.select(tables.ALERT_EVENT.c.event_id).where(is_first)).first()
    held = {"receiver": "chat", "status": "planned", "reason": "silence 1 of Ada: known", "event_id": fired}
    made = {"group_id": group_id, "created_at": _moment(ALERTS[0].last("firing"), days)}
    connection.execute(sa.insert(tables.OUTBOX).values(**held, **made))


def _seed_actions(connection: sa.Connection, days: int) -> None:
    """Write what the first alert has started."""
    asked = _moment(ALERTS[0].last("firing"), days)
    row = {"fingerprint": _fingerprint(ALERTS[0]), "episode": 1, "payload": {}, "attempts": 1, "created_at": asked}
    went = {"next_attempt_at": asked, "started_at": asked, "finished_at": asked}
    url = "https://github.example.org/example/churn/actions/runs/1"
    connection.execute(
        sa.insert(tables.ACTION_RUN),
        [
            row | went | {"action": "retrain", "key": "1", "status": "done", "reason": "", "url": url},
            row | went | {"action": "flow", "key": "2", "status": "failed", "reason": "answered 403", "url": ""},
        ],
    )


def _moment(day: int | None, days: int) -> int | None:
    return None if day is None else window_end(max(1, day * days // ALERT_DAYS))


def _fingerprint(alert: SeededAlert) -> str:
    series = (alert.model, "", alert.metric, alert.column_name, "", "", alert.window_seconds)
    return Identity(alert.alert, *series).fingerprint


def _row(alert: SeededAlert, days: int) -> dict[str, object]:
    value = alert.way[-1][2]
    is_over = alert.state == "inactive"
    return {
        "fingerprint": _fingerprint(alert),
        "alert": alert.alert,
        "model": alert.model,
        "metric": alert.metric,
        "column_name": alert.column_name,
        "window_seconds": alert.window_seconds,
        "severity": alert.severity,
        "state": alert.state,
        "health": alert.health,
        "reason": alert.reason(value, alert.state),
        "value": value,
        "limit_value": alert.limit_value,
        "active_since": None if is_over else _moment(alert.last("pending"), days),
        "fired_at": _moment(alert.last("firing"), days),
        "recovering_since": _moment(alert.last("recovering"), days) if alert.state == "recovering" else None,
        "resolved_at": _moment(alert.last("inactive"), days) if alert.last("firing") and is_over else None,
        "last_window_end": window_end(days),
        "episode": sum(state == "firing" for _, state, _ in alert.way),
        "acknowledged_by": alert.acknowledged_by,
    }


def _events(alert: SeededAlert, days: int) -> list[dict[str, object]]:
    before, episode, events = "inactive", 0, []
    for number, (day, state, value) in enumerate(alert.way, start=1):
        episode += state == "firing"
        events.append(
            {
                "fingerprint": _fingerprint(alert),
                "number": number,
                "severity": alert.severity,
                "from_state": before,
                "to_state": state,
                "reason": alert.reason(value, state),
                "value": value,
                "limit_value": alert.limit_value,
                "window_end": _moment(day, days),
                "episode": episode,
                "created_at": _moment(day, days),
            }
        )
        before = state
    return events


def _notifications(alert: SeededAlert, days: int) -> list[dict[str, object]]:
    return [
        {
            "receiver": receiver,
            "channel": "webhook" if receiver == "hook" else "email" if receiver == "team" else "console",
            "dedup_key": f"{_fingerprint(alert)}/{state}/{receiver}",
            "status": "dead" if receiver == "hook" else "sent",
            "attempts": 8 if receiver == "hook" else 1,
            "error": "https://example.org/hook answered 503 Service Unavailable" if receiver == "hook" else "",
            "payload": {"alert": alert.alert, "model": alert.model, "state": state},
            "created_at": _moment(day, days),
            "next_attempt_at": _moment(day, days),
            "sent_at": None if receiver == "hook" else _moment(day, days),
        }
        for receiver in alert.receivers
        for day, state, _ in alert.way
        if state == "firing" or (state == "inactive" and alert.last("firing"))
    ]
