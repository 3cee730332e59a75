"""What Spark reads, and how it is started."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema, field_validator

from monitor.config.addresses import PASSWORD_WORDS
from monitor.config.context import Context, context_of
from monitor.config.faults import Remark, Wrong, raise_all, wrong
from monitor.config.part import Part, Text
from monitor.config.secret import HIDDEN_ONLY, Secret, read_secret

Option = str | bool | int | float | Secret

_SECRET_NAMES = (*PASSWORD_WORDS, "account.key")
_SCHEMA = {"anyOf": [{"type": ["string", "number", "boolean"]}, *HIDDEN_ONLY["anyOf"]]}


# pydantic leaves the context's type open.
def _read_options(values: object, info: ValidationInfo[Any]) -> Mapping[str, Option]:
    if not isinstance(values, Mapping):
        raise wrong("should be a mapping of names to values")
    read: dict[str, Option] = {}
    remarks: list[Remark] = []
    for name, value in values.items():
        try:
            read[name] = _read_option(name, value, context_of(info))
        except Wrong as fault:
            remarks += [replace(remark, at=(name, *remark.at)) for remark in fault.remarks]
    raise_all(remarks)
    return read


def _read_option(name: str, value: object, context: Context) -> Option:
    if isinstance(value, Mapping | Secret):
        return read_secret(value, context, plain=True, example="NAME")
    if isinstance(value, float) and not math.isfinite(value):
        raise wrong("should be a finite number")
    if not isinstance(value, str | bool | int | float):
        raise wrong("should be text, a number, true or false, or {env: NAME} or {file: PATH}")
    if isinstance(value, str):
        _check_shows_nothing(name, value)
    return value


def _check_shows_nothing(name: str, text: str) -> None:
    instead = "does not belong in this file; put it in an environment variable and write {env: NAME}"
    if any(word in name.lower() for word in _SECRET_NAMES):
        raise wrong(instead)
    if any(f"{word}=" in text.lower() for word in _SECRET_NAMES):
        raise wrong(f"holds a password, which {instead.replace('put it', 'put the whole text')}")


Options = Annotated[
    Mapping[str, Option],
    PlainValidator(_read_options),
    WithJsonSchema({"type": "object", "additionalProperties": _SCHEMA}),
]


class SparkSettings(Part):
    """What Spark reads: {table}, or {format} with path and options."""

    table: Text | None = Field(default=None, description="A table of Spark's catalogue, such as catalog.schema.name.")
    format: Text | None = Field(
        default=None, validate_default=True, description="Such as delta, iceberg, parquet, orc, csv or jdbc."
    )
    path: Text | None = Field(default=None, description="What is loaded in this format, as Spark understands paths.")
    options: Options = Field(default_factory=dict, description="Options of the format; {env} and {file} hide values.")
    master: Text | None = Field(
        default=None, description="Where Spark runs, such as local[2]; left out: as Spark itself is set up."
    )
    conf: Options = Field(
        default_factory=dict, description="Settings of the Spark session; {env} and {file} hide values."
    )

    @field_validator("format")
    @classmethod
    def _table_or_format(cls, kind: str | None, info: ValidationInfo) -> str | None:
        if kind is None and info.data.get("table", 0) is None:
            message = "needs a table, or a format (such as delta or jdbc) with path or options"
            raise Wrong(Remark(message, absent=frozenset(("table", "format"))))
        return kind

    @field_validator("format", "path", "options")
    @classmethod
    def _not_with_table(cls, given: object, info: ValidationInfo) -> object:
        if given and info.data.get("table") is not None:
            raise wrong("does not go with `table`; leave one of the two out")
        return given

    @property
    def name(self) -> str:
        """What is read, in a word."""
        return self.table or self.path or self.format or ""
