"""Puts the hours of past days together: profiles add up, so a day is as good as its hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.observe.parts import added
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.profile.stored import pack_outcome, pack_rows, unpack_plan, unpack_profile
from monitor.store.buckets import read_buckets
from monitor.store.compaction import CompleteDay, compactable, replace_by_day
from monitor.store.database import transaction
from monitor.store.plans import read_plan
from monitor.store.profiles import Contents, read_profiles
from monitor.store.turns import take_turn
from monitor.window import Window


def put_together(store: sa.Engine, *, now: datetime, after: timedelta) -> int:
    """Make one bucket of every complete day that ended longer ago than `after`; gives how many days."""
    with transaction(store) as connection:
        days = compactable(connection, now, after)
    plans: dict[str, Plan] = {}
    replaced = 0
    for complete in days:
        with transaction(store) as connection:
            take_turn(connection, "write", complete.model)
            if complete.plan_id not in plans:
                plans = {complete.plan_id: unpack_plan(read_plan(connection, complete.plan_id) or b"")}
            replaced += _replace(connection, complete, plans[complete.plan_id], now)
    return replaced


def _replace(connection: sa.Connection, complete: CompleteDay, plan: Plan, now: datetime) -> bool:
    """Whether there was something to replace; hours that were read beside their day stay beside it."""
    model, plan_id = complete.model, complete.plan_id
    hours = [one for one in read_buckets(connection, model, plan_id, complete.day) if one.bucket != complete.day]
    by_hour: dict[Window, dict[Part, ModelProfile]] = {}
    for bucket, part, kept in read_profiles(connection, model, plan_id, [one.bucket for one in hours]):
        by_hour.setdefault(bucket, {})[part] = unpack_profile(kept.content, kept.outcome or b"", plan)
    if not hours:
        return False
    replace_by_day(
        connection,
        model,
        plan_id,
        complete.day,
        rows=sum(one.rows for one in hours),
        targets=sum(one.targets for one in hours),
        parts={
            part: Contents(pack_rows(profile), pack_outcome(profile.outcome, plan))
            for part, profile in added(by_hour[bucket] for bucket in sorted(by_hour)).items()
        },
        now=now,
    )
    return True
