"""Who is told of an alert, in what company and how often: Alertmanager's routing tree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from alerts.matcher import Matcher

GROUP_WAIT = timedelta(seconds=30)
GROUP_INTERVAL = timedelta(minutes=5)
REPEAT_INTERVAL = timedelta(hours=4)
GROUP_BY = ("alertname", "model")


@dataclass(frozen=True, kw_only=True)
class Route:
    """A node of the tree, with everything that it has from its parents.

    `group_by` None keeps all labels apart: each alert is a group of its own. `mute` and `active` name time intervals
    in which its groups are, or are alone, told of.
    """

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    continues: bool = False
    group_by: tuple[str, ...] | None = GROUP_BY
    group_wait: timedelta = GROUP_WAIT
    group_interval: timedelta = GROUP_INTERVAL
    repeat_interval: timedelta = REPEAT_INTERVAL
    mute: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    key: str = "{}"

    def matching(self, labels: Mapping[str, str]) -> tuple[Route, ...]:
        """The nodes that take an alert, the deepest that match; a child without `continue` keeps later ones out."""
        if not all(matcher.matches(labels) for matcher in self.matchers):
            return ()
        found: list[Route] = []
        for child in self.routes:
            taken = child.matching(labels)
            found += taken
            if taken and not child.continues:
                break
        return tuple(found) or (self,)

    def group_labels(self, labels: Mapping[str, str]) -> dict[str, str]:
        """The labels that an alert shares with its group."""
        names = sorted(labels) if self.group_by is None else sorted(set(self.group_by) & labels.keys())
        return {name: labels[name] for name in names}

    def group_key(self, labels: Mapping[str, str]) -> str:
        """The group's name, as Alertmanager writes it."""
        return f"{self.key}:{label_set(self.group_labels(labels))}"

    def with_routes(self, routes: tuple[Route, ...]) -> Route:
        """The same node with these below it."""
        return replace(self, routes=routes)

    def all(self) -> Iterator[Route]:
        """The node and everything below it."""
        yield self
        for child in self.routes:
            yield from child.all()


def label_set(labels: Mapping[str, str]) -> str:
    """Labels as Prometheus prints them.

    >>> label_set({"model": "late_arrival", "alertname": "AucDrop"})
    '{alertname="AucDrop", model="late_arrival"}'
    """
    pairs = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in sorted(labels.items()))
    return f"{{{', '.join(pairs)}}}"
