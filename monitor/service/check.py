"""What `validate` finds when it connects: everything at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from monitor.config.models import ModelSettings
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Fault, SourceError, StoreError
from monitor.profile.classes import class_complaint
from monitor.profile.plan import cut_plan
from monitor.service.data import feature_kinds, open_data, open_predictions, open_targets
from monitor.service.engines import Engines
from monitor.service.references import inferred_features
from monitor.sources.describe import ColumnReport, TableReport, describe, describe_targets
from monitor.sources.spec import TIMES
from monitor.store.database import check_version, open_store
from monitor.window import EPOCH, Window

Line = str | Fault
A_DAY = timedelta(days=1)


def check_world(settings: Settings, config: Path) -> Iterator[str]:
    """One line for each thing that was found.

    Raises `ConfigError` at the end with all that does not fit, `SourceError` where a database is away.
    """
    engines = Engines(store=settings.store)
    faults: list[Fault] = []
    yield _store_line(settings)
    try:
        for name, model in settings.models.items():
            for line in _check_model(name, model, engines, str(config)):
                if isinstance(line, Fault):
                    faults.append(line)
                else:
                    yield line
    finally:
        engines.close()
    if faults:
        raise ConfigError(faults)


def _store_line(settings: Settings) -> str:
    store = open_store(settings.store.reveal())
    try:
        check_version(store)
    except StoreError as error:
        if not error.permanent:
            raise
        return f"store: {error}"
    finally:
        store.dispose()
    return f"store: {store.url.render_as_string(hide_password=True)} is ready"


def _check_model(name: str, model: ModelSettings, engines: Engines, file: str) -> Iterator[Line]:
    path = f"models.{name}"

    def faults_of(part: str, check: Callable[[], Iterator[Line]]) -> Iterator[Line]:
        try:
            yield from check()
        except SourceError as error:
            if not error.permanent:
                raise
            yield from (Fault(file, None, f"{path}.{part}", line) for line in str(error).splitlines())

    yield from faults_of("predictions", lambda: _check_predictions(path, model, engines))
    if model.targets is not None:
        yield from faults_of("targets", lambda: _check_targets(path, model, engines))
    yield from faults_of("reference", lambda: _check_reference(path, model, engines))


def _check_predictions(path: str, model: ModelSettings, engines: Engines) -> Iterator[Line]:
    table = open_predictions(model, feature_kinds(model, engines), engines)
    yield from _report_lines(f"{path}.predictions", describe(table))


def _check_targets(path: str, model: ModelSettings, engines: Engines) -> Iterator[Line]:
    lookup = open_targets(model, engines)
    if lookup is not None:
        yield from _report_lines(f"{path}.targets", describe_targets(lookup))


def _check_reference(path: str, model: ModelSettings, engines: Engines) -> Iterator[Line]:
    data = open_data(model, engines)
    newest = data.predictions.newest() or EPOCH
    basis = data.basis(Window(newest - min(model.windows), newest))
    first = next(iter(data.current(basis.slides) if basis.slides else basis.rows()), None)
    if first is None:
        raise SourceError(f"the reference is empty: {basis.description}", permanent=True)
    if complaint := class_complaint(cut_plan(data.shape, [first])):
        raise SourceError(complaint, permanent=True)
    if model.predictions.features is None:
        inferred = inferred_features(model, engines)
        kinds = ", ".join(f"{name} ({kind})" for name, kind in inferred.kinds.items())
        yield f"{path}.reference: features read off it: {kinds}"
        yield from (f"{path}.reference: left out: {name}, it {why}" for name, why in inferred.left_out.items())
    yield f"{path}.reference: {basis.description} has rows"


def _report_lines(path: str, report: TableReport) -> Iterator[Line]:
    if report.problems:
        raise SourceError("\n".join(report.problems), permanent=True)
    newest = f"; newest {report.newest:%Y-%m-%dT%H:%M:%SZ}" if report.newest else ""
    yield f"{path}: table {report.table}{newest}"
    for read_as, columns in groupby(sorted(report.columns, key=_reading), key=_reading):
        yield f"  {read_as}: " + ", ".join(f"{column.column} {column.database_type}" for column in columns)
    yield from (f"  note: {note}" for note in report.notes)
    if report.newest and report.newest > datetime.now(UTC) + A_DAY:
        yield "  note: the newest time lies in the future; its rows wait until their window has closed"


def _reading(column: ColumnReport) -> str:
    """What a column is read as; id and times are said by name, since there is one of each."""
    if column.name in TIMES and column.read_as != column.name:
        return f"{column.name} ({column.read_as})"
    return "id" if column.name == "id" else column.read_as
