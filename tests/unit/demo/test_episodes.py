"""When an episode counts as delivered, and how it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from monitor.demo.episodes import Episode, delivered, episode_table
from monitor.demo.receiver import Message

EPISODE = Episode(
    alert="ColumnDrift",
    column="dest",
    severity="ticket",
    fired_at=datetime(2013, 7, 2, tzinfo=UTC),
    resolved_at=datetime(2013, 7, 7, tzinfo=UTC),
    limit=0.2,
    worst=0.4231,
)
OPEN = replace(EPISODE, resolved_at=None)


def message(status: str, **changes: str) -> Message:
    return replace(
        Message(
            status=status,
            alert="ColumnDrift",
            model="late_arrival",
            column="dest",
            labels={},
            starts_at="2013-07-02T00:00:00Z",
            key="k",
        ),
        **changes,  # type: ignore[arg-type] - labels is never among them
    )


def test_an_episode_is_delivered_when_both_of_its_messages_came():
    assert delivered(EPISODE, [message("firing"), message("resolved")])
    assert not delivered(EPISODE, [message("firing")])


def test_an_episode_that_still_fires_needs_one_message():
    assert delivered(OPEN, [message("firing")])
    assert not delivered(OPEN, [])


@pytest.mark.parametrize("changes", [{"column": "origin"}, {"alert": "AucDrop"}, {"starts_at": "2013-07-03T00:00:00Z"}])
def test_a_message_about_something_else_does_not_count(changes):
    assert not delivered(OPEN, [message("firing", **changes)])


def lines_about(*episodes: Episode) -> list[list[str]]:
    """The words of each line of the table, as it looks on a terminal of the usual width."""
    console = Console(width=80)
    with console.capture() as captured:
        console.print(episode_table(episodes, [message("firing"), message("resolved")]))
    return [line.split() for line in captured.get().splitlines() if episodes[0].alert in line]


def test_the_table_says_how_long_how_bad_and_whether_anybody_was_told():
    (line,) = lines_about(EPISODE)
    assert line == ["ColumnDrift", "dest", "2", "Jul", "7", "Jul", "5", "0.423", "0.2", "yes"]


def test_an_episode_that_still_fires_has_no_end_in_the_table():
    (line,) = lines_about(OPEN)
    assert line == ["ColumnDrift", "dest", "2", "Jul", "still", "on", "0.423", "0.2", "yes"]


def test_the_longest_names_fit_into_the_table():
    (line,) = lines_about(replace(EPISODE, alert="WeatherNeverSeen", column="weather_wind_direction"))
    assert {"WeatherNeverSeen", "weather_wind_direction", "0.423", "no"} <= set(line)
