"""What ties the messages about one episode of one alert together."""

from __future__ import annotations

from alerts.notification import BodyAlert


def episode_key(alert: BodyAlert) -> str:
    """The episode of an alert: the same from its first message to its last, and another one at the next firing.

    An episode is known by its alert and its start; a body of Alertmanager's carries no number.
    """
    return f"{alert['fingerprint']}/{alert['startsAt']}"
