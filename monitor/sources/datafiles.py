"""The data files of a log, each read in batches by its own schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import csv, fs, parquet

from monitor.errors import SourceError

ROWS_PER_READ = 65_536
_BUFFER = 262_144  # bytes of each column chunk that are fetched at once
_CSV_PARSING = csv.ParseOptions(newlines_in_values=True)


@dataclass(frozen=True, slots=True)
class ParquetData:
    """A Parquet file; `schema` holds its partition columns as well."""

    path: str
    fragment: ds.Fragment
    schema: pa.Schema
    is_text: ClassVar[bool] = False

    @classmethod
    def opened(cls, path: str, filesystem: fs.FileSystem, partition: ds.Expression, keys: pa.Schema) -> ParquetData:
        """Reads the footer."""
        fragment = ds.ParquetFileFormat().make_fragment(path, filesystem=filesystem, partition_expression=partition)
        with unreadable(path):
            schema = fragment.physical_schema
        if set(schema.names) & set(keys.names):  # what stands in the file is truer than what stands in its name
            fragment = ds.ParquetFileFormat().make_fragment(path, filesystem=filesystem)
            keys = pa.schema([])
        return cls(path, fragment, pa.schema([*schema, *keys]))

    def batches(
        self, columns: Sequence[str], condition: ds.Expression | None = None, *, filtered: Sequence[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """Rows that meet a condition on the columns `filtered`; row groups are skipped if statistics rule them out.

        A row group is decoded bit by bit; a scanner of Arrow would hold all of it, and the one group can be the file.
        """
        if condition is not None and not may_hold(self.fragment, self.schema, condition):
            return
        with unreadable(self.path):
            part = self.fragment if condition is None else self.fragment.subset(condition, schema=self.schema)
            groups = [group.id for group in part.row_groups]
            for batch in self._decoded(list(dict.fromkeys([*columns, *filtered])), groups):
                yield _kept(batch, condition, filtered).select(columns)

    def _decoded(self, wanted: Sequence[str], groups: Sequence[int]) -> Iterator[pa.RecordBatch]:
        names = self.fragment.physical_schema.names
        stored = [name for name in wanted if name in names] or names[:1]  # a batch without columns has no rows either
        how: dict[str, Any] = {"buffer_size": _BUFFER, "pre_buffer": False, "coerce_int96_timestamp_unit": "us"}
        with (
            self.fragment.open() as source,
            parquet.ParquetFile(source, metadata=self.fragment.metadata, **how) as file,
        ):
            for batch in file.iter_batches(ROWS_PER_READ, row_groups=groups, columns=stored):
                yield self._completed(batch, wanted)

    def _completed(self, batch: pa.RecordBatch, wanted: Sequence[str]) -> pa.RecordBatch:
        """With the columns of the partition, and in the types of the table if the file has others."""
        keys = ds.get_partition_keys(self.fragment.partition_expression)
        if not wanted:
            return batch
        arrays = []
        for name in wanted:
            kind = self.schema.field(name).type
            if name in batch.schema.names:
                arrays.append(batch[name] if batch[name].type == kind else batch[name].cast(kind, safe=False))
            else:
                arrays.append(pa.repeat(pa.scalar(keys.get(name), kind), batch.num_rows))
        return pa.RecordBatch.from_arrays(arrays, names=list(wanted))


@dataclass(frozen=True, slots=True)
class CsvData:
    """A CSV file, which is text in every column; `schema` holds the types that its first rows look like."""

    path: str
    filesystem: fs.FileSystem
    schema: pa.Schema
    keys: tuple[tuple[str, str | None], ...] = ()
    is_text: ClassVar[bool] = True

    @classmethod
    def opened(cls, path: str, filesystem: fs.FileSystem, partition: ds.Expression) -> CsvData:
        """Reads the first rows."""
        values = ds.get_partition_keys(partition)
        with unreadable(path), _csv_reader(path, filesystem) as reader:
            schema = reader.schema
        keys = tuple((name, None if v is None else str(v)) for name, v in values.items() if name not in schema.names)
        return cls(path, filesystem, pa.schema([*schema, *((name, pa.string()) for name, _ in keys)]), keys)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows, as text."""
        keys = dict(self.keys)
        wanted = [name for name in columns if name not in keys] or self.schema.names[:1]
        as_text = csv.ConvertOptions(include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()))
        with unreadable(self.path), _csv_reader(self.path, self.filesystem, as_text) as reader:
            for batch in reader:
                added = {name: pa.repeat(pa.scalar(keys[name], pa.string()), batch.num_rows) for name in keys}
                yield pa.RecordBatch.from_pydict({name: batch[name] for name in wanted} | added)


DataFile = ParquetData | CsvData


def may_hold(fragment: ds.Fragment, schema: pa.Schema, condition: ds.Expression) -> bool:
    """Whether the partition of a file, or what its table says of it, allows a row that meets the condition."""
    only = ds.FileSystemDataset([fragment], schema, fragment.format, fragment.filesystem)
    return next(iter(only.get_fragments(filter=condition)), None) is not None


def _kept(batch: pa.RecordBatch, condition: ds.Expression | None, filtered: Sequence[str]) -> pa.RecordBatch:
    if condition is None:
        return batch
    matches = batch.select(filtered).filter(condition).num_rows  # to copy all columns is dear, and mostly not needed
    if matches in (0, batch.num_rows):
        return batch.slice(0, matches)
    return batch.filter(condition)


@contextmanager
def unreadable(path: str) -> Iterator[None]:
    """Names the file in which Arrow fails; a log lives, so another try may find the file whole, or gone."""
    try:
        yield
    except FileNotFoundError:
        raise SourceError(f"{path} was removed while it was read: try again") from None
    except (pa.ArrowException, OSError) as error:
        first_line = str(error).partition("\n")[0]
        advice = "give a file that is still being written a name that begins with _"
        raise SourceError(f"{path} cannot be read: {first_line}; {advice}") from error


def _csv_reader(
    path: str, filesystem: fs.FileSystem, options: csv.ConvertOptions | None = None
) -> csv.CSVStreamingReader:
    # Arrow unpacks .gz by the name of the file.
    return csv.open_csv(filesystem.open_input_stream(path), parse_options=_CSV_PARSING, convert_options=options)
