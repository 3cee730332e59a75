"""Opens predictions and targets wherever they lie: in a table, in files, in Spark.

What reads files and Spark is imported when it is needed: it takes as long to load as all the rest together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from monitor.config.place import Place
from monitor.config.secret import Secret
from monitor.config.spark import SparkSettings
from monitor.errors import SourceError
from monitor.service.engines import Engines
from monitor.sources.infer import InferredKinds, infer_kinds
from monitor.sources.log import Log
from monitor.sources.reflection import reflected
from monitor.sources.sparkplace import SparkPlace
from monitor.sources.spec import TableSpec
from monitor.sources.table import SqlTable


def open_log(place: Place, spec: TableSpec, engines: Engines, *, database: Secret | None = None) -> Log:
    """What the settings name, checked against the columns that are there."""
    if place.table is not None:
        return SqlTable.open(engines.engine(database or place.database), spec)
    if place.spark is not None:
        from monitor.sources.spark import SparkLog

        return SparkLog.open(_in_spark(place.spark), spec)
    from monitor.sources.dataset import FileLog

    if place.delta is not None:
        return FileLog.open(place.delta, spec, kind="delta")
    return FileLog.open(place.name, spec)


def columns_there(place: Place, engines: Engines, wanted: Collection[str]) -> Collection[str]:
    """Those of the columns that are there: in a folder, in any of its files."""
    if place.table is not None:
        known: Collection[str] = reflected(engines.engine(place.database), place.table).columns.keys()
    elif place.spark is not None:
        inferred = inferred_kinds(place, engines, ())
        known = {*inferred.kinds, *inferred.left_out}
    else:
        from monitor.sources.filecheck import columns_of, files_at

        files = files_at(place.name, "files" if place.delta is None else "delta")
        known = columns_of(files.newest_first(lambda _: None), wanted)
        if not known:
            raise SourceError(f"{place.name} has no files yet", permanent=True)
    return [name for name in wanted if name in known]


def inferred_kinds(place: Place, engines: Engines, exclude: Collection[str]) -> InferredKinds:
    """The features that stand there, and their kinds."""
    if place.table is not None:
        return infer_kinds(engines.engine(place.database), place.table, exclude)
    if place.spark is not None:
        from monitor.sources.inferspark import infer_spark_kinds

        return infer_spark_kinds(_in_spark(place.spark), exclude)
    from monitor.sources.inferfiles import infer_log_kinds

    if place.delta is not None:
        return infer_log_kinds(place.delta, exclude, kind="delta")
    return infer_log_kinds(place.name, exclude)


def _in_spark(settings: SparkSettings) -> SparkPlace:
    return SparkPlace(
        table=settings.table,
        format=settings.format,
        path=settings.path,
        options=_texts(settings.options),
        master=settings.master,
        conf=_texts(settings.conf),
    )


def _texts(options: Mapping[str, object]) -> dict[str, str]:
    """Options as Spark takes them; secrets are revealed here."""
    return {name: _text(value) for name, value in options.items()}


def _text(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    return str(value).lower() if isinstance(value, bool) else str(value)
