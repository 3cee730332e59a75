"""The rows of a model, out of the databases and files that its configuration names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from monitor.config.models import ModelSettings
from monitor.profile.shape import Kind, ModelShape
from monitor.service.engines import Engines
from monitor.service.references import ReadReference, filters, infer_features, reference_reader
from monitor.service.shape import role_columns, role_kinds, shape_of
from monitor.sources.reflection import reflected
from monitor.sources.spec import TableSpec
from monitor.sources.table import SqlTable
from monitor.sources.targets import TargetLookup, unmatched_targets
from monitor.window import Window


@dataclass(frozen=True, slots=True)
class ModelData:
    """What a run asks of a model's data."""

    shape: ModelShape
    predictions: SqlTable
    targets: TargetLookup | None
    read_reference: ReadReference

    @property
    def has_targets(self) -> bool:
        return self.targets is not None

    def current(self, window: Window) -> Iterator[pa.RecordBatch]:
        batches = self.predictions.scan(window)
        return self.targets.attach(batches, self.shape.kinds["target"]) if self.targets else batches

    def reference(self, window: Window) -> tuple[str, Iterator[pa.RecordBatch]]:
        return self.read_reference(window, self.current)

    def unmatched_targets(self, window: Window) -> int | None:
        return unmatched_targets(self.predictions, self.targets.table, window) if self.targets else None


def open_data(model: ModelSettings, engines: Engines) -> ModelData:
    """Connect, and check tables and columns.

    Raises `SourceError`, permanent where the configuration does not fit the database.
    """
    features = feature_kinds(model, engines)
    shape = shape_of(model, features)
    return ModelData(
        shape=shape,
        predictions=open_predictions(model, _present(model, features, engines), engines),
        targets=open_targets(model, engines),
        read_reference=reference_reader(model, shape, engines),
    )


def _present(model: ModelSettings, features: Mapping[str, Kind], engines: Engines) -> Mapping[str, Kind]:
    """The features whose column is there; one that is gone counts as null in every row, and hides no other."""
    table = reflected(engines.engine(model.predictions.database), model.predictions.table)
    return {name: kind for name, kind in features.items() if name in table.columns}


def feature_kinds(model: ModelSettings, engines: Engines) -> Mapping[str, Kind]:
    """The features and their kinds: as configured, or else read off the reference."""
    features = model.predictions.features
    if features is None:
        return infer_features(model, engines)
    numeric: dict[str, Kind] = dict.fromkeys(features.numeric, "numeric")
    return numeric | dict.fromkeys(features.categorical, "categorical")


def open_predictions(model: ModelSettings, features: Mapping[str, Kind], engines: Engines) -> SqlTable:
    """The log of the predictions."""
    settings = model.predictions
    roles = role_columns(model)
    kinds = {name: kind for name, kind in role_kinds(model).items() if name in roles}
    spec = TableSpec(
        table=settings.table,
        columns={
            "id": settings.columns.id,
            "time": settings.columns.time,
            **roles,
            **{name: name for name in features},
        },
        kinds={**kinds, **features},
        where=filters(settings.where),
        time_zone=settings.time_zone,
    )
    return SqlTable.open(engines.engine(settings.database), spec)


def open_targets(model: ModelSettings, engines: Engines) -> TargetLookup | None:
    """The outcomes, if the configuration names any."""
    settings = model.targets
    if settings is None:
        return None
    times = {} if settings.columns.time is None else {"time": settings.columns.time}
    spec = TableSpec(
        table=settings.table,
        columns={"id": settings.columns.id, "target": settings.columns.target, **times},
        kinds={"target": role_kinds(model)["target"]},
        time_zone=settings.time_zone,
    )
    return TargetLookup(SqlTable.open(engines.engine(settings.database or model.predictions.database), spec))
