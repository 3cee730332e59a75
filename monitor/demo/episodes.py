"""What happened: each time an alert fired, read off the views that anybody's tools can read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from monitor.demo.receiver import Message

# An episode begins where an alert starts to fire, and ends where it is inactive again; going back from
# recovering to firing is neither. Its worst value is the farthest beyond the limit while it fired.
EPISODES = """
WITH fired AS (SELECT * FROM v_alert_event WHERE to_state = 'firing' AND from_state <> 'recovering'),
     resolved AS (SELECT * FROM v_alert_event WHERE to_state = 'inactive' AND from_state IN ('firing', 'recovering'))
SELECT f.alert, f.column_name, f.severity, f.time AS fired_at, r.time AS resolved_at, f.limit_value,
       CASE WHEN f.value < f.limit_value THEN min(m.value) ELSE max(m.value) END AS worst
FROM fired AS f
LEFT JOIN resolved AS r
    ON (r.alert, r.model, r.metric, r.column_name, r.segment_key, r.segment_value, r.window_seconds, r.episode)
     = (f.alert, f.model, f.metric, f.column_name, f.segment_key, f.segment_value, f.window_seconds, f.episode)
LEFT JOIN v_measurement AS m
    ON (m.model, m.metric, m.column_name, m.segment_key, m.segment_value, m.window_seconds)
     = (f.model, f.metric, f.column_name, f.segment_key, f.segment_value, f.window_seconds)
    AND m.time_epoch >= f.time_epoch AND (r.time_epoch IS NULL OR m.time_epoch <= r.time_epoch)
GROUP BY f.alert, f.model, f.metric, f.column_name, f.segment_key, f.segment_value, f.window_seconds, f.episode
ORDER BY f.time_epoch, f.alert, f.column_name
"""


@dataclass(frozen=True, slots=True)
class Episode:
    """One firing of one alert; `resolved_at` is None while it still fires."""

    alert: str
    column: str
    severity: str
    fired_at: datetime
    resolved_at: datetime | None
    limit: float | None
    worst: float | None

    @property
    def days(self) -> int | None:
        return None if self.resolved_at is None else (self.resolved_at - self.fired_at).days


def read_episodes(store: Path) -> list[Episode]:
    """Every episode in a SQLite store, in the order in which they began."""
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute(EPISODES).fetchall()
    return [
        Episode(
            alert=alert,
            column=column,
            severity=severity,
            fired_at=datetime.fromisoformat(fired),
            resolved_at=None if resolved is None else datetime.fromisoformat(resolved),
            limit=limit,
            worst=worst,
        )
        for alert, column, severity, fired, resolved, limit, worst in rows
    ]


def delivered(episode: Episode, messages: Iterable[Message]) -> bool:
    """Whether the receiver was told that it fired and, where it has, that it resolved."""
    told = {
        message.status
        for message in messages
        if (message.alert, message.column) == (episode.alert, episode.column)
        and datetime.fromisoformat(message.starts_at) == episode.fired_at
    }
    return told >= ({"firing"} if episode.resolved_at is None else {"firing", "resolved"})


def episode_table(episodes: Sequence[Episode], messages: Sequence[Message]) -> Table:
    """The episodes as people read them, within 80 columns."""
    table = Table(title="Alerts that fired", title_justify="left", box=SIMPLE_HEAD, padding=0, show_edge=False)
    for heading in ("alert", "column", "fired", "resolved"):
        table.add_column(heading, no_wrap=True)
    for heading in ("days", "worst", "limit", "told"):
        table.add_column(heading, justify="right", no_wrap=True)
    for episode in episodes:
        table.add_row(
            episode.alert,
            episode.column,
            _day(episode.fired_at),
            "still on" if episode.resolved_at is None else _day(episode.resolved_at),
            "" if episode.days is None else str(episode.days),
            _number(episode.worst),
            _number(episode.limit),
            "yes" if delivered(episode, messages) else "no",
            style="bold" if episode.severity == "page" else "",
        )
    return table


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
