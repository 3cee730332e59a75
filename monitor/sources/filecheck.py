"""Checks once what a spec wants of a log of files, and tells everything that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pyarrow as pa
import pyarrow.dataset as ds

from monitor.errors import SourceError
from monitor.sources.datafiles import DataFile
from monitor.sources.deltatable import DeltaFolder
from monitor.sources.faults import did_you_mean, listed
from monitor.sources.filecolumns import TIMES
from monitor.sources.filereader import FileReader
from monitor.sources.folder import FileSet, Folder
from monitor.sources.pushdown import time_expression, where_expression
from monitor.sources.spec import TableSpec
from monitor.window import Window, utc

FileKind = Literal["files", "delta"]
_KEYS: dict[FileKind, str] = {"files": "path", "delta": "delta"}
_ANY_WINDOW = Window(utc(2000), utc(2001))


def files_at(path: Path | str, kind: FileKind) -> FileSet:
    """Where the files of a log are."""
    return DeltaFolder.at(path) if kind == "delta" else Folder.at(path)


def checked_reader(files: FileSet, spec: TableSpec, kind: FileKind) -> FileReader:
    """A reader for the files; an empty folder may be anything yet."""
    problems = _unknown_zone(spec)
    reader = FileReader(spec, ZoneInfo(spec.time_zone) if spec.time_zone and not problems else None)
    sample = next(files.newest_first(lambda schema: _possible(reader, schema)), None)
    if sample is not None:
        problems += [*_missing_columns(files, sample, spec), *_wrong_filters(reader, sample)]
        problems += [] if problems else _wrong_columns(reader, sample, kind)
    if problems:
        raise SourceError("\n".join(problems), permanent=True)
    return reader


def _possible(reader: FileReader, schema: pa.Schema) -> ds.Expression | None:
    """The filters, unless they are wrong, which is told together with the rest."""
    try:
        return reader.where(schema)
    except SourceError:
        return None


def _unknown_zone(spec: TableSpec) -> list[str]:
    try:
        ZoneInfo(spec.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        suggestion = did_you_mean(spec.time_zone or "", available_timezones())
        return [f"{spec.table}: no time zone is called {spec.time_zone}{suggestion}"]
    return []


def columns_of(files: Iterable[DataFile], wanted: Collection[str]) -> set[str]:
    """The columns that any file has; no more files are opened than it takes to find all that are wanted."""
    known: set[str] = set()
    for file in files:
        known.update(file.schema.names)
        if known.issuperset(wanted):
            break
    return known


def lacking(files: Iterable[DataFile], wanted: Collection[str]) -> list[str]:
    """One sentence for each column that some files lack."""
    without: dict[str, list[str]] = {name: [] for name in wanted}
    count = 0
    for file in files:
        count += 1
        for name in set(wanted).difference(file.schema.names):
            without[name].append(file.path)
    return [
        f"{name} is missing in {len(paths):,} of {count:,} files and null in their rows: {listed(paths, 3)}"
        for name, paths in without.items()
        if paths
    ]


def _missing_columns(files: FileSet, sample: DataFile, spec: TableSpec) -> list[str]:
    """Columns that are in no file; older files may have some that the newest has not."""
    wanted = dict.fromkeys([*spec.columns.values(), *(wanted.column for wanted in spec.where)])
    known = columns_of(chain([sample], files.files(lambda _: None)), wanted)
    missing = [name for name in wanted if name not in known]
    has = f"it has: {listed(known)}"
    return [f"{spec.table}: no column {name}{did_you_mean(name, known) or ';'} {has}" for name in missing]


def _wrong_filters(reader: FileReader, sample: DataFile) -> list[str]:
    problems = []
    for wanted in [] if sample.is_text else reader.spec.where:
        try:
            where_expression(sample.schema, [wanted], reader.zone)
        except ValueError as error:
            problems.append(f"{reader.spec.table}: where {wanted.column} {wanted.op}: {error}")
    return problems


def _wrong_columns(reader: FileReader, sample: DataFile, kind: FileKind) -> list[str]:
    """What the first rows of a file show: columns that cannot be read as what they are wanted for."""
    return [problem for name in reader.names(()) for problem in _unreadable(reader, sample, name, kind)]


def arrival_trouble(files: FileSet, reader: FileReader, kind: FileKind) -> str:
    """What the newest file shows of the column `ingested`: why it cannot be read, which spoils no window."""
    if "ingested" not in reader.spec.columns:
        return ""
    sample = next(files.newest_first(reader.where), None)
    return " ".join(_unreadable(reader, sample, "ingested", kind)) if sample else ""


def _unreadable(reader: FileReader, sample: DataFile, name: str, kind: FileKind) -> Sequence[str]:
    column = reader.spec.columns[name]
    if name in TIMES and column in sample.schema.names and not sample.is_text:
        held = sample.schema.field(column).type
        if time_expression(column, held, _ANY_WINDOW) is None:
            return [f"{sample.path}: {column} is {held}: no time can be read from it"]
    try:
        next(reader.read(sample, [name]), None)
    except SourceError as error:
        if not error.permanent:
            raise
        advice = f": write `time_zone: UTC` (or another) beside `{_KEYS[kind]}: {reader.spec.table}`"
        return [f"{error}{advice if str(error).endswith('no time zone') else ''}"]
    return []
