"""Puts folder, data source and boards into a running Grafana; doing it twice changes nothing more."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin

from dashboards.grafana.board import POSTGRESQL, STREAMLIT_URL, Board, Json, Places
from dashboards.grafana.catalogue import boards
from dashboards.grafana.connection import Answer, Connection, GrafanaError
from dashboards.grafana.source import DataSource

CONFLICTS = frozenset({409, 412})
SAME_PLUGIN = frozenset({POSTGRESQL, "postgres"})  # its name up to Grafana 10


@dataclass(frozen=True, slots=True)
class Target:
    """The Grafana to publish to."""

    url: str
    token: str = field(repr=False)
    folder: str = "Seamark"


@dataclass(frozen=True, slots=True)
class PublishedBoard:
    """A board as it now stands in Grafana; `changed` says whether this call wrote it."""

    title: str
    uid: str
    url: str
    version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, and where."""

    grafana_version: str
    folder_uid: str
    data_source_uid: str
    boards: tuple[PublishedBoard, ...]


def publish(
    target: Target,
    data_source: DataSource,
    *,
    streamlit_url: str = STREAMLIT_URL,
    overwrite: bool = True,
    sleep: Callable[[float], None] = time.sleep,
) -> Published:
    """Make folder, data source and boards, or bring them to what this version of Seamark has.

    Without `overwrite` a board that was changed in Grafana stays as it is, and the call fails with status 412.
    Raises `GrafanaError`, which says what to do.
    """
    connection = Connection(target.url, target.token, sleep=sleep)
    connection.keep_secret(data_source.password)
    version = _version(connection)
    folder_uid = _folder(connection, target.folder)
    source_uid = _source(connection, data_source)
    places = Places(source_uid=source_uid, source_name=data_source.name, streamlit_url=streamlit_url)
    written = [_board(connection, board, folder_uid, overwrite=overwrite) for board in boards(places).values()]
    return Published(version, folder_uid, source_uid, tuple(written))


def _version(connection: Connection) -> str:
    """Which Grafana answers; anything else that answers is none."""
    health = connection.call("find Grafana", lambda grafana: grafana.api.GET("/health"))
    if "database" not in _fields(health):
        raise GrafanaError(f"what answers at {connection.url} is no Grafana: check the URL", permanent=True)
    return str(health.get("version", "unknown"))


def _folder(connection: Connection, title: str) -> str:
    """The uid of the folder, which is made where there is none of this title."""
    what = f"make the folder {title}"
    folders = connection.call("list the folders", lambda grafana: grafana.folder.get_all_folders())
    for folder in _rows(folders):
        if folder.get("title") == title:
            return _text(folder, "uid", what)
    uid = _uid_of(title)
    try:
        made = connection.call(what, lambda grafana: grafana.folder.create_folder(title, uid))
    except GrafanaError as error:
        # Made meanwhile: by our own call whose answer was lost, or by somebody whom the list did not show yet.
        if error.status not in CONFLICTS:
            raise
        made = connection.call(what, lambda grafana: grafana.folder.get_folder(uid))
    return _text(made, "uid", what)


def _source(connection: Connection, wanted: DataSource) -> str:
    """The uid of the data source, made or brought up to date; one that is provisioned from a file stays."""
    what = f"set up the data source {wanted.name}"
    found = _found_source(connection, wanted.name)
    if found is None:
        try:
            made = connection.call(what, lambda grafana: grafana.datasource.create_datasource(wanted.body()))
            return _text(_fields(made).get("datasource"), "uid", what)
        except GrafanaError as error:
            if error.status not in CONFLICTS:
                raise
            found = _found_source(connection, wanted.name)
            if found is None:
                raise
    uid = _text(found, "uid", what)
    if _fields(found).get("type") not in SAME_PLUGIN:
        raise GrafanaError(
            f"cannot {what} at {connection.url}: there is one of this name that reads {found.get('type')}: rename it",
            permanent=True,
        )
    if not found.get("readOnly"):
        body = {**wanted.body(), "uid": uid}
        connection.call(what, lambda grafana: grafana.api.PUT(f"/datasources/uid/{quote(uid, safe='')}", json=body))
    return uid


def _found_source(connection: Connection, name: str) -> Answer | None:
    path = quote(name, safe="")  # grafana-api puts it into the address as it is
    return connection.find(
        f"look for the data source {name}", lambda grafana: grafana.datasource.get_datasource_by_name(path)
    )


def _board(connection: Connection, board: Board, folder_uid: str, *, overwrite: bool) -> PublishedBoard:
    """One board, written only if it differs from what is there: Grafana counts every write as a version."""
    title, uid = str(board["title"]), str(board["uid"])
    what = f"publish the board {title}"
    there = _standing(connection, board, folder_uid)
    if there is not None:
        return there
    body = {"dashboard": board, "folderUid": folder_uid, "overwrite": overwrite, "message": "Published by Seamark"}
    try:
        saved = connection.call(what, lambda grafana: grafana.dashboard.update_dashboard(body))
    except GrafanaError as error:
        there = _standing(connection, board, folder_uid) if error.status in CONFLICTS else None
        if there is None:
            raise
        return there
    about = _fields(saved)
    return PublishedBoard(
        title, uid, urljoin(connection.url, about.get("url", "")), about.get("version", 0), changed=True
    )


def _standing(connection: Connection, board: Board, folder_uid: str) -> PublishedBoard | None:
    """The board as it stands in Grafana, if that is what we would write."""
    title, uid = str(board["title"]), str(board["uid"])
    found = connection.find(
        f"look for the board {title}", lambda grafana: grafana.dashboard.get_dashboard(quote(uid, safe=""))
    )
    there, about = _fields(_fields(found).get("dashboard")), _fields(_fields(found).get("meta"))
    if about.get("folderUid") != folder_uid or not _holds(there, {**board, "id": there.get("id")}):
        return None
    return PublishedBoard(
        title, uid, urljoin(connection.url, about.get("url", "")), there.get("version", 0), changed=False
    )


def _holds(there: object, wanted: Json) -> bool:
    """Whether everything that we would write is there; what Grafana adds of its own does not count.

    >>> _holds({"title": "a", "version": 3}, {"title": "a"}), _holds({"title": "b"}, {"title": "a"})
    (True, False)
    """
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(
            name in there and _holds(there[name], value) for name, value in wanted.items()
        )
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return (
            isinstance(there, Sequence)
            and len(there) == len(wanted)
            and all(_holds(one, other) for one, other in zip(there, wanted, strict=True))
        )
    return bool(there == wanted)


def _uid_of(title: str) -> str:
    """A uid that a second try finds again.

    >>> _uid_of("Ship & Sea / Süd")
    'ship-sea-s-d'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "seamark"


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    return [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []


def _fields(answer: Answer) -> Mapping[str, Any]:
    return answer if isinstance(answer, Mapping) else {}


def _text(answer: Answer, name: str, what: str) -> str:
    """One text out of an answer that must hold it."""
    text = _fields(answer).get(name)
    if isinstance(text, str):
        return text
    raise GrafanaError(
        f"cannot {what}: Grafana's answer does not say its {name}; is a proxy in between?", permanent=True
    )
