"""Says in plain English what pydantic found, and where in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.config.faults import Found, Path, Remark, Wrong, did_you_mean
from monitor.config.tree import Value

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (str, "text"),
    (date, "a date"),
    (Mapping, "a mapping"),
    (list, "a list"),
)


def _kind(value: object) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "empty")


def _should_be(what: str) -> Callable[[ErrorDetails], str]:
    return lambda error: f"should be {what}, not {_kind(error['input'])}"


def _text_wanted(error: ErrorDetails) -> str:
    quoted = "; put it in quotes" if isinstance(error["input"], bool | int | float | date) else ""
    return f"should be text, not {_kind(error['input'])}{quoted}"


def _choice_wanted(error: ErrorDetails) -> str:
    choices = re.findall(r"'([^']*)'", _limit(error, "expected"))
    if not isinstance(error["input"], str):
        return f"should be one of {', '.join(choices)}"
    return f"`{error['input']}` is not understood{did_you_mean(error['input'], choices)}"


def _limit(error: ErrorDetails, name: str) -> str:
    return str(error.get("ctx", {}).get(name))


_A_LIST = _should_be("a list, such as [a, b]")
_A_MAPPING = _should_be("a mapping of keys to values")
_A_NUMBER = _should_be("a number")
_MESSAGES: Mapping[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda _: "is missing",
    # A key that no part knows was cut before; this one is known to another kind of the same part.
    "extra_forbidden": lambda _: "does not go with the other keys here",
    "string_type": _text_wanted,
    "string_too_short": lambda _: "is empty",
    "too_short": lambda _: "should hold at least one",
    "too_long": lambda error: f"should have {_limit(error, 'max_length')} values",
    "literal_error": _choice_wanted,
    "int_type": _should_be("a whole number"),
    "float_type": _A_NUMBER,
    "finite_number": lambda _: "should be a finite number",
    "bool_type": _should_be("true or false"),
    "greater_than_equal": lambda error: f"should be at least {_limit(error, 'ge')}",
    "tuple_type": _A_LIST,
    "list_type": _A_LIST,
    "dict_type": _A_MAPPING,
    "mapping_type": _A_MAPPING,
    "model_type": _A_MAPPING,
    "model_attributes_type": _A_MAPPING,
    "path_type": _should_be("the path of a file"),
    "reference": lambda error: error["msg"],
}


def translate(error: ValidationError, tree: Value, stood_for: Collection[Path]) -> Iterator[Found]:
    """Every fault that pydantic found, but for those that only repeat why a key was cut."""
    for details in error.errors(include_url=False):
        if _follows(details):
            continue
        path, missed = _place(details["loc"], tree)
        for remark in _remarks(details):
            # What is wrong inside of a default is told of the key that was left out.
            at = (*path, *(missed or remark.at)) if remark.at else path
            if not any((*at, key) in stood_for for key in remark.absent):
                yield Found((*at, *_last(details)), remark.message)


def _follows(details: ErrorDetails) -> bool:
    """Whether it only follows from another fault: items that could not be read are not counted as items."""
    is_short = details["type"] == "too_short" and len(details["input"]) > 0
    return is_short or details["type"] == "default_factory_not_called"


def _remarks(details: ErrorDetails) -> tuple[Remark, ...]:
    # pydantic leaves the context's type open.
    cause: Any = details.get("ctx", {}).get("error")
    if isinstance(cause, Wrong):
        return cause.remarks
    say = _MESSAGES.get(details["type"])
    message = say(details) if say else f"is not understood ({details['type']})"
    return (Remark(message, absent=frozenset(map(str, _last(details)))),)


def _last(details: ErrorDetails) -> Path:
    """The key that is missing: the one part of a path that no walk down the tree meets."""
    return details["loc"][-1:] if details["type"] == "missing" else ()


def _place(loc: Path, tree: Value) -> tuple[Path, Path]:
    """Where a fault is in the file, and its last part if that is not there.

    pydantic's paths have more parts than the file: defaults, and the kinds of a union.
    """
    path: list[str | int] = []
    missed: Path = ()
    for part in loc:
        if isinstance(tree, dict) and part in tree:
            tree = tree[str(part)]
        elif isinstance(tree, list) and isinstance(part, int) and part < len(tree):
            tree = tree[part]
        else:
            missed = (part,)
            continue
        path.append(part)
        missed = ()
    return tuple(path), missed
