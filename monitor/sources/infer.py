"""Reads the features and their kinds off a table or file, and names what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.profile.shape import Kind
from monitor.sources.files import file_schema, first_rows
from monitor.sources.reflection import is_of_mariadb, is_sqlite, reflected, sampled, type_name

_SAMPLE_ROWS = 1_000
_ENOUGH_TO_JUDGE = 50
_MOSTLY_DISTINCT = 0.95
_ROLES = frozenset({"id", "time", "prediction", "score", "target", "version", "ingested"})
_TIME_LIKE = re.compile(r"\d{4}-\d\d-\d\d([T ]|$)")
_TIMES = (sa.DateTime, sa.Date, sa.Time)


@dataclass(frozen=True, slots=True)
class InferredKinds:
    """The kind of each feature, and of each column that is none the reason."""

    kinds: Mapping[str, Kind]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _LeftOut:
    reason: str


def infer_kinds(engine: sa.Engine, table: str, exclude: Collection[str] = ()) -> InferredKinds:
    """The features of a table, but for the columns `exclude`, which have other roles."""
    columns = [column for column in reflected(engine, table).columns if column.name not in exclude]
    values = sampled(engine, columns, _SAMPLE_ROWS) if columns else {}
    judge = _by_values if is_sqlite(engine) else _by_type
    return _sorted_out((column.name, judge(column, values[column.name], engine)) for column in columns)


def infer_file_kinds(path: Path, exclude: Collection[str] = ()) -> InferredKinds:
    """The features of a Parquet or CSV file, but for the columns `exclude`."""
    fields = [field for field in file_schema(path) if field.name not in exclude]
    sample = first_rows(path, [field.name for field in fields]) if fields else None
    if fields and sample is None:
        raise SourceError(f"{path} has no rows", permanent=True)
    return infer_field_kinds(fields, sample)


def infer_field_kinds(fields: Iterable[pa.Field], sample: pa.RecordBatch | None) -> InferredKinds:
    """The features among typed columns, some of whose rows are given; without columns there are none."""
    return _sorted_out((field.name, _by_field(field, sample)) for field in fields)


def _sorted_out(verdicts: Iterable[tuple[str, Kind | _LeftOut]]) -> InferredKinds:
    kinds: dict[str, Kind] = {}
    left_out: dict[str, str] = {}
    for name, verdict in verdicts:
        if isinstance(verdict, _LeftOut):
            left_out[name] = verdict.reason
        elif name in _ROLES or name.startswith(("score.", "segment.")):
            left_out[name] = "carries the name of a role"
        else:
            kinds[name] = verdict
    return InferredKinds(kinds, left_out)


def _by_type(column: sa.Column[object], values: Sequence[object], engine: sa.Engine) -> Kind | _LeftOut:
    if _is_truth(column):
        return "categorical"
    if isinstance(column.type, sa.Integer | sa.Numeric | sa.Float):
        return _LeftOut("is the primary key") if _is_key(column) else "numeric"
    if isinstance(column.type, sa.String):
        return _by_text(values)
    return _LeftOut("is a time" if isinstance(column.type, _TIMES) else f"is {type_name(column, engine)}")


def _by_values(column: sa.Column[object], values: Sequence[object], engine: sa.Engine) -> Kind | _LeftOut:
    """SQLite's declared types promise nothing; the values tell."""
    if isinstance(column.type, _TIMES):
        return _LeftOut("is a time")
    types = {type(value) for value in values if value is not None}
    if not types:
        return _by_type(column, values, engine)
    if bytes in types:
        return _LeftOut("is binary")
    if str in types:
        return _by_text(values)
    if _is_key(column):
        return _LeftOut("is the primary key")
    return "categorical" if _is_truth(column) else "numeric"


def _by_text(values: Sequence[object]) -> Kind | _LeftOut:
    texts = [str(value) for value in values if value is not None]
    if texts and all(_TIME_LIKE.match(text) for text in texts):
        return _LeftOut("is a time")
    if texts and all(text[:1] in ("{", "[") for text in texts):
        return _LeftOut("is JSON")
    if len(texts) >= _ENOUGH_TO_JUDGE and len(set(texts)) >= _MOSTLY_DISTINCT * len(texts):
        return _LeftOut("has nearly as many values as rows: an id or free text")
    return "categorical"


def _by_field(field: pa.Field, sample: pa.RecordBatch) -> Kind | _LeftOut:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_boolean(kind):
        return "categorical"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "numeric"
    if "string" in str(kind):
        values = sample[field.name].slice(0, _SAMPLE_ROWS).to_pylist()
        return _by_text([value for value in values if value != ""])
    return _LeftOut("is a time" if pa.types.is_temporal(kind) else f"is {kind}")


def _is_truth(column: sa.Column[object]) -> bool:
    """MariaDB has no type for yes and no; it writes TINYINT(1) or BIT for it."""
    if is_of_mariadb(column, "TINYINT"):
        return bool(getattr(column.type, "display_width", None) == 1)
    return isinstance(column.type, sa.Boolean) or is_of_mariadb(column, "BIT")


def _is_key(column: sa.Column[object]) -> bool:
    return column.primary_key and isinstance(column.table, sa.Table) and len(column.table.primary_key) == 1
