"""Matchers of labels, with Alertmanager's signs and meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast, get_args

import re2

Operator = Literal["=", "!=", "=~", "!~"]

_MATCHER = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)
_PARTS = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,])+', re.DOTALL)  # between commas that stand in no quotes
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BARE = re.compile(r"((?:[^\s{}!=~,\"'`\\]|\\.)+)", re.DOTALL)
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
        return _is_met(self.value, found) == (self.operator == "=~")

    def __str__(self) -> str:
        value = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.name}{self.operator}"{value}"'


def place(matcher: Matcher) -> tuple[str, str, int]:
    """By what Alertmanager sorts the matchers of a route."""
    return matcher.name, matcher.value, get_args(Operator).index(matcher.operator)


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


def read_matchers(text: str) -> tuple[Matcher, ...]:
    """Matchers out of a text such as `severity="page", model=~"late.*"`, in braces or not; at least one.

    >>> [str(matcher) for matcher in read_matchers('{severity="page",column=~dep_.*}')]
    ['severity="page"', 'column=~"dep_.*"']
    """
    within = text.strip()
    if within.startswith("{") and within.endswith("}"):
        within = within[1:-1]
    parts = [part for part in _PARTS.findall(within) if part.strip()]
    return tuple(read_matcher(part.strip()) for part in parts or [text])


def _value(written: str, text: str) -> str:
    """What stands in quotes or without; a backslash means itself, but before `"`, `n` and another one."""
    if not written:
        return ""
    found = _QUOTED.fullmatch(written) or _BARE.fullmatch(written)
    if found is None:
        raise MatcherError(f'the value in `{text}` should stand in double quotes, with \\ before " and \\')
    return re.sub(r"\\.", lambda escape: _ESCAPES.get(escape[0], escape[0]), found[1], flags=re.DOTALL)


def _checked(pattern: str) -> None:
    try:
        _compiled(pattern)
    except re2.error as error:
        cause = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise MatcherError(f"`{pattern}` is no regular expression: {cause}") from None


@lru_cache(maxsize=20_000)
def _is_met(pattern: str, value: str) -> bool:
    """Kept, as thousands of alerts have the same few values of a label."""
    return _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re2._Regexp[str]:
    return re2.compile(pattern, _OPTIONS)
