"""The four kinds of reference: a period of the log, a table, a file, a stretch that moves along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from functools import cache

import pyarrow as pa

from monitor.config.models import ModelSettings
from monitor.config.reference import FileReference, PeriodReference, RollingReference, TableReference
from monitor.config.tables import Filters
from monitor.errors import SourceError
from monitor.observe import Basis, Data
from monitor.profile.shape import Kind, ModelShape
from monitor.service.engines import Engines
from monitor.service.logs import inferred_kinds
from monitor.service.shape import role_columns
from monitor.sources.faults import listed
from monitor.sources.files import file_fingerprint, file_schema, read_file
from monitor.sources.infer import InferredKinds, infer_file_kinds, infer_kinds
from monitor.sources.reflection import reflected
from monitor.sources.spec import Filter, TableSpec
from monitor.sources.table import SqlTable
from monitor.window import Window, floor

FindBasis = Callable[[Data, Window], Basis]
Read = Callable[[Window], Iterator[pa.RecordBatch]]


def basis_of(model: ModelSettings, shape: ModelShape, engines: Engines, *, missing: Collection[str] = ()) -> FindBasis:
    """What a window is held against; nothing is read yet.

    `missing` are features whose column the log has no more: no reference is read from it without them.
    """

    def of_log(data: Data, stretch: Window) -> Iterator[pa.RecordBatch]:
        if missing:
            raise SourceError(_incomplete(model, missing), permanent=True)
        return data.current(stretch)

    match model.reference:
        case PeriodReference() as period:
            stretch = Window(period.from_, period.to)
            return lambda data, _window: Basis(
                _said(stretch), lambda: of_log(data, stretch), lambda: _settled(model, stretch), stretch
            )
        case RollingReference() as rolling:
            return lambda data, window: _rolling(model, rolling, window, lambda stretch: of_log(data, stretch))
        case TableReference() as table:
            known = _of_table(model, table, shape, engines)
            return lambda _data, _window: known
        case FileReference() as file:
            return lambda _data, _window: Basis(
                f"file {file.file.name}", lambda: _file(model, file, shape), lambda: file_fingerprint(file.file)
            )


def inferred_features(model: ModelSettings, engines: Engines) -> InferredKinds:
    """The features and their kinds, with the columns that are left out and why."""
    exclude = _not_features(model)
    match model.reference:
        case TableReference() as table:
            return infer_kinds(engines.engine(table.database or model.predictions.database), table.table, exclude)
        case FileReference() as file:
            return infer_file_kinds(file.file, exclude)
        case _:
            return inferred_kinds(model.predictions, engines, exclude)


def filters(settings: Filters) -> tuple[Filter, ...]:
    """The configuration's filters as the sources take them."""
    return tuple(Filter(wanted.column, wanted.op, wanted.value) for wanted in settings)


def _said(stretch: Window) -> str:
    return f"predictions of {stretch}"


def _settled(model: ModelSettings, stretch: Window) -> str:
    """Rows and targets of a period may come late: until then it is read again every day, and then once more."""
    now = datetime.now(UTC)
    return "settled" if now >= stretch.end + model.delay + model.lateness else f"as of {now:%Y-%m-%d}"


def _incomplete(model: ModelSettings, missing: Collection[str]) -> str:
    columns = "column" if len(missing) == 1 else "columns"
    return (
        f"{model.predictions.name} has no {columns} {listed(missing)}, and the reference is not read without:"
        f" bring the {columns} back, or write `features` without"
    )


def _rolling(model: ModelSettings, rolling: RollingReference, window: Window, read: Read) -> Basis:
    """A stretch that moves along; its bins are cut on the last whole one of its length since the epoch.

    So bins stay for as long as the stretch is, and are the same whichever window is measured first.
    """
    end = window.end - rolling.ending
    moving = Window(end - rolling.last, end)
    start = floor(moving.start, rolling.last)
    fixed = Window(start, start + rolling.last)

    def basis(stretch: Window, otherwise: Basis | None) -> Basis:
        return Basis(
            _said(stretch),
            lambda: read(stretch),
            lambda: _settled(model, stretch),
            stretch,
            slides=moving,
            otherwise=otherwise,
        )

    return basis(fixed, basis(moving, None))


def _of_table(model: ModelSettings, table: TableReference, shape: ModelShape, engines: Engines) -> Basis:
    @cache
    def opened() -> SqlTable:
        engine = engines.engine(table.database or model.predictions.database)
        columns = _columns(model, shape, present=reflected(engine, table.table).columns.keys())
        kinds = {name: _kind(shape, name) for name in columns}
        return SqlTable.open(engine, TableSpec(table.table, columns, kinds, filters(table.where)))

    return Basis(f"table {table.table}", lambda: opened().scan(), lambda: f"{opened().size()} rows")


def _file(model: ModelSettings, file: FileReference, shape: ModelShape) -> Iterator[pa.RecordBatch]:
    columns = _columns(model, shape, present=file_schema(file.file).names)
    yield from read_file(file.file, columns, {name: _kind(shape, name) for name in columns})


def _columns(model: ModelSettings, shape: ModelShape, *, present: Collection[str]) -> dict[str, str]:
    """The batch's names and the reference's columns: features must be there, outputs and target may."""
    roles = role_columns(model)
    if model.targets is not None:
        roles["target"] = model.targets.columns.target
    features = {name: name for name in shape.kinds if name not in roles}
    segments = {name: key for key, name in shape.segments.items() if name not in features}
    optional = {**roles, **segments}
    return features | {name: column for name, column in optional.items() if column in present}


def _kind(shape: ModelShape, name: str) -> Kind:
    """What a column is read as; those of segments are text."""
    return shape.kinds.get(name, "categorical")


def _not_features(model: ModelSettings) -> set[str]:
    """Columns that have another part to play."""
    settings = model.predictions
    columns = {settings.columns.id, settings.columns.time, *role_columns(model).values()}
    columns |= {wanted.column for wanted in settings.where}
    columns |= {column for column in (settings.columns.version, settings.columns.ingested) if column}
    if model.targets is not None:
        targets = model.targets.columns
        columns |= {targets.id, targets.target} | ({targets.time} if targets.time else set())
    return columns
