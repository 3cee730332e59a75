"""Matchers of labels, with Alertmanager's signs and meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

import re2

Operator = Literal["=", "!=", "=~", "!~"]

_MATCHER = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\n])*)"', re.DOTALL)
_BARE = re.compile(r"[^\s{}!=~,\\\"'`]+")
_ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n"}
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.never_nl = False


class MatcherError(ValueError):
    """A text that is no matcher."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """A label, and what its value has to be; a label that is not there has the empty value.

    Regular expressions are RE2's, as in Alertmanager, hold for the whole value, and take no longer than it is long.

    >>> read_matcher('column=~"dep_.*"').matches({"column": "dep_delay"})
    True
    >>> read_matcher("version!=v1").matches({})
    True
    """

    name: str
    operator: Operator
    value: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        found = labels.get(self.name, "")
        if self.operator in ("=", "!="):
            return (found == self.value) == (self.operator == "=")
        return (_compiled(self.value).fullmatch(found) is not None) == (self.operator == "=~")

    def __str__(self) -> str:
        value = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.name}{self.operator}"{value}"'


def read_matcher(text: str) -> Matcher:
    """A matcher out of a text such as `alertname="FeatureDrift"` or `column=~dep_.*`; raises `MatcherError`."""
    parts = _MATCHER.fullmatch(text)
    if parts is None:
        raise MatcherError(f'`{text}` is no matcher, such as column="temp", version!=v1 or column=~"dep_.*"')
    operator = cast("Operator", parts[2])
    value = _value(parts[3], text)
    if operator in ("=~", "!~"):
        _checked(value)
    return Matcher(parts[1], operator, value)


def _value(written: str, text: str) -> str:
    if not written:
        return ""
    if quoted := _QUOTED.fullmatch(written):
        return re.sub(r'\\["\\n]', lambda escape: _ESCAPES[escape[0]], quoted[1])
    if _BARE.fullmatch(written):
        return written
    raise MatcherError(f'the value in `{text}` should stand in double quotes, with \\ before " and \\')


def _checked(pattern: str) -> None:
    try:
        _compiled(pattern)
    except re2.error as error:
        cause = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise MatcherError(f"`{pattern}` is no regular expression: {cause}") from None


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re2._Regexp[str]:
    return re2.compile(pattern, _OPTIONS)
