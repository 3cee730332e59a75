"""Alerts in a store, saved as a run saves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import sqlalchemy as sa

from alerts.state import AlertState, Identity, StateName
from monitor.store.alerts import StoredHistory

AT = datetime(2026, 3, 1, tzinfo=UTC)


def an_alert_of(
    model: str = "churn",
    column: str = "age",
    state: StateName = "firing",
    *,
    episode: int = 1,
    labels: Mapping[str, str] | None = None,
) -> AlertState:
    return AlertState(
        identity=Identity("FeatureDrift", model, "", "population_stability_index", column, "", "", 86_400),
        severity="ticket",
        state=state,
        reason="0.31 is above 0.2",
        value=0.31,
        limit_value=0.2,
        active_since=AT,
        fired_at=AT,
        last_window_end=AT,
        episode=episode,
        labels=labels or {},
    )


def save(store: sa.Engine, *states: AlertState) -> None:
    with store.begin() as connection:
        StoredHistory(connection, AT).save(states, ())
