"""Reads the features and their kinds off a log of files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from monitor.errors import SourceError
from monitor.sources.filecheck import FileKind, files_at
from monitor.sources.infer import InferredKinds, infer_field_kinds


def infer_log_kinds(path: Path | str, exclude: Collection[str] = (), *, kind: FileKind = "files") -> InferredKinds:
    """The features of a log of files by the file of today's form, but for the columns `exclude`."""
    file = files_at(path, kind).newest_file(lambda _: None)
    if file is None:
        raise SourceError(f"{path} has no files yet", permanent=True)
    fields = [field for field in file.schema if field.name not in exclude]
    batches = file.batches([field.name for field in fields])
    sample = next((batch for batch in batches if batch.num_rows), None)
    if fields and sample is None:
        raise SourceError(f"{file.path} has no rows", permanent=True)
    return infer_field_kinds(fields, sample)
