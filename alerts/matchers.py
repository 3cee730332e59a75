"""Matchers of labels, in Alertmanager's words: `severity="page"`, `model=~"late.*"`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self, cast

import re2

Operator = Literal["=", "!=", "=~", "!~"]
Labels = Mapping[str, str]

_MATCHER = re.compile(r'\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^\s"{}=!~,]*)\s*')


@dataclass(frozen=True)
class Matcher:
    """What one label must be, or must not be. A label that is not there is the empty text.

    Regular expressions are RE2's, and have to match the whole value.

    >>> [Matcher.read('model=~"late|early"').matches({"model": name}) for name in ("late", "latest")]
    [True, False]
    """

    name: str
    operator: Operator
    value: str

    def __post_init__(self) -> None:
        """Raises ValueError for a regular expression that RE2 does not take."""
        if self.operator in ("=~", "!~"):
            _ = self._pattern

    @classmethod
    def read(cls, text: str) -> Self:
        """A matcher as people write it; the value may stand without quotes where it has no spaces.

        Raises ValueError where that is none.
        """
        found = _MATCHER.fullmatch(text)
        if found is None:
            raise ValueError(f'`{text}` is not a matcher, such as severity="page" or model=~"late.*"')
        name, operator, value = found.groups()
        return cls(name, cast("Operator", operator), _unquoted(value))

    def matches(self, labels: Labels) -> bool:
        """Whether the labels are as wanted."""
        value = labels.get(self.name, "")
        is_equal = value == self.value if self.operator in ("=", "!=") else bool(self._pattern.fullmatch(value))
        return is_equal != self.operator.startswith("!")

    @cached_property
    def _pattern(self) -> re2._Regexp:
        options = re2.Options()
        options.log_errors = False
        try:
            return re2.compile(self.value, options)
        except re2.error as error:
            reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
            raise ValueError(f"`{self.value}` is not a regular expression of RE2: {reason}") from None

    def __str__(self) -> str:
        """As Alertmanager writes it."""
        return f"{self.name}{self.operator}{json.dumps(self.value, ensure_ascii=False)}"


def all_match(matchers: Iterable[Matcher], labels: Labels) -> bool:
    """Whether the labels are as all of the matchers want them."""
    return all(matcher.matches(labels) for matcher in matchers)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        raise ValueError(f"the text {value} is not quoted as it should be") from None
