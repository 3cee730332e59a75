"""A loopback server that answers like the part of Grafana's HTTP API that publishing uses.

Statuses and messages follow https://grafana.com/docs/grafana/latest/developers/http_api/ for folders, data
sources and dashboards. Calls by numeric id do not exist, as in Grafana 13.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

Body = dict[str, Any]
Reply = tuple[int, Any]

ADMIN = "glsa_admin"
EDITOR = "glsa_editor"
VIEWER = "glsa_viewer"
ROLES = {ADMIN: "Admin", EDITOR: "Editor", VIEWER: "Viewer"}

BAD_GATEWAY = '<html><head><title>502</title></head><body>message: <b>Bad Gateway</b> "nginx"</body></html>'


@dataclass(slots=True)
class Fault:
    """What goes wrong with some requests: the answer is replaced, the work may be done all the same."""

    path: str
    status: int
    body: str
    times: int
    method: str
    headers: dict[str, str]
    work_is_done: bool
    is_held: bool = False


@dataclass(slots=True)
class StandIn:
    """What is kept in the Grafana, and what it was asked."""

    prefix: str = ""
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    folders: dict[str, Body] = field(default_factory=dict)
    sources: dict[str, Body] = field(default_factory=dict)
    boards: dict[str, Body] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    hidden_folders: bool = False
    released: threading.Event = field(default_factory=threading.Event)

    def fail(
        self,
        path: str,
        status: int,
        body: str = "",
        *,
        times: int = 1,
        method: str = "",
        work_is_done: bool = False,
        **headers: str,
    ) -> None:
        """Answer the next requests for a path in this way."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults.append(Fault(path, status, body, times, method, names, work_is_done))

    def hold(self, path: str, *, times: int = 1) -> None:
        """Do not answer the next requests for a path before the server is closed."""
        self.faults.append(Fault(path, 504, "", times, "", {}, work_is_done=False, is_held=True))

    def fault_for(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and path.startswith(fault.path) and fault.method in {"", method}:
                fault.times -= 1
                return fault
        return None

    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path in self.asked if method != "GET"]

    def answer(self, method: str, path: str, body: Body, token: str) -> Reply:
        if path == "/api/health":
            return 200, {"database": "ok", "version": "13.2.3"}
        role = ROLES.get(token)
        if role is None:
            return 401, {"message": "Invalid API key", "messageId": "api-key.invalid"}
        wants_admin = path.startswith("/api/datasources")
        if (wants_admin and role != "Admin") or (method != "GET" and role == "Viewer"):
            return 403, {
                "message": "You'll need additional permissions to perform this action",
                "title": "Access denied",
            }
        for prefix, part in self._parts().items():
            if path == prefix or path.startswith(f"{prefix}/"):
                return part(method, unquote(path[len(prefix) + 1 :]), body)
        return 404, {"message": "Not found"}

    def _parts(self) -> dict[str, Callable[[str, str, Body], Reply]]:
        return {
            "/api/folders": self._folders,
            "/api/datasources": self._sources,
            "/api/dashboards": self._boards,
            "/api/search": self._search,
        }

    def _folders(self, method: str, uid: str, body: Body) -> Reply:
        if method == "GET" and not uid:
            return 200, [] if self.hidden_folders else list(self.folders.values())
        if method == "GET":
            return (200, self.folders[uid]) if uid in self.folders else (404, {"message": "folder not found"})
        if body["uid"] in self.folders:
            return 409, {"message": "a folder with that uid already exists"}
        if any(folder["title"] == body["title"] for folder in self.folders.values()):
            return 412, {"message": "a folder with the same name already exists in the current location"}
        self.folders[body["uid"]] = {"uid": body["uid"], "title": body["title"], "version": 1}
        return 200, self.folders[body["uid"]]

    def _sources(self, method: str, rest: str, body: Body) -> Reply:
        way, _, key = rest.partition("/")
        if method == "GET" and way == "name":
            found = [source for source in self.sources.values() if source["name"] == key]
            return (200, self._shown(found[0])) if found else (404, {"message": "Data source not found"})
        if method == "POST" and not rest:
            if any(source["name"] == body["name"] for source in self.sources.values()):
                return 409, {"message": "data source with the same name already exists"}
            self.sources[body["uid"]] = {**body, "version": 1}
            return 200, {"datasource": self._shown(body), "message": "Datasource added", "name": body["name"]}
        if method == "PUT" and way == "uid" and key in self.sources:
            if self.sources[key].get("readOnly"):
                return 403, {"message": "Cannot update read-only data source"}
            self.sources[key] = {**body, "version": self.sources[key].get("version", 1) + 1}
            return 200, {"datasource": self._shown(body), "message": "Datasource updated", "name": body["name"]}
        return 404, {"message": "Data source not found"}

    @staticmethod
    def _shown(source: Body) -> Body:
        """A data source without its password, as Grafana shows it."""
        shown = {name: value for name, value in source.items() if name != "secureJsonData"}
        return {**shown, "secureJsonFields": {"password": True}}

    def _boards(self, method: str, rest: str, body: Body) -> Reply:
        if method == "GET" and rest.startswith("uid/"):
            kept = self.boards.get(rest.removeprefix("uid/"))
            return (200, kept) if kept else (404, {"message": "Dashboard not found"})
        if (method, rest) != ("POST", "db"):
            return 404, {"message": "Not found"}
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found", "status": "not-found"}
        return self._save(body["dashboard"], body["folderUid"], overwrite=body.get("overwrite", False))

    def _save(self, board: Body, folder_uid: str, *, overwrite: bool) -> Reply:
        kept = self.boards.get(board["uid"])
        version = kept["dashboard"]["version"] if kept else 0
        if kept and kept["meta"].get("provisioned"):
            return 400, {"message": "Cannot save provisioned dashboard"}
        if kept and not overwrite and board.get("version", 0) != version:
            message = "The dashboard has been changed by someone else"
            return 412, {"message": message, "status": "version-mismatch"}
        number = kept["dashboard"]["id"] if kept else len(self.boards) + 1
        saved = {**board, "id": number, "version": version + 1}
        address = f"{self.prefix}/d/{board['uid']}/slug"
        self.boards[board["uid"]] = {"dashboard": saved, "meta": {"folderUid": folder_uid, "url": address}}
        return 200, {"id": number, "uid": board["uid"], "url": address, "status": "success", "version": version + 1}

    def _search(self, _: str, __: str, ___: Body) -> Reply:
        return 200, [{"uid": uid, "title": kept["dashboard"]["title"]} for uid, kept in self.boards.items()]


@contextmanager
def stand_in_grafana(*, prefix: str = "") -> Iterator[StandIn]:
    """A Grafana on a free port, closed at the end."""
    grafana = StandIn(prefix=prefix)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"grafana": grafana}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    grafana.url = f"http://127.0.0.1:{server.server_port}{prefix}"
    try:
        yield grafana
    finally:
        grafana.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    grafana: StandIn

    def handle_any(self) -> None:
        path, body = self.path.split("?")[0], self._body()
        if not path.startswith(f"{self.grafana.prefix}/api/"):
            self._reply(404, "<html>a page of the web server, no message of Grafana</html>", "text/html")
            return
        path = path[len(self.grafana.prefix) :]
        self.grafana.asked.append((self.command, path))
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        fault = self.grafana.fault_for(self.command, path)
        if fault is None or fault.work_is_done:
            status, answer = self.grafana.answer(self.command, path, body, token)
        if fault is None:
            self._reply(status, json.dumps(answer), "application/json")
        elif fault.is_held:
            self.grafana.released.wait(10)
        else:
            self._reply(fault.status, fault.body, "text/html", fault.headers)

    do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - the names that http.server calls

    def _body(self) -> Body:
        length = int(self.headers.get("Content-Length") or 0)
        body: Body = json.loads(self.rfile.read(length)) if length else {}
        return body

    def _reply(self, status: int, text: str, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Say nothing."""
