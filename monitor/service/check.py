"""What `validate` finds when it connects: everything at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import sqlalchemy as sa

from monitor.config.models import ModelSettings
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Fault, SourceError, StoreError
from monitor.profile.classes import class_complaint
from monitor.profile.idlike import id_complaints
from monitor.profile.model import profile_batch
from monitor.profile.plan import cut_plan
from monitor.profile.shape import Kind
from monitor.service.data import open_data, open_predictions, open_targets
from monitor.service.engines import Engines
from monitor.service.features import feature_kinds, settled_features
from monitor.service.limitcheck import limit_lines
from monitor.service.references import inferred_features
from monitor.sources.describe import ColumnReport, TableReport, describe, describe_targets
from monitor.sources.faults import listed
from monitor.sources.infer import InferredKinds
from monitor.sources.spec import TIMES
from monitor.store.database import check_version, open_store
from monitor.window import EPOCH, Window

Line = str | Fault
Settled = Mapping[str, Kind] | None  # features that were read off the reference before
A_DAY = timedelta(days=1)


def check_world(settings: Settings, config: Path) -> Iterator[str]:
    """One line for each thing that was found.

    Raises `ConfigError` at the end with all that does not fit, `SourceError` where a database is away.
    """
    engines, store = Engines(store=settings.store), open_store(settings.store.reveal())
    faults: list[Fault] = []
    try:
        complaint = _complaint(store)
        yield f"store: {complaint or f'{store.url.render_as_string(hide_password=True)} is ready'}"
        for name, model in settings.models.items():
            settled = None if complaint else settled_features(name, model, store)
            for line in _check_model(name, model, engines, settled, str(config)):
                if isinstance(line, Fault):
                    faults.append(line)
                else:
                    yield line
    finally:
        engines.close()
        store.dispose()
    if faults:
        raise ConfigError(faults)
    for name, model in settings.models.items():
        yield from limit_lines(name, model, settings)


def _complaint(store: sa.Engine) -> str:
    """Why the store cannot be used yet, or nothing."""
    try:
        check_version(store)
    except StoreError as error:
        if not error.permanent:
            raise
        return str(error)
    return ""


def _check_model(name: str, model: ModelSettings, engines: Engines, settled: Settled, file: str) -> Iterator[Line]:
    path = f"models.{name}"

    def faults_of(part: str, check: Callable[[], Iterator[Line]]) -> Iterator[Line]:
        try:
            yield from check()
        except SourceError as error:
            if not error.permanent:
                raise
            yield from (Fault(file, None, f"{path}.{part}", line) for line in str(error).splitlines())

    yield from faults_of("predictions", lambda: _check_predictions(path, model, engines, settled))
    if model.targets is not None:
        yield from faults_of("targets", lambda: _check_targets(path, model, engines))
    yield from faults_of("reference", lambda: _check_reference(path, model, engines, settled))


def _check_predictions(path: str, model: ModelSettings, engines: Engines, settled: Settled) -> Iterator[Line]:
    table = open_predictions(model, feature_kinds(model, engines, settled), engines)
    yield from _report_lines(f"{path}.predictions", describe(table))


def _check_targets(path: str, model: ModelSettings, engines: Engines) -> Iterator[Line]:
    lookup = open_targets(model, engines)
    if lookup is not None:
        yield from _report_lines(f"{path}.targets", describe_targets(lookup))


def _check_reference(path: str, model: ModelSettings, engines: Engines, settled: Settled) -> Iterator[Line]:
    data = open_data(model, engines, settled=settled)
    newest = data.predictions.newest() or EPOCH
    basis = data.basis(Window(newest - min(model.windows), newest))
    first = next(iter(data.current(basis.slides) if basis.slides else basis.rows()), None)
    if first is None:
        raise SourceError(f"the reference is empty: {basis.description}", permanent=True)
    plan = cut_plan(data.shape, [first])
    if complaint := class_complaint(plan):
        raise SourceError(complaint, permanent=True)
    yield from (f"{path}.reference: {complaint}" for complaint in id_complaints(profile_batch(first, plan)))
    if model.predictions.features is None:
        yield from _feature_lines(f"{path}.reference", inferred_features(model, engines), settled)
    yield f"{path}.reference: {basis.description} has rows"


def _feature_lines(path: str, inferred: InferredKinds, settled: Settled) -> Iterator[Line]:
    kinds = inferred.kinds if settled is None else settled
    read_off = ", ".join(f"{name} ({kind})" for name, kind in kinds.items())
    yield f"{path}: features read off it: {read_off or 'none'}"
    yield from (f"{path}: left out: {name}, it {why}" for name, why in inferred.left_out.items())
    if new := inferred.kinds.keys() - kinds.keys():
        yield f"{path}: not watched, since new after it was profiled: {listed(new)}; to take in, name all `features`"


def _report_lines(path: str, report: TableReport) -> Iterator[Line]:
    if report.problems:
        raise SourceError("\n".join(report.problems), permanent=True)
    newest = f"; newest {report.newest:%Y-%m-%dT%H:%M:%SZ}" if report.newest else ""
    yield f"{path}: table {report.table}{newest}"
    for read_as, columns in groupby(sorted(report.columns, key=_reading), key=_reading):
        yield f"  {read_as}: " + ", ".join(f"{column.column} {column.database_type}".strip() for column in columns)
    yield from (f"  note: {note}" for note in report.notes)
    if report.newest and report.newest > datetime.now(UTC) + A_DAY:
        yield "  note: the newest time lies in the future; its rows wait until their window has closed"


def _reading(column: ColumnReport) -> str:
    """What a column is read as; id and times are said by name, since there is one of each."""
    if column.name in TIMES and column.read_as != column.name:
        return f"{column.name} ({column.read_as})"
    return "id" if column.name == "id" else column.read_as
