"""Brings the stored alerts in line with the configuration, as when a rule has gone since the last start."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from alerts.pipeline import keep
from alerts.reconcile import reconcile
from monitor.config.settings import Settings
from monitor.service.alerting import route_of
from monitor.store.alerts import StoredHistory, models_with_alerts
from monitor.store.database import transaction
from monitor.store.outbox import StoredDesk


def reconcile_alerts(store: sa.Engine, settings: Settings, now: datetime) -> int:
    """Resolve what has lost its rule, model or window length, or has other labels now; gives how many alerts did.

    Doing it again, or in two processes at once, changes nothing more.
    """
    rules = tuple(rule.rule() for rule in settings.alerts.rules)
    watched = {
        name: {int(length.total_seconds()) for length in model.windows} for name, model in settings.models.items()
    }
    with transaction(store) as connection:
        models = models_with_alerts(connection)
    resolved = 0
    for model in models:
        with transaction(store) as connection:
            history = StoredHistory(connection, now)
            before = history.states(model)
            evaluation = keep(
                rules,
                reconcile(rules, before, watched),
                before,
                history,
                StoredDesk(connection, now),
                route_of(settings.alerts),
                notify=True,
                now=now,
                base_url=settings.dashboards.url,
            )
        resolved += evaluation.resolved
    return resolved
