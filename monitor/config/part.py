"""What all parts of the settings have in common, and the words they are made of."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StrictStr, WithJsonSchema
from pydantic.types import StringConstraints

from monitor.config.faults import Remark, did_you_mean, wrong


class Part(BaseModel):
    """A part of the settings: it does not change, takes no key it does not know, shows nothing in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Text = Annotated[StrictStr, StringConstraints(min_length=1)]


def _known_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong(
            f"`{name}` is not a time zone, such as Europe/Berlin{did_you_mean(name, zoneinfo.available_timezones())}"
        ) from None
    return name


TimeZone = Annotated[Text, AfterValidator(_known_zone)]


def canonical_class(value: object) -> str:
    """The text of a class, the same whatever database it comes from.

    >>> canonical_class(True), canonical_class(1.0), canonical_class("late")
    ('1', '1', 'late')
    """
    if isinstance(value, str) and value:
        return value
    if isinstance(value, bool | int):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    raise wrong("should be a class, such as 1, true or late")


ClassName = Annotated[str, BeforeValidator(canonical_class), WithJsonSchema({"type": ["string", "integer", "boolean"]})]

Scalar = str | int | float | bool | date


def twice(words: Iterable[str]) -> Iterable[Remark]:
    """A remark for each word that was there before."""
    seen: Counter[str] = Counter()
    for index, word in enumerate(words):
        if seen[word]:
            yield Remark(f"`{word}` stands here twice", (index,))
        seen[word] += 1
