"""Episodes of alerts, put together from their changes of state."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

SERIES = ["alert", "model", "metric", "column_name", "segment_key", "segment_value", "window_seconds"]


@dataclass(frozen=True, slots=True)
class Episode:
    """From the window in which an alert fired to the one that ended it, or to now."""

    alert: str
    model: str
    metric: str
    column_name: str
    segment: str
    window_seconds: int
    severity: str
    start: int
    end: int | None
    reason: str
    value: float | None
    ended_because: str


COLUMNS = list(Episode.__dataclass_fields__)


def episodes(events: pd.DataFrame) -> pd.DataFrame:
    """Every episode that `events` (oldest first) tell of, newest first; `end` is null while it lasts."""
    found = [
        episode
        for _, changes in events.groupby(SERIES, sort=False, dropna=False)
        for episode in _of_alert(changes.to_dict("records"))
    ]
    table = pd.DataFrame([asdict(episode) for episode in found], columns=COLUMNS)
    table["end"] = table["end"].astype("Int64")
    return table.sort_values(["start", "alert", "column_name"], ascending=[False, True, True]).reset_index(drop=True)


def _of_alert(changes: Sequence[Mapping[Hashable, Any]]) -> Iterator[Episode]:
    began: Mapping[Hashable, Any] | None = None
    for change in changes:
        if change["to_state"] == "firing" and change["from_state"] != "recovering":
            began = change
        elif change["to_state"] == "inactive" and began is not None:
            yield _episode(began, change)
            began = None
    if began is not None:
        yield _episode(began, None)


def _episode(began: Mapping[Hashable, Any], ended: Mapping[Hashable, Any] | None) -> Episode:
    key, segment_value = str(began["segment_key"]), str(began["segment_value"])
    return Episode(
        alert=str(began["alert"]),
        model=str(began["model"]),
        metric=str(began["metric"]),
        column_name=str(began["column_name"]),
        segment=f"{key}={segment_value}" if key else "",
        window_seconds=int(began["window_seconds"]),
        severity=str(began["severity"]),
        start=int(began["time_epoch"]),
        end=None if ended is None else int(ended["time_epoch"]),
        reason=str(began["reason"]),
        value=None if pd.isna(began["value"]) else float(began["value"]),
        ended_because="" if ended is None else str(ended["reason"]),
    )
