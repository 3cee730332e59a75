"""Alerts that need not be told while a greater one fires: Alertmanager's inhibition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts.matcher import Matcher

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InhibitRule:
    """While an alert fires that `sources` match, those that `targets` match and have the same `equal` labels are quiet.

    A label that neither has is the same.
    """

    sources: tuple[Matcher, ...]
    targets: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()

    def is_source(self, labels: Labels) -> bool:
        return all(matcher.matches(labels) for matcher in self.sources)

    def is_target(self, labels: Labels) -> bool:
        return all(matcher.matches(labels) for matcher in self.targets)

    def shared(self, labels: Labels) -> tuple[str, ...]:
        return tuple(labels.get(name, "") for name in self.equal)


class Inhibition:
    """What is inhibited while these alerts fire; each is looked at once, so that asking is quick."""

    def __init__(self, rules: Sequence[InhibitRule], firing: Iterable[Labels]) -> None:
        self._rules = rules
        known = list(firing) if rules else []
        self._by_rule = [_sources(rule, known) for rule in rules]

    def of(self, labels: Labels) -> Labels | None:
        """The labels of an alert that inhibits this one, if one does.

        An alert that is a source and a target of a rule is not inhibited by others that are both, nor by itself.
        """
        for rule, sources in zip(self._rules, self._by_rule, strict=True):
            if not rule.is_target(labels):
                continue
            plain, both = sources.get(rule.shared(labels), (None, None))
            found = plain or (None if rule.is_source(labels) else both)
            if found is not None:
                return found
        return None


def _sources(rule: InhibitRule, firing: Iterable[Labels]) -> dict[tuple[str, ...], tuple[Labels | None, Labels | None]]:
    """By the labels that have to be equal: a source that is no target, and one that is."""
    found: dict[tuple[str, ...], tuple[Labels | None, Labels | None]] = {}
    for labels in firing:
        if rule.is_source(labels):
            plain, both = found.get(rule.shared(labels), (None, None))
            found[rule.shared(labels)] = (plain, both or labels) if rule.is_target(labels) else (plain or labels, both)
    return found
