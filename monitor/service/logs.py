"""Opens predictions and targets wherever they lie: in a table, in files, in Spark."""

from __future__ import annotations

from collections.abc import Collection

from monitor.config.place import Place
from monitor.config.secret import Secret
from monitor.service.engines import Engines
from monitor.sources.dataset import FileLog
from monitor.sources.infer import InferredKinds, infer_kinds, infer_log_kinds
from monitor.sources.log import Log
from monitor.sources.reflection import reflected
from monitor.sources.spec import TableSpec
from monitor.sources.table import SqlTable


def open_log(place: Place, spec: TableSpec, engines: Engines, *, database: Secret | None = None) -> Log:
    """What the settings name, checked against the columns that are there."""
    if place.table is not None:
        return SqlTable.open(engines.engine(database or place.database), spec)
    if place.path is not None:
        return FileLog.open(place.path, spec)
    if place.delta is not None:
        return FileLog.open(place.delta, spec, kind="delta")
    raise NotImplementedError(place.name)


def column_names(place: Place, engines: Engines) -> Collection[str]:
    """The columns that are there."""
    if place.table is not None:
        return set(reflected(engines.engine(place.database), place.table).columns.keys())
    inferred = inferred_kinds(place, engines, ())
    return {*inferred.kinds, *inferred.left_out}


def inferred_kinds(place: Place, engines: Engines, exclude: Collection[str]) -> InferredKinds:
    """The features that stand there, and their kinds."""
    if place.table is not None:
        return infer_kinds(engines.engine(place.database), place.table, exclude)
    if place.path is not None:
        return infer_log_kinds(place.path, exclude)
    if place.delta is not None:
        return infer_log_kinds(place.delta, exclude, kind="delta")
    raise NotImplementedError(place.name)
