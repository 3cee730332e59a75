"""From the configuration of a model to what a run needs of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache as once

import sqlalchemy as sa

from monitor.config.models import ModelSettings
from monitor.config.settings import Settings
from monitor.limits.hold import Limits
from monitor.limits.learning import Learning
from monitor.measure import Wanted
from monitor.observe import Observation, ProfileCache
from monitor.record import Watched
from monitor.scheduler import Schedule
from monitor.service.acting import cooldowns
from monitor.service.alerting import route_of
from monitor.service.data import open_data
from monitor.service.engines import Engines
from monitor.service.features import settled_features


def schedule_of(model: ModelSettings) -> Schedule:
    """When a model's windows are due."""
    return Schedule(windows=model.windows, every=model.every, delay=model.delay)


def watched_of(
    settings: Settings,
    name: str,
    engines: Engines,
    store: sa.Engine,
    cache: ProfileCache,
    clock: Callable[[], datetime],
) -> Watched:
    """A model as the runs see it; its data is opened when the first window asks, and again after a fault."""
    model = settings.models[name]

    @once
    def observe() -> Observation:
        return Observation(
            name,
            open_data(model, engines, settled=settled_features(name, model, store)),
            store,
            granularity=model.granularity,
            delay=model.delay,
            cache=cache,
            clock=clock,
        )

    return Watched(
        name=name,
        learning=Learning(name, limits_of(settings, model), store, clock),
        route=route_of(settings.alerts),
        observe=observe,
        base_url=settings.dashboards.url,
        patience=model.lateness,
        cooldowns=cooldowns(settings.alerts.actions),
    )


def limits_of(settings: Settings, model: ModelSettings) -> Limits:
    """What the measurements of a model are held against."""
    rules = settings.alerts.rules
    return Limits(
        rules=tuple(rule.rule() for rule in rules),
        kinds={rule.alert: kind for rule in rules if (kind := rule.kind) is not None},
        wanted=Wanted(
            task=model.task,
            drift=model.measure.drift,
            performance=model.performance,
            min_rows=model.min_rows,
            has_targets=model.targets is not None,
        ),
        budget=settings.alerts.false_alarms,
        windows=model.windows,
        every=model.every,
        correction=settings.alerts.correction,
    )
