"""The shape of a whole board: variables, annotations, links, and panels laid out on Grafana's grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
Board: TypeAlias = Mapping[str, Json]

SCHEMA_VERSION = 41  # the last classic one; https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/
GRID_WIDTH = 24

POSTGRESQL = "grafana-postgresql-datasource"
SOURCE_UID = "seamark"
SOURCE_NAME = "Seamark"
STREAMLIT_URL = "http://127.0.0.1:8501"
SOURCE: Json = {"type": POSTGRESQL, "uid": "${datasource}"}


@dataclass(frozen=True, slots=True)
class Places:
    """What a board points at: the data source it begins with, and the Streamlit pages."""

    source_uid: str = SOURCE_UID
    source_name: str = SOURCE_NAME
    streamlit_url: str = STREAMLIT_URL


@dataclass(frozen=True, slots=True)
class Band:
    """Panels side by side under a heading; their widths make up the grid's width."""

    height: int
    panels: Sequence[tuple[int, Board]]
    heading: str = ""


def board(
    *,
    uid: str,
    title: str,
    description: str,
    time_from: str,
    variables: Sequence[Json],
    links: Sequence[Json],
    bands: Sequence[Band],
    annotations: Sequence[Json] = (),
) -> Board:
    """A board as Grafana imports it."""
    return {
        "id": None,
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["seamark"],
        "schemaVersion": SCHEMA_VERSION,
        "editable": True,
        "graphTooltip": 1,
        "timezone": "utc",
        "refresh": "5m",
        "time": {"from": time_from, "to": "now"},
        "timepicker": {"refresh_intervals": ["1m", "5m", "15m", "1h"]},
        "annotations": {"list": list(annotations)},
        "templating": {"list": list(variables)},
        "links": list(links),
        "panels": list(_laid_out(bands)),
    }


def _laid_out(bands: Sequence[Band]) -> Iterator[Board]:
    """The panels with their numbers and places, bands from top to bottom."""
    number, y = 0, 0
    for band in bands:
        if band.heading:
            number += 1
            place = {"h": 1, "w": GRID_WIDTH, "x": 0, "y": y}
            yield {
                "id": number,
                "type": "row",
                "title": band.heading,
                "collapsed": False,
                "gridPos": place,
                "panels": [],
            }
            y += 1
        x = 0
        for width, panel in band.panels:
            number += 1
            yield {"id": number, **panel, "gridPos": {"h": band.height, "w": width, "x": x, "y": y}}
            x += width
        y += band.height


def source_variable(places: Places) -> Json:
    """Which PostgreSQL data source the board reads."""
    return {
        "name": "datasource",
        "label": "Store",
        "type": "datasource",
        "query": POSTGRESQL,
        "current": {"text": places.source_name, "value": places.source_uid},
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "refresh": 1,
        "regex": "",
    }


def streamlit_variable(places: Places) -> Json:
    """Where the Streamlit pages are; hidden, there for the links alone."""
    url = places.streamlit_url.rstrip("/")
    return {
        "name": "streamlit",
        "type": "constant",
        "query": url,
        "current": {"text": url, "value": url},
        "hide": 2,
        "skipUrlSync": True,
    }


def query_variable(name: str, label: str, sql: str, *, current: str = "", has_all: bool = False) -> Json:
    """A choice that the store offers; asked anew whenever the time range changes."""
    chosen: Json = {"text": ["All"], "value": ["$__all"]} if has_all else {"text": current, "value": current}
    variable: dict[str, Json] = {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": sql,
        "hide": 0,
        "includeAll": has_all,
        "multi": has_all,
        "refresh": 2,
        "regex": "",
        "sort": 0,
    }
    return variable | {"current": chosen} if current or has_all else variable


def annotation(name: str, color: str, sql: str) -> Json:
    """Marks on every panel that shows time."""
    return {
        "name": name,
        "datasource": SOURCE,
        "enable": True,
        "hide": False,
        "iconColor": color,
        "target": {"refId": "Annotation", "format": "table", "rawQuery": True, "editorMode": "code", "rawSql": sql},
    }


def link(title: str, url: str, *, tooltip: str, leaves: bool = False) -> Json:
    """A link at the top of a board; `leaves` opens a page of its own."""
    return {
        "title": title,
        "tooltip": tooltip,
        "type": "link",
        "icon": "external link" if leaves else "dashboard",
        "url": url,
        "tags": [],
        "asDropdown": False,
        "includeVars": False,
        "keepTime": not leaves,
        "targetBlank": leaves,
    }
