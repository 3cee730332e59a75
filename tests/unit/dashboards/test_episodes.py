"""Episodes of alerts out of their events."""

from __future__ import annotations

import pandas as pd

from dashboards.episodes import COLUMNS, episodes

WAY = [
    (1, "inactive", "pending"),
    (2, "pending", "firing"),
    (4, "firing", "recovering"),
    (5, "recovering", "firing"),
    (6, "firing", "inactive"),
]


def events(*way: tuple[int, str, str], alert: str = "AucDrop", column: str = "") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "alert": alert,
                "model": "m",
                "metric": "roc_auc",
                "column_name": column,
                "segment_key": "",
                "segment_value": "",
                "window_seconds": 86_400,
                "severity": "page",
                "time_epoch": at,
                "from_state": before,
                "to_state": after,
                "reason": f"{before} to {after}",
                "value": 0.5,
                "episode": 1,
            }
            for at, before, after in way
        ]
    )


def test_an_episode_lasts_from_firing_to_inactive_over_a_recovery_that_failed():
    (only,) = episodes(events(*WAY)).to_dict("records")

    assert (only["start"], only["end"]) == (2, 6)
    assert (only["reason"], only["ended_because"]) == ("pending to firing", "firing to inactive")


def test_what_has_not_ended_has_no_end():
    (only,) = episodes(events(*WAY[:3])).to_dict("records")

    assert pd.isna(only["end"])


def test_pending_alone_is_no_episode():
    assert episodes(events((1, "inactive", "pending"), (2, "pending", "inactive"))).empty


def test_alerts_on_two_columns_are_told_apart():
    both = pd.concat([events(*WAY, column="a"), events(*WAY[:2], column="b")])

    found = episodes(both.sort_values("time_epoch"))

    assert {row["column_name"]: pd.isna(row["end"]) for row in found.to_dict("records")} == {"a": False, "b": True}


def test_the_newest_episode_comes_first():
    again = [(at + 10, before, after) for at, before, after in WAY]

    assert list(episodes(events(*WAY, *again))["start"]) == [12, 2]


def test_a_segment_is_named():
    with_segment = events(*WAY).assign(segment_key="carrier", segment_value="AA")

    assert list(episodes(with_segment)["segment"]) == ["carrier=AA"]


def test_no_events_make_an_empty_table_with_all_columns():
    found = episodes(events(*WAY).iloc[:0])

    assert found.empty
    assert list(found.columns) == COLUMNS
