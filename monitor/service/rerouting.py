"""Tells others of what fires, where somebody who was told of it is not in the configuration any more."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from alerts.pipeline import addressed
from monitor.config.settings import Settings
from monitor.service.alerting import receivers_of, route_of
from monitor.service.arriving import Arriving
from monitor.store.abandoned import HAS_GONE, left_behind
from monitor.store.alerts import open_receivers
from monitor.store.clock import store_time
from monitor.store.database import transaction
from monitor.store.outbox import StoredDesk

logger = logging.getLogger(__name__)


def reroute(store: sa.Engine, settings: Settings) -> None:
    """Plan anew, by the tree as it is now, what fires and was for receivers who have gone; doing it again adds nothing.

    The alert that messages do not reach one of them ends.
    """
    receivers, route = receivers_of(settings.alerts), route_of(settings.alerts)
    arriving = Arriving(route, settings.dashboards.url, store_time)
    with transaction(store) as connection:
        events = left_behind(connection, receivers)
        if events and route is not None:
            desk = StoredDesk(connection, store_time(connection))
            desk.plan([(event, addressed(event, event.labels, route)) for event in events], ())
            logger.warning("%d alerts are told to others: who was told of them is not configured any more", len(events))
        for receiver in open_receivers(connection):
            if receiver not in receivers:
                arriving.end(connection, receiver, HAS_GONE)
