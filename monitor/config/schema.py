"""The JSON Schema of the file, for editors and for the question which keys are known where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from monitor.calibration.budget import Budget
from monitor.config.limits import say_budget
from monitor.config.part import Part
from monitor.config.settings import Settings
from monitor.config.times import Hold, say_length

# A JSON Schema is open by nature: Any is what pydantic gives.
Schema = Mapping[str, Any]


class _FileSchema(GenerateJsonSchema):
    """Leaves out what editors need not show: null (an empty key is refused) and titles made of key names."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = super().default_schema(schema)
        if inner.get("default", ...) is None:
            del inner["default"]
        return inner

    # The base class leaves the default's type open.
    def encode_default(self, dft: Any) -> Any:
        """A default as people would write it."""
        match dft:
            case timedelta():
                return say_length(dft)
            case Hold():
                return "1 window"
            case Budget():
                return say_budget(dft)
            case Part():
                return dft.model_dump(mode="json", by_alias=True, exclude_none=True)
            case tuple():
                return [self.encode_default(item) for item in dft]
        return super().encode_default(dft)

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - as the base class calls it
        return False


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `seamark.yaml`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "seamark.yaml"} | {
        key: value for key, value in Settings.model_json_schema(schema_generator=_FileSchema).items() if key != "title"
    }


@cache
def _whole() -> Schema:
    return json_schema()


def top() -> list[Schema]:
    """The schema of the whole file."""
    return list(_alternatives(_whole()))


def _alternatives(schema: Schema) -> Iterator[Schema]:
    """All that a value may be, references followed."""
    if "$ref" in schema:
        yield from _alternatives(_whole()["$defs"][schema["$ref"].rpartition("/")[2]])
    elif choices := schema.get("anyOf") or schema.get("oneOf"):
        for choice in choices:
            yield from _alternatives(choice)
    else:
        yield schema


def items(schemas: Sequence[Schema]) -> list[Schema]:
    """What the items of a list may be."""
    return [found for schema in schemas if "items" in schema for found in _alternatives(schema["items"])]


def under(schemas: Sequence[Schema], key: str) -> list[Schema]:
    """What may stand under a key."""
    found: list[Schema] = []
    for schema in schemas:
        inner = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        if isinstance(inner, Mapping):
            found += _alternatives(inner)
    return found


def known_keys(schemas: Sequence[Schema]) -> list[str] | None:
    """The keys of a mapping; None where any key may stand."""
    mappings = [schema for schema in schemas if schema.get("type") == "object"]
    if not mappings or any(isinstance(it.get("additionalProperties"), Mapping) for it in mappings):
        return None
    return sorted({key for schema in mappings for key in schema.get("properties", {})})
