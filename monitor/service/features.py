"""The features of a model: as configured, or else what was read off its reference when that was first profiled."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from monitor.config.models import ModelSettings
from monitor.config.reference import PeriodReference, RollingReference
from monitor.profile.shape import Kind
from monitor.profile.stored import unpack_plan
from monitor.service.engines import Engines
from monitor.service.references import inferred_features
from monitor.service.shape import shape_of
from monitor.store.database import transaction
from monitor.store.plans import newest_plan


def feature_kinds(
    model: ModelSettings, engines: Engines, settled: Mapping[str, Kind] | None = None
) -> Mapping[str, Kind]:
    """The features and their kinds: as configured, or as they were settled, or else read off the reference."""
    features = model.predictions.features
    if features is None:
        return settled or inferred_features(model, engines).kinds
    numeric: dict[str, Kind] = dict.fromkeys(features.numeric, "numeric")
    return numeric | dict.fromkeys(features.categorical, "categorical")


def settled_features(name: str, model: ModelSettings, store: sa.Engine) -> Mapping[str, Kind] | None:
    """The features that were read off the log when a reference of this configuration was last profiled.

    A log changes its columns while it is watched: one that goes shall be missed, and none makes another reference. A
    reference that stands apart is what it is.
    """
    if model.predictions.features is not None or not isinstance(model.reference, PeriodReference | RollingReference):
        return None
    with transaction(store) as connection:
        content = newest_plan(connection, name)
    plan, outputs = None if content is None else unpack_plan(content), shape_of(model, {})
    if plan is None or plan.shape.source != outputs.source:
        return None
    return {column: kind for column, kind in plan.shape.kinds.items() if column not in outputs.kinds}
