"""Reads the features and their kinds off a log of files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa

from monitor.errors import SourceError
from monitor.profile.shape import Kind
from monitor.sources.filecheck import FileKind, files_at
from monitor.sources.infer import InferredKinds, infer_field_kinds


def infer_log_kinds(path: Path | str, exclude: Collection[str] = (), *, kind: FileKind = "files") -> InferredKinds:
    """The features of a log of files, but for the columns `exclude`; the newest file with a column says what it is."""
    kinds: dict[str, Kind] = {}
    left_out: dict[str, str] = {}
    settled, trouble = set(exclude), f"{path} has no files yet"
    for file in files_at(path, kind).newest_first(lambda _: None):
        fields = [field for field in file.schema if field.name not in settled]
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
