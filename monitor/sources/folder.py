"""Finds the files of a log: in a folder, listed anew each time, or the one that is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import fs

from monitor.errors import SourceError
from monitor.sources.datafiles import CsvData, DataFile, ParquetData, may_hold
from monitor.sources.faults import listed
from monitor.sources.files import CSV, PARQUET, has_ending

Condition = Callable[[pa.Schema], ds.Expression | None]  # for files with these columns
_WHOLE = re.compile(r"-?\d{1,18}")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


class FileSet(Protocol):
    """Where the files of a log are."""

    def files(self, condition: Condition) -> Iterator[DataFile]:
        """The files of this moment, opened one by one, but for those that are known to hold no wanted row."""

    def newest_first(self, condition: Condition) -> Iterator[DataFile]:
        """The same, one of today's form first."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of Parquet or CSV files, with partitions like `day=2013-04-01/` or without, or one such file."""

    written: str
    filesystem: fs.FileSystem
    root: str

    @classmethod
    def at(cls, path: Path | str) -> Folder:
        """A path, or a URI like `s3://bucket/folder`."""
        written = str(path)
        with _reachable(written):
            if "://" in written:
                return cls(written, *fs.FileSystem.from_uri(written))
            return cls(written, fs.LocalFileSystem(), written)

    def files(self, condition: Condition) -> Iterator[DataFile]:
        """The files in rising order of path, opened one by one, but for partitions that the condition rules out."""
        return self._each(self._listed(), condition)

    def newest_first(self, condition: Condition) -> Iterator[DataFile]:
        """The same, the one that was written last first."""
        found = sorted(self._listed(), key=lambda info: (info.mtime_ns or 0, info.path), reverse=True)
        return self._each(found, condition)

    def _each(self, found: Sequence[fs.FileInfo], condition: Condition) -> Iterator[DataFile]:
        keys = _partition_keys([self._relative(info) for info in found])
        for info in found:
            yield from self._opened(info, keys, condition(keys) if keys.names else None)

    def _opened(self, info: fs.FileInfo, keys: pa.Schema, condition: ds.Expression | None) -> Iterator[DataFile]:
        partition = ds.HivePartitioning(keys, null_fallback=_NO_VALUE).parse(
            self._relative(info).rpartition("/")[0] + "/"
        )
        if condition is not None and not _partition_may_hold(info, self.filesystem, partition, keys, condition):
            return
        if has_ending(info.path, PARQUET):
            present = pa.schema([field for field in keys if field.name in ds.get_partition_keys(partition)])
            yield ParquetData.opened(info.path, self.filesystem, partition, present)
        else:
            yield CsvData.opened(info.path, self.filesystem, partition)

    def _listed(self) -> list[fs.FileInfo]:
        with _reachable(self.written):
            (root,) = self.filesystem.get_file_info([self.root])
            if root.type == fs.FileType.NotFound:
                raise SourceError(f"there is no file or folder {self.written}", permanent=True)
            if root.type == fs.FileType.File:
                return _readable(self.written, [root])
            within = self.filesystem.get_file_info(fs.FileSelector(self.root, recursive=True))
        self._refuse_delta(within)
        visible = [info for info in within if info.type == fs.FileType.File and _is_visible(self._relative(info))]
        return _readable(self.written, sorted(visible, key=lambda info: info.path))

    def _refuse_delta(self, within: Sequence[fs.FileInfo]) -> None:
        if any(self._relative(info) == "_delta_log" for info in within):
            message = (
                f"{self.written} is a Delta table: write `delta:` instead of `path:`, or deleted rows would be read"
            )
            raise SourceError(message, permanent=True)

    def _relative(self, info: fs.FileInfo) -> str:
        return str(info.path).removeprefix(self.root.rstrip("/")).lstrip("/")


def _readable(written: str, found: Sequence[fs.FileInfo]) -> list[fs.FileInfo]:
    """Files of one known kind; one without bytes is not written yet."""
    kinds = {kind: [info for info in found if has_ending(info.path, kind)] for kind in (PARQUET, CSV)}
    if all(kinds.values()):
        raise SourceError(f"{written} holds both Parquet and CSV files: name a folder for each", permanent=True)
    if found and not any(kinds.values()):
        message = f"{written} holds nothing that can be read, which is {listed((*PARQUET, *CSV))}"
        raise SourceError(f"{message}; found {listed((info.base_name for info in found), 3)}", permanent=True)
    return [info for kind in kinds.values() for info in kind if info.size != 0]


def _is_visible(relative: str) -> bool:
    return not any(part[:1] in ("_", ".") and "=" not in part for part in relative.split("/"))


def _partition_keys(paths: Sequence[str]) -> pa.Schema:
    """The columns that stand in the names of the folders; numbers where all values are whole."""
    is_whole: dict[str, bool] = {}
    for path in paths:
        for part in path.split("/")[:-1]:
            name, equals, value = part.partition("=")
            if equals:
                whole = value == _NO_VALUE or _WHOLE.fullmatch(value) is not None
                is_whole[name] = is_whole.get(name, True) and whole
    return pa.schema([(name, pa.int64() if whole else pa.string()) for name, whole in is_whole.items()])


def _partition_may_hold(
    info: fs.FileInfo, filesystem: fs.FileSystem, partition: ds.Expression, keys: pa.Schema, condition: ds.Expression
) -> bool:
    fragment = ds.ParquetFileFormat().make_fragment(info.path, filesystem=filesystem, partition_expression=partition)
    return may_hold(fragment, keys, condition)


@contextmanager
def _reachable(written: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        first_line = str(error).partition("\n")[0]
        raise SourceError(f"{written} cannot be listed: {first_line}") from error
