"""Reads YAML into plain values, and remembers on which line each one stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import yaml

from monitor.config.faults import Found, Path

Value = str | int | float | bool | date | None | list["Value"] | dict[str, "Value"]

# Aliases of aliases can unfold a short file into billions of values.
MOST_VALUES = 100_000

_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"


@dataclass(frozen=True, slots=True)
class Tree:
    """What stands in a file; `origins` name the paths whose values do not come from it."""

    value: Value
    lines: Mapping[Path, int]
    faults: tuple[Found, ...] = ()
    unread: frozenset[Path] = frozenset()
    origins: Mapping[Path, str] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of a value; of what it would stand in, if it is not there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def origin(self, path: Path) -> str | None:
        """What a value comes from, if not from the file."""
        return next((text for start, text in self.origins.items() if path[: len(start)] == start), None)


class _Composer(yaml.SafeLoader):
    """Tells the kinds of scalars apart as YAML 1.2 does: `22:00`, `on`, `no`, `010` and `=` are text."""

    # The stubs call it an instance variable; PyYAML reads it off the class.
    yaml_implicit_resolvers = {}  # noqa: RUF012


for _kind, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
    ("timestamp", r"\d{4}-\d\d-\d\d([Tt ][-+0-9:.,Zz ]+)?", list("0123456789")),
    ("merge", "<<", ["<"]),
):
    _Composer.add_implicit_resolver(_TAG + _kind, re.compile(rf"(?:{_pattern})\Z"), _first)


def read_tree(text: str) -> Tree:
    """Read one YAML document; what cannot be read is among the tree's faults."""
    reader = _Reader()
    try:
        node = yaml.compose(text, Loader=_Composer)
        value = None if node is None else reader.read(node, ())
    except yaml.MarkedYAMLError as error:
        return Tree(None, {}, (_syntax_fault(error),))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return Tree(None, {}, (Found((), "holds a character that YAML does not allow", line=line),))
    except (_TooMuchError, RecursionError):
        return Tree(None, {}, (Found((), "is nested too deeply, or unfolds to too many values"),))
    return Tree(value, reader.lines, tuple(reader.faults), frozenset(reader.unread))


def _syntax_fault(error: yaml.MarkedYAMLError) -> Found:
    problem = error.problem or "not understood"
    for sign, plain in (
        ("'\\t'", "a tab; indent with spaces"),
        ("undefined alias", "an alias without its anchor"),
        ("single document", "more than one document in the file"),
        ("expected <block end>", "the indentation does not fit the lines above"),
        ("mapping values are not allowed", "a colon where none can be; is the line above finished, the text quoted?"),
    ):
        if sign in f"{problem} {error.context}":
            problem = plain
    mark = error.problem_mark or error.context_mark
    return Found((), f"not valid YAML: {problem}", line=mark.line + 1 if mark else None)


class _TooMuchError(Exception):
    """The file unfolds to more values than a configuration has."""


class _Reader:
    """Walks the nodes of a document."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.faults: list[Found] = []
        self.unread: set[Path] = set()
        self._count = 0

    def read(self, node: yaml.Node, path: Path, line: int = 0) -> Value:
        self._count += 1
        if self._count > MOST_VALUES:
            raise _TooMuchError
        self.lines[path] = line or _line(node)
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Value]:
        values = self._merged(node, path)
        for key, item in self._own_keys(node, path):
            values[key.value] = self.read(item, (*path, key.value), _line(key))
        return values

    def _merged(self, node: yaml.MappingNode, path: Path) -> dict[str, Value]:
        """What `<<` brings in; of several mappings the first one counts."""
        values: dict[str, Value] = {}
        for item in [item for key, item in node.value if key.tag == _MERGE]:
            for other in reversed(item.value) if isinstance(item, yaml.SequenceNode) else [item]:
                merged = self.read(other, path, self.lines[path])
                if isinstance(merged, dict):
                    values |= merged
                else:
                    self._note(other, path, "what << brings in should be a mapping")
        return values

    def _own_keys(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        first: dict[str, int] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._note(key, path, "a key should be plain text")
            elif key.value in first:
                self._note(key, (*path, key.value), f"stands here twice; the first is on line {first[key.value]}")
            elif key.tag != _MERGE:
                first[key.value] = _line(key)
                yield key, item

    def _scalar(self, node: yaml.Node, path: Path) -> Value:
        kind = node.tag.removeprefix(_TAG)
        fault = "has a tag (!), which is not understood; leave it out"
        if kind in _SCALARS and isinstance(node, yaml.ScalarNode):
            try:
                return _SCALARS[kind](node.value)
            except (ValueError, KeyError):
                fault = f"looks like a {_NAMES[kind]}, but is none; quote it if it is text"
        self._note(node, path, fault)
        self.unread.add(path)
        return None

    def _note(self, node: yaml.Node, path: Path, message: str) -> None:
        found = Found(path, message, line=_line(node))
        if found not in self.faults:
            self.faults.append(found)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _moment(text: str) -> date:
    return date.fromisoformat(text) if len(text) == len("2013-01-01") else datetime.fromisoformat(text.strip())


def _float(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


_SCALARS: Mapping[str, Callable[[str], Value]] = {
    "null": lambda _: None,
    "bool": lambda text: {"true": True, "false": False}[text.lower()],
    "int": int,
    "float": _float,
    "timestamp": _moment,
    "str": str,
}
_NAMES = {"bool": "boolean", "int": "number", "float": "number", "timestamp": "date"}
