"""Limits of rules for a model of which little else is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from alerts.rule import Rule
from monitor.calibration.budget import Budget
from monitor.calibration.kinds import Correction, Kind
from monitor.limits.hold import Limits
from monitor.limits.learning import Learning
from monitor.measure import Wanted
from monitor.window import utc

DAY = timedelta(days=1)
MONTHLY = Budget(1, 30 * DAY)


def limits_of(
    wanted: Wanted,
    rules: Sequence[Rule] = (),
    kinds: Mapping[str, Kind] | None = None,
    *,
    budget: Budget = MONTHLY,
    windows: tuple[timedelta, ...] = (DAY,),
    correction: Correction = "bonferroni",
) -> Limits:
    """The limits of a model that is measured once a day."""
    return Limits(rules, kinds or {}, wanted, budget, windows, every=DAY, correction=correction)


def learning(
    wanted: Wanted, store: sa.Engine, rules: Sequence[Rule] = (), kinds: Mapping[str, Kind] | None = None
) -> Learning:
    """What the limits of model `m` are learned from."""
    return Learning("m", limits_of(wanted, rules, kinds), store, clock=lambda: utc(2024))
