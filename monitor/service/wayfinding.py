"""Whom an alert would be told to: routes tried without an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alerts.muting import muted
from alerts.routing import label_set
from monitor.config.faults import did_you_mean
from monitor.config.routes import labels_known_to
from monitor.errors import ConfigError, Fault
from monitor.service.alerting import route_of, suppression_of
from monitor.service.settings import read_settings


@dataclass(frozen=True, slots=True)
class Way:
    """A route that takes the alert: who is told, the labels its group has in common, when, and why not now."""

    receiver: str
    route: str
    group: str
    group_wait: timedelta
    repeat_interval: timedelta
    muted: str


def ways(config: Path, labels: Mapping[str, str], moment: datetime) -> list[Way]:
    """The ways of an alert with these labels at a moment; ConfigError if no alert can have them."""
    alerts = read_settings(config).alerts
    known = labels_known_to(label for rule in alerts.rules for label in rule.labels)
    faults = [
        Fault(str(config), None, "alerts.route", f"no alert has a label `{name}`{did_you_mean(name, known)}")
        for name in labels
        if name not in known
    ]
    if faults:
        raise ConfigError(faults)
    tree, intervals = route_of(alerts), suppression_of(alerts).intervals
    own = {known[name]: value for name, value in labels.items()}
    return [
        Way(
            receiver=node.receiver,
            route=node.key,
            group=label_set(node.group_labels(own)),
            group_wait=node.group_wait,
            repeat_interval=node.repeat_interval,
            muted=muted(intervals, moment, mute=node.mute, active=node.active),
        )
        for node in (tree.matching(own) if tree else ())
    ]
