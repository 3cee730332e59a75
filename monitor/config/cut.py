"""Takes out of the tree what is not read: keys that are unknown, empty, or not supported yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from monitor.config import schema
from monitor.config.faults import Found, Path, did_you_mean
from monitor.config.tree import Value
from monitor.config.unsupported import Refusal, refusal


@dataclass(frozen=True, slots=True)
class Cutter:
    """Collects the faults; `stood_for` are the paths that a key which was cut stood in the place of."""

    faults: list[Found] = field(default_factory=list)
    stood_for: set[Path] = field(default_factory=set)

    def cut(self, value: Value, path: Path, known: Sequence[schema.Schema]) -> Value:
        """The value without what is not read."""
        if isinstance(value, list):
            inner = schema.items(known)
            return [self.cut(item, (*path, index), inner) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        kept: dict[str, Value] = {}
        for key, item in value.items():
            if refused := _refused((*path, key), item, schema.known_keys(known)):
                self.faults.append(Found((*path, key), refused.message))
                self.stood_for.update((*path, other) for other in (key, *refused.instead_of))
            else:
                kept[key] = self.cut(item, (*path, key), schema.under(known, key))
        return kept


def _refused(path: Path, item: Value, known: Sequence[str] | None) -> Refusal | None:
    key = str(path[-1])
    if said := refusal(path, item):
        return said
    if known is not None and key not in known:
        meant = get_close_matches(key, known, n=1)
        return Refusal(f"unknown key{did_you_mean(key, known)}", tuple(meant))
    if item is None:
        return Refusal("is empty; give it a value or leave the key out")
    return None
