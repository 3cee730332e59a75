"""Keeps the store from growing without end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from monitor.config.keep import KeepSettings
from monitor.observe import put_together
from monitor.store import overview
from monitor.store.database import transaction
from monitor.store.housekeeping import Retention, forget


def keep_house(store: sa.Engine, keep: KeepSettings, now: datetime) -> Mapping[str, int]:
    """Put the hours of past days together and delete what is old; gives how many of what.

    Age counts from the newest window that has ended, so that a history that is looked at years later stays whole.
    """
    with transaction(store) as connection:
        newest = overview.newest_window_end(connection)
    if newest is None:
        return {}
    then = min(now, newest)
    days = put_together(store, now=then, after=keep.hourly)
    old = forget(store, Retention(keep.profiles, keep.measurements, keep.runs, keep.hourly), then)
    return {"days put together": days, **old}
