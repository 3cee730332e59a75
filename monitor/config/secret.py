"""Text that is never shown: plain, out of the environment, or out of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from monitor.config.context import Context
from monitor.config.faults import Remark, Wrong, wrong

HIDDEN = "****"

_FROM_OUTSIDE: list[JsonSchemaValue] = [
    {
        "type": "object",
        "properties": {"env": {"type": "string", "description": "An environment variable that holds it."}},
        "required": ["env"],
        "additionalProperties": False,
    },
    {
        "type": "object",
        "properties": {
            "file": {"type": "string", "description": "A file that holds it; relative to this file's folder."}
        },
        "required": ["file"],
        "additionalProperties": False,
    },
]


class Secret:
    """Wraps a text so that printing, logging or dumping what holds it does not show it.

    >>> Secret("postgresql://me:pass@host/db")
    Secret('****')
    >>> Secret("x").reveal()
    'x'
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; for the one place that uses it."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret('{HIDDEN}')"

    def __str__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret does not leave its process")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(cls, serialization=core_schema.plain_serializer_function_ser_schema(str))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "minLength": 1}, *_FROM_OUTSIDE]}


HIDDEN_ONLY: JsonSchemaValue = {"anyOf": _FROM_OUTSIDE}


def read_secret(value: object, context: Context, *, plain: bool, example: str) -> Secret:
    """A secret from what stands in the file: {env: NAME}, {file: PATH}, or plain text where that is allowed."""
    if isinstance(value, Secret):
        return value
    if isinstance(value, str) and plain:
        return Secret(_not_empty(value, "the text"))
    if isinstance(value, str):
        raise wrong(f"does not belong in this file; put it in an environment variable and write {{env: {example}}}")
    if not isinstance(value, Mapping) or len(value) != 1:
        kinds = "text, {env: NAME} or {file: PATH}" if plain else "{env: NAME} or {file: PATH}"
        raise Wrong(Remark(f"should be {kinds}", absent=frozenset(("env", "file"))))
    ((kind, name),) = value.items()
    return Secret(_from_file(name, context) if kind == "file" else _from_environment(name, context))


# A secret that was put in the place of its name must not be repeated.
def _from_environment(name: object, context: Context) -> str:
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_]\w*", name):
        raise wrong("should be the name of an environment variable, such as SEAMARK_STORE", "env")
    if name not in context.environment:
        raise wrong(f"the environment variable {name} is not set", "env")
    return _not_empty(context.environment[name], f"the environment variable {name}", "env")


def _from_file(name: object, context: Context) -> str:
    if not isinstance(name, str) or not name or "://" in name:
        raise wrong("should be the path of a file, such as /run/secrets/store", "file")
    path = context.folder / Path(name)
    try:
        text = path.read_text("utf-8").strip()
    except OSError as error:
        raise wrong(f"{path} cannot be read: {error.strerror}", "file") from None
    except ValueError:
        raise wrong(f"{path} does not hold text in UTF-8", "file") from None
    return _not_empty(text, str(path), "file")


def _not_empty(text: str, what: str, *at: str) -> str:
    if not text.strip():
        raise wrong(f"{what} is empty", *at)
    return text.strip()
