"""The four kinds of reference: a period of the log, a table, a file, a stretch that moves along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import pyarrow as pa

from monitor.config.models import ModelSettings
from monitor.config.reference import FileReference, PeriodReference, RollingReference, TableReference
from monitor.config.tables import Filters
from monitor.profile.shape import Kind, ModelShape
from monitor.service.engines import Engines
from monitor.service.shape import role_columns
from monitor.sources.files import file_schema, read_file
from monitor.sources.infer import InferredKinds, infer_file_kinds, infer_kinds
from monitor.sources.reflection import reflected
from monitor.sources.spec import Filter, TableSpec
from monitor.sources.table import SqlTable
from monitor.window import Window

ReadLog = Callable[[Window], Iterator[pa.RecordBatch]]
ReadReference = Callable[[Window, ReadLog], tuple[str, Iterator[pa.RecordBatch]]]


def reference_reader(model: ModelSettings, shape: ModelShape, engines: Engines) -> ReadReference:
    """How to read what a window is held against; nothing is read yet."""
    match model.reference:
        case PeriodReference() as period:
            stretch = Window(period.from_, period.to)
            return lambda _window, log: (f"predictions of {stretch}", log(stretch))
        case RollingReference() as rolling:
            return lambda window, log: _rolling(rolling, window, log)
        case TableReference() as table:
            return lambda _window, _log: (f"table {table.table}", _table(model, table, shape, engines))
        case FileReference() as file:
            return lambda _window, _log: (f"file {file.file.name}", _file(model, file, shape))


def infer_features(model: ModelSettings, engines: Engines) -> Mapping[str, Kind]:
    """The features and their kinds, read off the reference."""
    return inferred_features(model, engines).kinds


def inferred_features(model: ModelSettings, engines: Engines) -> InferredKinds:
    """The features and their kinds, with the columns that are left out and why."""
    exclude = _not_features(model)
    match model.reference:
        case TableReference() as table:
            return infer_kinds(engines.engine(table.database or model.predictions.database), table.table, exclude)
        case FileReference() as file:
            return infer_file_kinds(file.file, exclude)
        case _:
            return infer_kinds(engines.engine(model.predictions.database), model.predictions.table, exclude)


def filters(settings: Filters) -> tuple[Filter, ...]:
    """The configuration's filters as the sources take them."""
    return tuple(Filter(wanted.column, wanted.op, wanted.value) for wanted in settings)


def _rolling(rolling: RollingReference, window: Window, log: ReadLog) -> tuple[str, Iterator[pa.RecordBatch]]:
    end = window.end - rolling.ending
    stretch = Window(end - rolling.last, end)
    return f"predictions of {stretch}", log(stretch)


def _table(
    model: ModelSettings, table: TableReference, shape: ModelShape, engines: Engines
) -> Iterator[pa.RecordBatch]:
    engine = engines.engine(table.database or model.predictions.database)
    columns = _columns(model, shape, present=reflected(engine, table.table).columns.keys())
    kinds = {name: shape.kinds[name] for name in columns}
    yield from SqlTable.open(engine, TableSpec(table.table, columns, kinds, filters(table.where))).scan()


def _file(model: ModelSettings, file: FileReference, shape: ModelShape) -> Iterator[pa.RecordBatch]:
    columns = _columns(model, shape, present=file_schema(file.file).names)
    yield from read_file(file.file, columns, {name: shape.kinds[name] for name in columns})


def _columns(model: ModelSettings, shape: ModelShape, *, present: Collection[str]) -> dict[str, str]:
    """The batch's names and the reference's columns: features must be there, outputs and target may."""
    roles = role_columns(model)
    if model.targets is not None:
        roles["target"] = model.targets.columns.target
    features = {name: name for name in shape.kinds if name not in roles}
    return features | {name: column for name, column in roles.items() if column in present}


def _not_features(model: ModelSettings) -> set[str]:
    """Columns that have another part to play."""
    settings = model.predictions
    columns = {settings.columns.id, settings.columns.time, *role_columns(model).values()}
    columns |= {wanted.column for wanted in settings.where}
    if model.targets is not None:
        targets = model.targets.columns
        columns |= {targets.id, targets.target} | ({targets.time} if targets.time else set())
    return columns
