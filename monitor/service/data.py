"""The rows of a model, out of the databases and files that its configuration names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyarrow as pa

from monitor.config.models import ModelSettings
from monitor.observe import Basis, NewOutcomes
from monitor.observe.parts import Parts
from monitor.profile.plan import Plan
from monitor.profile.scan import outcomes_of
from monitor.profile.shape import Kind, ModelShape
from monitor.service.engines import Engines
from monitor.service.features import feature_kinds
from monitor.service.logs import columns_there, open_log
from monitor.service.references import basis_of, filters
from monitor.service.shape import log_columns, log_kinds, role_kinds, shape_of
from monitor.sources.log import Log, ProfilingLog
from monitor.sources.spec import TableSpec
from monitor.sources.targets import TargetLookup, unmatched_counts
from monitor.store.targets import TargetCount
from monitor.window import Window


@dataclass(frozen=True, slots=True)
class ModelData:
    """What a run asks of a model's data; `every_prediction` is the log without its filters."""

    shape: ModelShape
    predictions: Log
    every_prediction: Log
    targets: TargetLookup | None
    notes_arrival: bool
    find_basis: Callable[[ModelData, Window], Basis]

    @property
    def has_targets(self) -> bool:
        return self.targets is not None

    def basis(self, window: Window) -> Basis:
        return self.find_basis(self, window)

    def current(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        return self._joined(self.predictions.scan(window), targets_before)

    def outcomes(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        return self._joined(self.predictions.scan(window, only=self._narrow), targets_before)

    def profiled(
        self, window: Window, plan: Plan, granularity: timedelta, *, targets_before: datetime | None = None
    ) -> Mapping[datetime, Parts] | None:
        if not isinstance(self.predictions, ProfilingLog):
            return None
        found = self.predictions.profiles(window, plan, granularity)
        if self.targets is None:
            return found
        joined = outcomes_of(self.outcomes(window, targets_before=targets_before), plan, granularity)
        return {
            start: {
                part: replace(profile, outcome=joined.get(start, {}).get(part, profile.outcome))
                for part, profile in parts.items()
            }
            for start, parts in found.items()
        }

    def counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, int]:
        return self.predictions.counts(window, granularity)

    def arrived(self, since: datetime, until: datetime) -> Iterator[pa.RecordBatch] | None:
        return self.predictions.arrived(since, until, only=("time",)) if self.notes_arrival else None

    def target_counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, TargetCount] | None:
        if self.targets is None or not self.targets.has_times:
            return None
        counts = unmatched_counts(self.every_prediction, self.targets, window, granularity)
        return {start: TargetCount(rows, unmatched) for start, (rows, unmatched) in counts.items()}

    def target_rows(self, window: Window, granularity: timedelta) -> Mapping[datetime, int] | None:
        if self.targets is None or not self.targets.has_times:
            return None
        return self.targets.table.counts(window, granularity)

    def all_targets(self) -> int:
        return self.targets.table.size() if self.targets else 0

    def new_outcomes(self, window: Window) -> Iterator[NewOutcomes]:
        if self.targets is None:
            return
        for new in self.targets.observed(window):
            first = self.predictions.lookup(new.first, only=self._narrow) if new.first else ()
            again = self.predictions.lookup(new.again, only=("time",)) if new.again else ()
            yield NewOutcomes(new.rows, [self.targets.join(batch, new.found) for batch in first], list(again))

    @property
    def _narrow(self) -> tuple[str, ...]:
        """What outcomes need of a prediction: no features."""
        outputs = (name for name in self.shape.kinds if name in ("prediction", "score"))
        version = ("version",) if self.shape.has_versions else ()
        return ("id", "time", *outputs, *self.shape.scores.values(), *version, *self.shape.segments.values())

    def _joined(self, batches: Iterator[pa.RecordBatch], before: datetime | None) -> Iterator[pa.RecordBatch]:
        return self.targets.attach(batches, before) if self.targets else batches


def open_data(model: ModelSettings, engines: Engines, *, settled: Mapping[str, Kind] | None = None) -> ModelData:
    """Connect, and check tables and columns; `settled` are the features that were read off the reference before.

    Raises `SourceError`, permanent where the configuration does not fit the database.
    """
    features = feature_kinds(model, engines, settled)
    shape = shape_of(model, features)
    present = _present(model, features, engines)
    predictions = open_predictions(model, present, engines)
    return ModelData(
        shape=shape,
        predictions=predictions,
        every_prediction=_every_prediction(model, engines) if model.predictions.where else predictions,
        targets=open_targets(model, engines),
        notes_arrival=model.predictions.columns.ingested is not None and not predictions.arrival_trouble,
        find_basis=basis_of(model, shape, engines, missing=features.keys() - present.keys()),
    )


def _present(model: ModelSettings, features: Mapping[str, Kind], engines: Engines) -> Mapping[str, Kind]:
    """The features whose column is there; in windows one that is gone is null in every row, and hides no other."""
    return {name: features[name] for name in columns_there(model.predictions, engines, features)}


def open_predictions(model: ModelSettings, features: Mapping[str, Kind], engines: Engines) -> Log:
    """The log of the predictions."""
    settings = model.predictions
    spec = TableSpec(
        table=settings.name,
        columns={
            "id": settings.columns.id,
            "time": settings.columns.time,
            **log_columns(model, features),
            **{name: name for name in features},
        },
        kinds={**log_kinds(model, features), **features},
        where=filters(settings.where),
        time_zone=settings.time_zone,
    )
    return open_log(settings, spec, engines)


def open_targets(model: ModelSettings, engines: Engines) -> TargetLookup | None:
    """The outcomes, if the configuration names any."""
    settings = model.targets
    if settings is None:
        return None
    times = {} if settings.columns.time is None else {"time": settings.columns.time}
    kind = role_kinds(model)["target"]
    spec = TableSpec(
        table=settings.name,
        columns={"id": settings.columns.id, "target": settings.columns.target, **times},
        kinds={"target": kind},
        time_zone=settings.time_zone,
    )
    log = open_log(settings, spec, engines, database=settings.database or model.predictions.database)
    return TargetLookup(log, kind, has_times=bool(times))


def _every_prediction(model: ModelSettings, engines: Engines) -> Log:
    settings = model.predictions
    columns = {"id": settings.columns.id, "time": settings.columns.time}
    return open_log(settings, TableSpec(settings.name, columns, {}, time_zone=settings.time_zone), engines)
