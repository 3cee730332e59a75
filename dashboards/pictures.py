"""Draws what a mail shows of an alert: `python -m dashboards.pictures`, asked and answered in JSON.

Drawing takes seconds and memory, and may hang: it is done in a process of its own, which ends.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import asdict, dataclass
from typing import TextIO

import pandas as pd
import sqlalchemy as sa

from dashboards import queries, words
from dashboards.charts.mail import course_png, distribution_png
from dashboards.episodes import episodes
from dashboards.store import open_for_reading, read

MOST_WINDOWS = 90
FEWEST_WINDOWS = 2  # one alone is no course


@dataclass(frozen=True, slots=True)
class Subject:
    """The series of an alert; `end` is the epoch second at which the window ends whose distribution is drawn."""

    alert: str
    model: str
    metric: str
    column_name: str
    version: str
    segment_key: str
    segment_value: str
    window_seconds: int
    end: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A PNG in base64, its name, and what it shows in words."""

    name: str
    png: str
    words: str


def drawings(engine: sa.Engine, subject: Subject) -> list[Drawing]:
    """The metric over time; and of a column that drifts, its distribution. None where there is nothing to see."""
    return [drawing for drawing in (_course(engine, subject), _distribution(engine, subject)) if drawing]


def _course(engine: sa.Engine, subject: Subject) -> Drawing | None:
    newest = queries.newest_of_series(
        subject.model,
        subject.window_seconds,
        subject.metric,
        subject.column_name,
        version=subject.version,
        segment_key=subject.segment_key,
        segment_value=subject.segment_value,
        limit=MOST_WINDOWS,
    )
    rows = read(engine, newest).sort_values("time_epoch").reset_index(drop=True)
    if rows["value"].notna().sum() < FEWEST_WINDOWS:
        return None
    metric = words.metric(subject.metric, of_column=bool(subject.column_name))
    first, last = (words.moment_of(int(end)) for end in (rows["time_epoch"].min(), rows["time_epoch"].max()))
    limit = ", limit dashed" if rows[["limit_low", "limit_high"]].notna().any(axis=None) else ""
    return Drawing(
        "course",
        _encoded(course_png(rows, _visible(_episodes(engine, subject), rows), metric)),
        f"{metric.title}{_of(subject)} from {first} to {last} UTC{limit}; shaded where {subject.alert} fired.",
    )


def _episodes(engine: sa.Engine, subject: Subject) -> pd.DataFrame:
    found = episodes(read(engine, queries.events_of_model(subject.model, subject.window_seconds)))
    segment = f"{subject.segment_key}={subject.segment_value}" if subject.segment_key else ""
    is_its = (
        (found["alert"] == subject.alert)
        & (found["column_name"] == subject.column_name)
        & (found["segment"] == segment)
    )
    return found[is_its]


def _visible(found: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Episodes as they are shaded: what begins with the last window, from the one before on."""
    last, before = int(rows["time_epoch"].iloc[-1]), int(rows["time_epoch"].iloc[-2])
    return found.assign(start=found["start"].where(found["start"] != last, before))


def _distribution(engine: sa.Engine, subject: Subject) -> Drawing | None:
    is_part = bool(subject.segment_key or subject.version)
    if not subject.column_name or is_part or words.metric(subject.metric, of_column=True).family == "performance":
        return None
    asked = queries.distribution(subject.model, subject.window_seconds, subject.column_name, subject.end)
    bins = read(engine, asked)
    if bins.empty or bins["current_share"].isna().all():
        return None
    window = words.window(subject.end, subject.window_seconds)
    return Drawing(
        "distribution",
        _encoded(distribution_png(bins)),
        f"{subject.column_name}: share of the rows in the reference, and in the window {window}.",
    )


def _of(subject: Subject) -> str:
    segment = f"{subject.segment_key}={subject.segment_value}" if subject.segment_key else ""
    version = f"version {subject.version}" if subject.version else ""
    return "".join(f" of {part}" for part in (subject.column_name, segment, version) if part)


def _encoded(png: bytes) -> str:
    return base64.b64encode(png).decode()


def main(asked: TextIO, answer: TextIO) -> None:
    """Answer one request: the store and a subject in, drawings out."""
    request = json.load(asked)
    engine = open_for_reading(request["store"])
    try:
        found = drawings(engine, Subject(**request["subject"]))
    finally:
        engine.dispose()
    json.dump([asdict(drawing) for drawing in found], answer)


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
