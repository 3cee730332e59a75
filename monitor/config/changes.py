"""Changes to a configuration that are tried out: what `--set` says, put into the tree before anything is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from monitor.config.faults import Path, Wrong, did_you_mean, dotted, wrong
from monitor.config.limits import LIMITS
from monitor.config.tree import Tree, Value, read_tree
from monitor.errors import ConfigError, Fault

WHOLE = ("alerts", "models")
SHAPE = "should be RULE.KEY=VALUE, such as Drift.above=0.2 or alerts.false_alarms='1 per 7 days'"


@dataclass(frozen=True, slots=True)
class Change:
    """A value for a key of a rule, or for a key that begins with alerts or models; without a value the key goes."""

    text: str
    keys: tuple[str, ...]
    value: Value

    @property
    def label(self) -> str:
        """What faults call it."""
        return f"--set {self.text}"


def read_changes(texts: Sequence[str]) -> tuple[Change, ...]:
    """Changes out of their notation; raises `ConfigError` with all that is wrong.

    >>> [change.keys for change in read_changes(["Drift.above=0.2"])]
    [('Drift', 'above')]
    """
    found, faults = [], []
    for text in texts:
        keys, is_set, value = text.partition("=")
        path = tuple(key.strip() for key in keys.split("."))
        if not is_set or len(path) < 2 or not all(path):
            faults.append(Fault(f"--set {text}", None, "", SHAPE))
            continue
        tree = read_tree(value)
        # Patterns such as * are no YAML unless they are quoted, and a shell has taken the quotes away.
        found.append(Change(text, path, value.strip() if tree.faults else tree.value))
    if faults:
        raise ConfigError(faults)
    return tuple(found)


def changed(tree: Tree, changes: Sequence[Change], defaults: Sequence[dict[str, Any]]) -> Tree:
    """The tree with these changes, each of which its faults are called by.

    A file that names no rules gets `defaults`, so that they can be changed. Raises `ConfigError` where a change names a
    rule or a place that is not there.
    """
    if not isinstance(tree.value, dict):
        return tree
    value = deepcopy(tree.value)
    alerts = value.setdefault("alerts", {})
    if isinstance(alerts, dict) and any(change.keys[0] not in WHOLE for change in changes):
        alerts.setdefault("rules", list(defaults))
    origins: dict[Path, str] = {}
    faults = []
    for change in changes:
        try:
            origins[_applied(value, change)] = change.label
        except Wrong as error:
            faults.append(Fault(change.label, None, "", str(error)))
    if faults:
        raise ConfigError(faults)
    return replace(tree, value=value, origins=origins)


def _applied(value: dict[str, Value], change: Change) -> Path:
    """Make a change; the path from which on it is what stands there."""
    path = change.keys if change.keys[0] in WHOLE else (*_rule(value, change.keys[0]), *change.keys[1:])
    place: Value = value
    made: Path = path
    for depth, key in enumerate(path[:-1], start=1):
        if isinstance(place, dict) and key not in place and made == path:
            made = path[:depth]
        place = _inside(place, key)
    last = str(path[-1])
    if isinstance(place, list) and last.isdigit() and int(last) < len(place):
        place[int(last)] = change.value
        return path
    if not isinstance(place, dict):
        raise wrong(f"`{dotted(path[:-1])}` is no mapping of keys to values")
    if change.value is None:
        place.pop(last, None)
        return made
    if path[:2] == ("alerts", "rules") and len(path) == 4 and last in LIMITS:
        for other in LIMITS:
            place.pop(other, None)
    place[last] = change.value
    return made


def _inside(place: Value, key: str | int) -> Value:
    """What stands under a key; an empty mapping is put where nothing stands."""
    if isinstance(place, list):
        if isinstance(key, str) and not (key.isdigit() and int(key) < len(place)):
            raise wrong(f"`{key}` is no place in a list of {len(place)}")
        return place[int(key)]
    if not isinstance(place, dict):
        raise wrong(f"there is no `{key}` to be found")
    return place.setdefault(str(key), {})


def _rule(value: dict[str, Value], name: str) -> tuple[str | int, ...]:
    """Where a rule stands."""
    alerts = value.get("alerts")
    names = list(_names(alerts.get("rules") if isinstance(alerts, dict) else None))
    if name not in names:
        raise wrong(f"no rule is called `{name}`{did_you_mean(name, filter(None, names))}")
    return "alerts", "rules", names.index(name)


def _names(rules: Value) -> Iterator[str]:
    for rule in rules if isinstance(rules, list) else []:
        yield str(rule.get("alert", "")) if isinstance(rule, Mapping) else ""
