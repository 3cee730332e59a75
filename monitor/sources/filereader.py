"""Reads one data file as a spec wants it: filtered, under the names of the batch, in their forms."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from monitor.errors import SourceError
from monitor.sources.datafiles import CsvData, DataFile
from monitor.sources.filecolumns import TIMES, Conversion, UnreadableValueError, categories, conversion, numbers_or_nan
from monitor.sources.filecolumns import times as read_times
from monitor.sources.moments import INSTANT
from monitor.sources.pushdown import condition as met
from monitor.sources.pushdown import where_expression
from monitor.sources.spec import Filter, TableSpec


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A condition on one column of the files, by its type; rows of a file without the column meet it or not."""

    column: str
    expression: Callable[[pa.DataType], ds.Expression | None]
    if_missing: bool = False

    def __call__(self, schema: pa.Schema) -> ds.Expression | None:
        if self.column not in schema.names:
            return pc.scalar(self.if_missing)
        return self.expression(schema.field(self.column).type)


class FileReader:
    """What all files of a log have in common."""

    def __init__(self, spec: TableSpec, zone: ZoneInfo | None) -> None:
        self.spec = spec
        self.zone = zone

    def names(self, only: Collection[str]) -> list[str]:
        """The columns of the batches."""
        return self.spec.names(only)

    def where(self, schema: pa.Schema) -> ds.Expression | None:
        """The filters of the spec on the columns of this schema."""
        return self._where(schema, [wanted for wanted in self.spec.where if wanted.column in schema.names])

    def read(
        self, file: DataFile, names: Sequence[str], narrowing: Narrowing | None = None
    ) -> Iterator[pa.RecordBatch]:
        """The rows that meet the filters, of typed files also the narrowing; a missing column is null."""
        columns = {name: self.spec.columns[name] for name in names if self.spec.columns[name] in file.schema.names}
        conversions = {name: self._conversion(name, file) for name in columns}
        for batch in self._raw(file, list(dict.fromkeys(columns.values())), narrowing):
            if batch.num_rows:
                arrays = {name: self._null(name, batch.num_rows) for name in names}
                arrays |= {
                    name: _converted(file, columns[name], conversions[name], batch[columns[name]]) for name in columns
                }
                yield pa.RecordBatch.from_pydict(arrays)

    def _where(self, schema: pa.Schema, where: Sequence[Filter]) -> ds.Expression | None:
        try:
            return where_expression(schema, where, self.zone)
        except ValueError as error:
            raise SourceError(f"{self.spec.table}: where: {error}", permanent=True) from None

    def _raw(self, file: DataFile, columns: Sequence[str], narrowing: Narrowing | None) -> Iterator[pa.RecordBatch]:
        filtered = [wanted.column for wanted in self.spec.where if wanted.column in file.schema.names]
        if isinstance(file, CsvData):
            for batch in file.batches(list(dict.fromkeys([*columns, *filtered]))):
                yield _filtered(batch, self.spec.where, self.zone)
            return
        where = self._where(file.schema, self.spec.where)
        further = narrowing(file.schema) if narrowing else None
        conditions = [each for each in (where, further) if each is not None]
        if narrowing and narrowing.column in file.schema.names:
            filtered.append(narrowing.column)
        condition = reduce(operator.and_, conditions) if conditions else None
        yield from file.batches(columns, condition, filtered=list(dict.fromkeys(filtered)))

    def _conversion(self, name: str, file: DataFile) -> Conversion:
        return conversion(name, self.spec.kinds.get(name), self.zone, is_csv=file.is_text, text_is_invalid=True)

    def _null(self, name: str, rows: int) -> pa.Array:
        if name in TIMES:
            return pa.nulls(rows, INSTANT)
        return pa.nulls(rows, pa.float64() if self.spec.kinds.get(name) == "numeric" else pa.string())


def _converted(file: DataFile, column: str, convert: Conversion, array: pa.Array) -> pa.Array:
    try:
        return convert(array)
    except UnreadableValueError as error:
        raise SourceError(f"{file.path}, column {column}: {error}", permanent=True) from None


def _filtered(batch: pa.RecordBatch, where: Sequence[Filter], zone: ZoneInfo | None) -> pa.RecordBatch:
    """The rows of a CSV file, whose text is read as what the filter holds it against."""
    for wanted in where:
        if wanted.column not in batch.schema.names:
            batch = batch if wanted.op == "is null" else batch.slice(0, 0)
            continue
        text = batch[wanted.column]
        present = pc.replace_with_mask(text, pc.equal(text, ""), pa.scalar(None, pa.string()))
        typed = _typed(present, wanted, zone)
        batch = batch.filter(met(typed, typed.type, wanted, zone))
    return batch


def _typed(text: pa.Array, wanted: Filter, zone: ZoneInfo | None) -> pa.Array:
    value = wanted.value[0] if isinstance(wanted.value, tuple) and wanted.value else wanted.value
    if isinstance(value, date):
        return read_times(text, zone or ZoneInfo("UTC"))
    return categories(text) if value is None or isinstance(value, str | tuple) else numbers_or_nan(text)
