"""Why somebody is not told now: a silence, a greater alert that fires, or the hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from alerts.flush import Suppressed
from alerts.inhibition import Inhibition, InhibitRule
from alerts.muting import Intervals, muted
from alerts.routing import Route
from monitor.store.alerts import firing_labels
from monitor.store.silences import not_ended

HeldBack = Callable[[Route], Suppressed]


@dataclass(frozen=True, slots=True)
class Suppression:
    """What may hold messages back, by the configuration; silences are in the store.

    Of the nodes of the `tree` that name the same receiver one is enough: an alert that several lead to is told once,
    as soon as the hour of one has come.
    """

    inhibit_rules: Sequence[InhibitRule] = ()
    intervals: Intervals = field(default_factory=dict)
    tree: Route | None = None

    def at(self, connection: sa.Connection, now: datetime) -> HeldBack:
        """What holds back now, looked up once for all groups of a tick."""
        silences = [silence for silence in not_ended(connection, now) if silence.state(now) == "active"]
        inhibition = Inhibition(self.inhibit_rules, firing_labels(connection) if self.inhibit_rules else ())

        def of_route(route: Route) -> Suppressed:
            by_the_hour = self._muted(route, now)

            def reason(labels: Mapping[str, str]) -> str:
                for silence in silences:
                    if silence.matches(labels):
                        return str(silence)
                source = inhibition.of(labels)
                if source is not None:
                    return f"inhibited by {source.get('alertname', 'another alert')} that fires"
                return "" if by_the_hour and self._leads_elsewhere(route, labels, now) else by_the_hour

            return reason

        return of_route

    def _muted(self, route: Route, now: datetime) -> str:
        return muted(self.intervals, now, mute=route.mute, active=route.active)

    def _leads_elsewhere(self, route: Route, labels: Mapping[str, str], now: datetime) -> bool:
        """Whether another node takes the alert to the same receiver, and is not muted."""
        nodes = () if self.tree is None else self.tree.matching(labels)
        return any(node.receiver == route.receiver and not self._muted(node, now) for node in nodes)


NOTHING = Suppression()
