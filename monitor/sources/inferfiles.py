"""Reads the features and their kinds off a log of files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from monitor.errors import SourceError
from monitor.profile.shape import Kind
from monitor.sources.datafiles import DataFile
from monitor.sources.filecheck import FileKind, files_at
from monitor.sources.infer import InferredKinds, infer_field_kinds


def infer_log_kinds(path: Path | str, exclude: Collection[str] = (), *, kind: FileKind = "files") -> InferredKinds:
    """The features of a log of files, but for the columns `exclude`.

    Where files do not agree on the type of a column, most of them are right, and the newest of these says what it is.
    """
    kinds: dict[str, Kind] = {}
    left_out: dict[str, str] = {}
    settled, trouble = set(exclude), f"{path} has no files yet"
    files = list(files_at(path, kind).newest_first(lambda _: None))
    usual = _usual_types(files)
    for file in files:
        fields = [field for field in file.schema if field.name not in settled and _is_usual(field, usual)]
        if not fields:
            trouble = ""
            continue
        sample = next((batch for batch in file.batches([field.name for field in fields]) if batch.num_rows), None)
        if sample is None:
            trouble = trouble and f"{file.path} has no rows"
            continue
        trouble = ""
        found = infer_field_kinds(fields, sample)
        kinds |= found.kinds
        left_out |= found.left_out
        settled |= {field.name for field in fields if not pa.types.is_null(field.type)}
    if trouble:
        raise SourceError(trouble, permanent=True)
    return InferredKinds(kinds, {name: reason for name, reason in left_out.items() if name not in kinds})


def _usual_types(files: Iterable[DataFile]) -> Mapping[str, bool]:
    """Of each column, whether most of the files that have it hold numbers; the newest decides where they are equal."""
    votes: dict[str, list[bool]] = defaultdict(list)
    for file in files:
        for field in file.schema:
            if not pa.types.is_null(field.type):
                votes[field.name].append(_is_number(field.type))
    return {
        name: found[0] if 2 * sum(found) == len(found) else 2 * sum(found) > len(found) for name, found in votes.items()
    }


def _is_usual(field: pa.Field, usual: Mapping[str, bool]) -> bool:
    return pa.types.is_null(field.type) or _is_number(field.type) == usual[field.name]


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
