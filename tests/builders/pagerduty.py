"""A stand-in for PagerDuty's Events API: it checks events and keeps incidents as the real one documents it."""

from __future__ import annotations

import json
from types import TracebackType

from builders.http_receiver import Handler, HttpReceiver, answer

ROUTING_KEY = "0123456789abcdef0123456789abcdef"
THROTTLED = {
    "status": "throttle exceeded",
    "message": "Requests for this service are arriving too quickly. Please retry later.",
}


class PagerDutyStandIn:
    """The server; `open` and `closed` are the incidents by key, `limit` how many events it takes until it is reset."""

    def __init__(self) -> None:
        self._server = HttpReceiver(keeps_connections=True)
        self._server.behave = self._take
        self.open: dict[str, dict[str, object]] = {}
        self.closed: set[str] = set()
        self.events: list[dict[str, object]] = []
        self.limit: int | None = None

    @property
    def url(self) -> str:
        return self._server.url("/v2/enqueue")

    @property
    def connections(self) -> int:
        return self._server.connections

    def _take(self, handler: Handler) -> None:
        body = self._server.got[-1].body
        event = json.loads(body)
        faults = _faults(event)
        if self.limit is not None and len(self.events) >= self.limit:
            return _say(429, THROTTLED, handler)
        if len(body) > 512 * 1024:
            return _say(413, {"status": "payload too large"}, handler)
        if faults:
            said = {"status": "invalid event", "message": "Event object is invalid", "errors": faults}
            return _say(400, said, handler)
        self.events.append(event)
        key = str(event["dedup_key"])
        if event["event_action"] == "trigger":
            self.open[key] = event
        elif self.open.pop(key, None):
            self.closed.add(key)
        return _say(202, {"status": "success", "message": "Event processed", "dedup_key": key}, handler)

    def __enter__(self) -> PagerDutyStandIn:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)


def _faults(event: dict[str, object]) -> list[str]:
    payload = event.get("payload")
    faults = []
    if len(str(event.get("routing_key", ""))) != 32:
        faults.append("Length of 'routing_key' is incorrect (should be 32 characters)")
    if event.get("event_action") not in ("trigger", "acknowledge", "resolve"):
        faults.append("'event_action' is missing or blank")
    if not 0 < len(str(event.get("dedup_key", ""))) <= 255:
        faults.append("'dedup_key' should be 1 to 255 characters")
    if not isinstance(payload, dict):
        return [*faults, "'payload' is missing or blank"]
    faults += [f"'payload.{name}' is missing or blank" for name in ("summary", "source") if not payload.get(name)]
    if len(str(payload.get("summary"))) > 1024:
        faults.append("'payload.summary' is too long (maximum is 1024 characters)")
    if payload.get("severity") not in ("critical", "error", "warning", "info"):
        faults.append("'payload.severity' is invalid (must be one of the following: 'critical', 'warning', ...)")
    if payload.get("source") == "refused":
        faults.append("'payload.source' is invalid")
    return faults


def _say(status: int, said: dict[str, object], handler: Handler) -> None:
    answer(status, json.dumps(said).encode(), content_type="application/json", retry_after="17")(handler)
